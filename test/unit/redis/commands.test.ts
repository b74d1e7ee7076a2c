import { describe, expect, test } from 'vitest'
import { keysOf } from '../../../src/redis/commands/keys.ts'
import { asRecord, asScoredMembers } from '../../../src/redis/commands/shapes.ts'
import { blockingTimeMs, nameOf, traitsOf } from '../../../src/redis/commands/traits.ts'
import type { Argument } from '../../../src/redis/resp/encoder.ts'
import { slotOf } from '../../../src/redis/slot.ts'

describe('traits', () => {
  test('are found whatever the case', () => {
    expect(traitsOf(['get', 'k'])).toMatchObject({ name: 'GET', isReadOnly: true, isRepeatable: true })
    expect(traitsOf(['GeT', 'k'])?.name).toBe('GET')
    expect(traitsOf(['INCR', 'k'])).toMatchObject({ isReadOnly: false, isRepeatable: false })
    expect(traitsOf(['config', 'get', 'x'])).toMatchObject({ name: 'CONFIG GET', isRepeatable: true })
    expect(traitsOf(['CONFIG', 'SET', 'x', 'y'])).toMatchObject({ name: 'CONFIG SET', isRepeatable: false })
    expect(traitsOf(['FT.SEARCH', 'x'])).toBeUndefined()
  })

  test('name a command without its arguments', () => {
    expect(nameOf(['auth', 'secret'])).toBe('AUTH')
    expect(nameOf(['client', 'setname', 'x'])).toBe('CLIENT SETNAME')
    expect(nameOf(['ft.search', 'x'])).toBe('FT.SEARCH')
  })

  test('are found too where words are bytes', () => {
    const reply = traitsOf(['CLIENT', Buffer.from('rePly'), 'OFF'])
    expect(reply).toMatchObject({ name: 'CLIENT REPLY', takesConnection: expect.any(String) })
    const read: Argument[] = ['XREAD', Buffer.from('Block'), '100', Buffer.from('streams'), 's', '$']
    expect(blockingTimeMs(read, traitsOf(read)!)).toBe(100)
    expect(keysOf(read, traitsOf(read)!)).toEqual(['s'])
    expect(traitsOf(['CLIENT', Buffer.from([0xff])])).toMatchObject({ name: 'CLIENT' })
  })

  test('nothing that writes counts as repeatable', () => {
    for (const name of [
      'SET',
      'DEL',
      'EVAL',
      'EVALSHA',
      'FCALL',
      'PUBLISH',
      'XADD',
      'GETDEL',
      'GETEX',
      'SPOP',
      'MULTI',
    ]) {
      expect(traitsOf([name])).toMatchObject({ isRepeatable: false })
    }
  })

  test.each([
    [['BLPOP', 'k', 0], Number.POSITIVE_INFINITY],
    [['BLPOP', 'a', 'b', '1.5'], 1500],
    [['blmove', 'a', 'b', 'LEFT', 'RIGHT', 2], 2000],
    [['BLMPOP', 3, 1, 'k', 'LEFT'], 3000],
    [['BZMPOP', 0, 1, 'k', 'MIN'], Number.POSITIVE_INFINITY],
    [['XREAD', 'STREAMS', 's', '$'], 0],
    [['XREAD', 'block', 100, 'STREAMS', 's', '$'], 100],
    [['XREADGROUP', 'GROUP', 'g', 'c', 'BLOCK', 0, 'STREAMS', 's', '>'], Number.POSITIVE_INFINITY],
    [['WAIT', 1, 500], 500],
    [['GET', 'k'], 0],
  ] as [Argument[], number][])('%j may wait %d ms', (command, timeMs) => {
    expect(blockingTimeMs(command, traitsOf(command)!)).toBe(timeMs)
  })
})

test.each([
  [['GET', 'k'], ['k']],
  [
    ['MSET', 'a', 1, 'b', 2],
    ['a', 'b'],
  ],
  [
    ['DEL', 'a', 'b', 'c'],
    ['a', 'b', 'c'],
  ],
  [
    ['BLPOP', 'a', 'b', 5],
    ['a', 'b'],
  ],
  [
    ['EVAL', 'return 1', 2, 'a', 'b', 'arg'],
    ['a', 'b'],
  ],
  [['FCALL', 'f', 0, 'arg'], []],
  [
    ['ZUNIONSTORE', 'to', 2, 'a', 'b', 'WEIGHTS', 1, 2],
    ['to', 'a', 'b'],
  ],
  [
    ['XREAD', 'COUNT', 2, 'STREAMS', 's', 't', '0', '0'],
    ['s', 't'],
  ],
  [['XREADGROUP', 'GROUP', 'g', 'c', 'STREAMS', 's', '>'], ['s']],
  [
    ['SMOVE', 'a', 'b', 'm'],
    ['a', 'b'],
  ],
  [['OBJECT', 'ENCODING', 'k'], ['k']],
  [
    ['BITOP', 'AND', 'to', 'a', 'b'],
    ['to', 'a', 'b'],
  ],
  [['PING'], []],
] as [Argument[], Argument[]][])('%j has the keys %j', (command, keys) => {
  expect(keysOf(command, traitsOf(command)!)).toEqual(keys)
})

test.each([
  ['123456789', 12_739],
  ['foo', 12_182],
  ['{user1000}.following', slotOf('user1000')],
  ['{user1000}.followers', slotOf('user1000')],
  ['foo{}{bar}', slotOf(Buffer.from('foo{}{bar}'))],
  ['foo{{bar}}zap', slotOf('{bar')],
  ['foo{bar}{zap}', slotOf('bar')],
])('the key %s is in slot %d', (key, slot) => {
  expect(slotOf(key)).toBe(slot)
})

describe('shapes', () => {
  test('a field called __proto__ is a field like any other', () => {
    const record = asRecord(['__proto__', 'x', 'a', 'b'])
    expect(Object.entries(record)).toEqual([
      ['__proto__', 'x'],
      ['a', 'b'],
    ])
    expect(Object.getPrototypeOf(record)).toBe(Object.prototype)
  })

  test('scores come flat, in pairs, or as numbers', () => {
    const scored = [
      ['a', 1],
      ['b', Number.NEGATIVE_INFINITY],
    ]
    expect(asScoredMembers(['a', '1', 'b', '-inf'])).toEqual(scored)
    expect(
      asScoredMembers([
        ['a', 1],
        ['b', Number.NEGATIVE_INFINITY],
      ]),
    ).toEqual(scored)
  })
})
