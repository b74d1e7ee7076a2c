import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ArgumentError } from '../../../../src/redis/errors.ts'
import { type Argument, CommandEncoder, encodeCommand } from '../../../../src/redis/resp/encoder.ts'

/** RESP by its definition, as slowly as it reads. */
function plainEncoding(command: readonly Argument[]): Buffer {
  const parts = [Buffer.from(`*${command.length}\r\n`)]
  for (const argument of command) {
    const bytes = argument instanceof Uint8Array ? Buffer.from(argument) : Buffer.from(String(argument))
    parts.push(Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n'))
  }
  return Buffer.concat(parts)
}

describe('the bytes of a command', () => {
  const rows: [what: string, command: Argument[]][] = [
    ['a name alone', ['PING']],
    ['short strings', ['SET', 'hello', 'world']],
    ['an empty argument', ['SET', 'hello', '']],
    ['numbers', ['EXPIRE', 'k', 10]],
    ['a fraction and a negative number', ['INCRBYFLOAT', 'k', -0.5]],
    ['a bigint', ['INCRBY', 'k', 9223372036854775807n]],
    ['characters of many bytes', ['SET', 'schlüssel', '日本語 😀']],
    ['a character of many bytes at the end of a short string', ['SET', 'abcdefghié', 'x']],
    ['half a surrogate pair', ['SET', 'k', '\ud800']],
    ['a long string', ['SET', 'k', 'x'.repeat(1000)]],
    ['a long string of many bytes a character', ['SET', 'k', 'é'.repeat(1000)]],
    ['a very long string', ['SET', 'k', 'é'.repeat(100_000)]],
    ['line ends', ['SET', 'k', '\r\n*1\r\n']],
    ['bytes', ['SET', 'k', new Uint8Array([0, 13, 10, 255])]],
    ['many bytes', ['SET', 'k', Buffer.alloc(1_000_000, 7)]],
    ['many bytes amid strings', ['X', Buffer.alloc(20_000, 1), 'a', Buffer.alloc(20_000, 2), 'b']],
    ['hundreds of arguments', ['DEL', ...Array.from({ length: 345 }, (_, index) => `key:${index}`)]],
  ]

  test.each(rows)('%s', (_what, command) => {
    expect(encodeCommand(command).equals(plainEncoding(command))).toBe(true)
  })

  test('any commands, one behind the other, however often they are taken', () => {
    const argument = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 120 }),
      fc.integer(),
      fc.bigInt(),
      fc.uint8Array({ maxLength: 12_000 }),
    )
    const command = fc.array(argument, { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(fc.array(fc.tuple(command, fc.boolean()), { maxLength: 30 }), (steps) => {
        const encoder = new CommandEncoder()
        const taken: Uint8Array[] = []
        let bytes = 0
        for (const [one, isTaken] of steps) {
          const before = encoder.bytes
          encoder.add(one)
          bytes += encoder.bytes - before
          if (isTaken) taken.push(...encoder.take())
        }
        taken.push(...encoder.take())
        const expected = Buffer.concat(steps.map(([one]) => plainEncoding(one)))
        expect(Buffer.concat(taken).equals(expected)).toBe(true)
        expect(bytes).toBe(expected.length)
        expect(encoder.bytes).toBe(0)
      }),
    )
  })

  test('any commands, where what was taken has left at once and its memory is used again', () => {
    const command = fc.array(fc.oneof(fc.string(), fc.uint8Array({ maxLength: 12_000 })), { minLength: 1 })
    const how = fc.constantFrom('stays', 'leaves', 'leaves and is used again')
    fc.assert(
      fc.property(fc.array(fc.tuple(command, how), { maxLength: 30 }), (steps) => {
        const encoder = new CommandEncoder()
        const left: Buffer[] = []
        const leaves = (chunks: Uint8Array[]): void =>
          void left.push(...chunks.map((chunk) => Buffer.from(chunk)))
        for (const [one, what] of steps) {
          encoder.add(one)
          if (what === 'stays') continue
          const only = encoder.takeOnly()
          leaves(only === undefined ? encoder.take() : [only])
          if (what !== 'leaves') encoder.reuse()
        }
        leaves(encoder.take())
        const expected = Buffer.concat(steps.map(([one]) => plainEncoding(one)))
        expect(Buffer.concat(left).equals(expected)).toBe(true)
        expect(encoder.totalBytes).toBe(expected.length)
      }),
    )
  })

  test('memory is not used again while something in it has not been taken', () => {
    const encoder = new CommandEncoder()
    encoder.add(['GET', 'a'])
    encoder.reuse()
    encoder.add(['GET', 'b'])
    expect(String(encoder.takeOnly())).toBe(`${plainEncoding(['GET', 'a'])}${plainEncoding(['GET', 'b'])}`)
  })

  test('commands of one turn are one chunk', () => {
    const encoder = new CommandEncoder()
    for (let count = 0; count < 100; count++) encoder.add(['GET', `key:${count}`])
    expect(encoder.take()).toHaveLength(1)
  })

  test('large bytes are sent from where they are', () => {
    const encoder = new CommandEncoder()
    const large = Buffer.alloc(100_000)
    encoder.add(['SET', 'k', large])
    expect(encoder.take()[1]).toBe(large)
  })

  test.each([
    ['undefined', undefined],
    ['null', null],
    ['a boolean', true],
    ['an object', {}],
    ['a list', ['a']],
  ])('%s as an argument is refused, and nothing is added', (_what, wrong) => {
    const encoder = new CommandEncoder()
    expect(() => encoder.add(['SET', 'k', wrong as unknown as Argument])).toThrow(ArgumentError)
    expect(encoder.bytes).toBe(0)
  })
})
