import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rawField } from '../../../../src/chat/dialects/centrifuge/raw-field.ts'

describe('The text of a field', () => {
  it('is that of its value, whatever stands around it', () => {
    const spaces = fc.constantFrom(undefined, ' ', '\t', '   ')
    fc.assert(
      fc.property(fc.json(), fc.jsonValue(), fc.jsonValue(), spaces, (data, before, after, indent) => {
        const command = {
          id: 1,
          '"data': before,
          publish: { x: before, data: JSON.parse(data), 'y\\"{': after },
          z: after,
        }
        const text = JSON.stringify(command, undefined, indent)
        const raw = rawField(text, 'publish', 'data')
        expect(JSON.parse(raw ?? '')).toEqual(JSON.parse(data))
      }),
      { numRuns: 1000 },
    )
  })

  it.each([
    ['{"id":1,"publish":{"data":9007199254740993}}', '9007199254740993'],
    ['{"publish":{"data": {"a" : 1.0} , "channel":"x"},"id":1}', '{"a" : 1.0}'],
    ['{"publish":{"d\\u0061ta":"\\"}"}}', '"\\"}"'],
    ['{"publish":{"data":1,"data":2}}', '2'],
    ['{"publish":{}}', undefined],
    ['{"publish":null,"rpc":{}}', undefined],
    ['{"data":1}', undefined],
  ])('of %s is %s', (json, raw) => {
    expect(rawField(json, 'publish', 'data')).toBe(raw)
  })
})
