import { describe, expect, test } from 'vitest'
import { etagOf, hashedBytes, isMatch } from '../../../src/gateway/etag.ts'

describe('The tag of a body', () => {
  const bodies = [
    ...['', '{"GET":"41"}', '{"GET":"42"}', '{~GET~:~41~}', '{"GET":"a,b"}', '{"GET":"a b"}', "{'GET':'41'}"],
    ...[
      '{"GET":"\\\\"}',
      '{"GET":"Käse"}',
      '{"GET":"\u007f"}',
      'a'.repeat(48),
      'a'.repeat(49),
      'a'.repeat(5000),
    ],
    ...['=', '"="', 'IZHutSLIYLPcLM4QACMDTHff7pE=', '=IZHutSLIYLPcLM4QACMDTHff7pE='],
  ]

  test('is another for another body, and the same for the same', () => {
    const tags = bodies.map(etagOf)
    expect(new Set(tags).size).toBe(bodies.length)
    expect(bodies.map(etagOf)).toEqual(tags)
  })

  test('is what HTTP takes for a tag, whatever the body is', () => {
    for (let code = 0; code < 300; code++) {
      const etag = etagOf(`{"GET":"${String.fromCharCode(code)}"}`)
      // RFC 9110 section 8.8.3, and no comma, which parts tags where there are several.
      expect(etag).toMatch(/^~[\x21\x23-\x2b\x2d-\x7e]+$/)
    }
  })

  test('is found among others', () => {
    for (const body of bodies) {
      const etag = etagOf(body)!
      expect(isMatch(`"other", W/"${etag}"`, etag)).toBe(true)
      expect(isMatch('"other"', etag)).toBe(false)
    }
  })

  test('is that of the bytes which it shows, where these are fewer, and is told from one of a body', () => {
    const value = Buffer.from('a value with blanks')
    const tag = etagOf(`{"GET":"${value}"}`, value)
    expect(tag).toBe(etagOf(value, value))
    expect(tag).not.toBe(etagOf(`{"GET":"${value}!"}`, Buffer.from(`${value}!`)))
    expect(tag).not.toBe(etagOf(value.toString()))
    expect(tag).toMatch(/^~v[\w+/]+=$/)
  })

  test('is none over a mebibyte', () => {
    expect(etagOf(Buffer.alloc(hashedBytes))).toMatch(/^~[\w+/]+=$/)
    expect(etagOf(Buffer.alloc(hashedBytes + 1))).toBeUndefined()
  })
})
