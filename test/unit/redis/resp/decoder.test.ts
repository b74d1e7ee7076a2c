import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MessageTooLargeError, ProtocolError } from '../../../../src/connection/errors.ts'
import { ReplyError } from '../../../../src/redis/errors.ts'
import { ReplyDecoder } from '../../../../src/redis/resp/decoder.ts'
import { Push, type Reply } from '../../../../src/redis/resp/reply.ts'
import { randomSource } from '../../../random-source.ts'
import { ReplyGenerator } from './generated-replies.ts'

function decode(wire: string | Buffer, decoder = new ReplyDecoder()): (Reply | Push)[] {
  decoder.push(Buffer.from(wire as string))
  return drain(decoder)
}

function drain(decoder: ReplyDecoder): (Reply | Push)[] {
  const replies: (Reply | Push)[] = []
  for (let reply = decoder.next(); reply !== undefined; reply = decoder.next()) replies.push(reply)
  return replies
}

describe('each type of reply', () => {
  const rows: [what: string, wire: string, value: Reply | Push][] = [
    ['a simple string', '+OK\r\n', 'OK'],
    ['an empty simple string', '+\r\n', ''],
    ['a bulk string', '$5\r\nhello\r\n', 'hello'],
    ['an empty bulk string', '$0\r\n\r\n', ''],
    ['a bulk string with line ends in it', '$4\r\n\r\n\r\n\r\n', '\r\n\r\n'],
    ['a bulk string of many bytes a character', '$6\r\n日本\r\n', '日本'],
    ['an integer', ':42\r\n', 42],
    ['a negative integer', ':-42\r\n', -42],
    ['an integer with a plus', ':+42\r\n', 42],
    ['the greatest safe integer', ':9007199254740991\r\n', 9007199254740991],
    ['an integer beyond it', ':9007199254740993\r\n', 9007199254740993n],
    ['the least integer of Redis', ':-9223372036854775808\r\n', -9223372036854775808n],
    ['a null string of RESP2', '$-1\r\n', null],
    ['a null array of RESP2', '*-1\r\n', null],
    ['a null of RESP3', '_\r\n', null],
    ['true', '#t\r\n', true],
    ['false', '#f\r\n', false],
    ['a double', ',3.25\r\n', 3.25],
    ['a double with an exponent', ',-1.5e+10\r\n', -1.5e10],
    ['a double that is whole', ',10\r\n', 10],
    ['infinity', ',inf\r\n', Number.POSITIVE_INFINITY],
    ['negative infinity', ',-inf\r\n', Number.NEGATIVE_INFINITY],
    ['not a number', ',nan\r\n', Number.NaN],
    [
      'a big number',
      '(3492890328409238509324850943850943825024385\r\n',
      3492890328409238509324850943850943825024385n,
    ],
    ['a verbatim string', '=15\r\ntxt:Some string\r\n', 'Some string'],
    ['an empty array', '*0\r\n', []],
    ['an array', '*3\r\n:1\r\n$1\r\na\r\n_\r\n', [1, 'a', null]],
    ['arrays in arrays', '*2\r\n*1\r\n:1\r\n*1\r\n*0\r\n', [[1], [[]]]],
    [
      'a map',
      '%2\r\n+a\r\n:1\r\n+b\r\n*1\r\n:2\r\n',
      new Map<Reply, Reply>([
        ['a', 1],
        ['b', [2]],
      ]),
    ],
    ['an empty map', '%0\r\n', new Map()],
    ['a set', '~2\r\n+a\r\n+b\r\n', new Set(['a', 'b'])],
    ['an empty set', '~0\r\n', new Set()],
    ['a push', '>3\r\n+message\r\n+news\r\n+hi\r\n', new Push(['message', 'news', 'hi'])],
    ['a streamed string', '$?\r\n;4\r\nHell\r\n;5\r\no wor\r\n;1\r\nd\r\n;0\r\n', 'Hello word'],
    ['an empty streamed string', '$?\r\n;0\r\n', ''],
    ['a streamed string cut within a character', '$?\r\n;1\r\n\xc3\r\n;1\r\n\xa9\r\n;0\r\n', 'é'],
    ['a streamed array', '*?\r\n:1\r\n:2\r\n.\r\n', [1, 2]],
    ['a streamed set', '~?\r\n+a\r\n.\r\n', new Set(['a'])],
    ['a streamed map', '%?\r\n+a\r\n:1\r\n.\r\n', new Map([['a', 1]])],
    ['a streamed array in a streamed array', '*?\r\n*?\r\n.\r\n.\r\n', [[]]],
  ]

  test.each(rows)('%s', (what, wire, value) => {
    const bytes = what.includes('within a character') ? Buffer.from(wire, 'latin1') : wire
    expect(decode(bytes)).toEqual([value])
  })

  test('an error is a value with its first word apart', () => {
    const [error] = decode('-WRONGTYPE Operation against a key\r\n')
    expect(error).toBeInstanceOf(ReplyError)
    expect(error).toMatchObject({
      code: 'REPLY',
      kind: 'WRONGTYPE',
      message: 'WRONGTYPE Operation against a key',
    })
  })

  test('an error as a bulk string', () => {
    expect(decode('!21\r\nSYNTAX invalid syntax\r\n')[0]).toMatchObject({ kind: 'SYNTAX' })
  })

  test('an error inside of an array stands among the others', () => {
    const [reply] = decode('*3\r\n:1\r\n-ERR no\r\n:3\r\n') as [Reply[]]
    expect(reply[0]).toBe(1)
    expect(reply[1]).toBeInstanceOf(ReplyError)
    expect(reply[2]).toBe(3)
  })

  test('an error takes no stack, since nobody called', () => {
    expect((decode('-ERR no\r\n')[0] as ReplyError).stack).not.toContain('    at ')
  })
})

describe('attributes', () => {
  test('precede a reply and are kept beside it', () => {
    const decoder = new ReplyDecoder()
    expect(decode('|1\r\n+ttl\r\n:3600\r\n$1\r\na\r\n', decoder)).toEqual(['a'])
    expect(decoder.attributes).toEqual(new Map([['ttl', 3600]]))
  })

  test('of one reply are not those of the next', () => {
    const decoder = new ReplyDecoder()
    decoder.push(Buffer.from('|1\r\n+ttl\r\n:3600\r\n+a\r\n+b\r\n'))
    expect(decoder.next()).toBe('a')
    expect(decoder.attributes).toBeDefined()
    expect(decoder.next()).toBe('b')
    expect(decoder.attributes).toBeUndefined()
  })

  test('inside of an aggregate do not count as items', () => {
    expect(decode('*2\r\n|1\r\n+ttl\r\n:1\r\n:7\r\n:8\r\n')).toEqual([[7, 8]])
  })

  test('that come apart from their reply are kept for it', () => {
    const decoder = new ReplyDecoder()
    expect(decode('|1\r\n+ttl\r\n:1\r\n', decoder)).toEqual([])
    expect(decode(':7\r\n', decoder)).toEqual([7])
    expect(decoder.attributes).toEqual(new Map([['ttl', 1]]))
  })
})

describe('strings or buffers', () => {
  test('each reply is decoded as its own caller asked', () => {
    const answers = [true, false, true]
    const decoder = new ReplyDecoder()
    decoder.replyAsBuffers = () => answers.shift()!
    expect(decode('$2\r\nab\r\n$2\r\ncd\r\n*2\r\n$2\r\nef\r\n+gh\r\n', decoder)).toEqual([
      Buffer.from('ab'),
      'cd',
      [Buffer.from('ef'), Buffer.from('gh')],
    ])
  })

  test('a push between replies takes no answer that belongs to a reply', () => {
    let asked = 0
    const decoder = new ReplyDecoder()
    decoder.replyAsBuffers = () => {
      asked++
      return true
    }
    expect(decode('>1\r\n+message\r\n$1\r\na\r\n', decoder)).toEqual([
      new Push(['message']),
      Buffer.from('a'),
    ])
    expect(asked).toBe(1)
  })

  test('pushes have a setting of their own', () => {
    const decoder = new ReplyDecoder()
    decoder.pushAsBuffers = true
    expect(decode('>1\r\n$1\r\na\r\n$1\r\nb\r\n', decoder)).toEqual([new Push([Buffer.from('a')]), 'b'])
  })

  test('bytes that are no UTF-8 come back unchanged as a buffer', () => {
    const all = Buffer.from(Array.from({ length: 256 }, (_, index) => index))
    const decoder = new ReplyDecoder()
    decoder.replyAsBuffers = () => true
    expect(decode(Buffer.concat([Buffer.from('$256\r\n'), all, Buffer.from('\r\n')]), decoder)).toEqual([all])
  })

  test('a small buffer does not keep the whole chunk alive', () => {
    const decoder = new ReplyDecoder()
    decoder.replyAsBuffers = () => true
    const [first] = decode(`$2\r\nab\r\n${'+x\r\n'.repeat(50_000)}`, decoder) as [Buffer]
    expect(first.buffer.byteLength).toBeLessThanOrEqual(Buffer.poolSize)
  })
})

describe('chunks', () => {
  test('any cut gives the same replies', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.constantFrom(2 as const, 3 as const),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 }),
        (seed, version, sizes) => {
          const generator = new ReplyGenerator(randomSource(seed), version)
          const made = Array.from({ length: 20 }, () => generator.top())
          const wire = Buffer.from(made.map((one) => one.wire).join(''))
          const decoder = new ReplyDecoder()
          const replies: (Reply | Push)[] = []
          for (let at = 0, turn = 0; at < wire.length; turn++) {
            const size = sizes[turn % sizes.length]!
            decoder.push(wire.subarray(at, at + size))
            replies.push(...drain(decoder))
            at += size
          }
          expect(replies).toEqual(made.map((one) => one.value))
        },
      ),
      { numRuns: 300 },
    )
  })

  test('single bytes give the same replies', () => {
    const generator = new ReplyGenerator(randomSource(7), 3)
    const made = Array.from({ length: 300 }, () => generator.top())
    const decoder = new ReplyDecoder()
    const replies: (Reply | Push)[] = []
    for (const byte of Buffer.from(made.map((one) => one.wire).join(''))) {
      decoder.push(Buffer.from([byte]))
      replies.push(...drain(decoder))
    }
    expect(replies).toEqual(made.map((one) => one.value))
  })

  test('a value of 64 MiB in chunks of 64 KiB is read in linear time', () => {
    const size = 67_108_864
    const decoder = new ReplyDecoder()
    decoder.replyAsBuffers = () => true
    const chunk = Buffer.alloc(65_536, 'x')
    const startedAt = performance.now()
    decoder.push(Buffer.from(`$${size}\r\n`))
    expect(decoder.next()).toBeUndefined()
    for (let sent = 0; sent < size; sent += chunk.length) {
      decoder.push(chunk)
      expect(decoder.next()).toBeUndefined()
    }
    decoder.push(Buffer.from('\r\n'))
    const whole = decoder.next() as Buffer
    expect(whole.length).toBe(size)
    expect(whole.equals(Buffer.alloc(size, 'x'))).toBe(true)
    expect(performance.now() - startedAt).toBeLessThan(5000)
  })

  test('an array of a million items in small chunks is read in linear time', () => {
    const wire = Buffer.from(`*1000000\r\n${':1\r\n'.repeat(1_000_000)}`)
    const decoder = new ReplyDecoder()
    const startedAt = performance.now()
    let reply: Reply | Push | undefined
    for (let at = 0; at < wire.length; at += 1000) {
      decoder.push(wire.subarray(at, at + 1000))
      reply = decoder.next()
    }
    expect(reply).toHaveLength(1_000_000)
    expect(performance.now() - startedAt).toBeLessThan(5000)
  })

  test('a long line in single bytes is read in linear time', () => {
    const decoder = new ReplyDecoder()
    const startedAt = performance.now()
    const text = 'x'.repeat(300_000)
    let reply: Reply | Push | undefined
    for (const byte of Buffer.from(`+${text}\r\n`)) {
      decoder.push(Buffer.from([byte]))
      reply = decoder.next()
    }
    expect(reply).toBe(text)
    expect(performance.now() - startedAt).toBeLessThan(5000)
  })
})

describe('garbage', () => {
  const rows: [what: string, wire: string][] = [
    ['an HTTP answer', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['a byte that begins nothing', '\u0000'],
    ['a length with a letter', '$5a\r\n'],
    ['a length that is missing', '$\r\n'],
    ['a negative length other than -1', '$-2\r\n'],
    ['a count that is negative', '*-2\r\n'],
    ['a count with a letter', '*x\r\n'],
    ['a count without digits', '*\r\n'],
    ['a bulk string longer than its length', '$2\r\nabc\r\n'],
    ['a bulk string without a line end', '$2\r\nab\n\n'],
    ['a bare carriage return', '+OK\rx'],
    ['an integer that is none', ':12a\r\n'],
    ['an empty integer', ':\r\n'],
    ['a boolean that is none', '#x\r\n'],
    ['a double that is none', ',one\r\n'],
    ['a big number that is none', '(1.5\r\n'],
    ['a null with something in it', '_x\r\n'],
    ['a push inside of an array', '*1\r\n>1\r\n+a\r\n'],
    ['an empty push', '>0\r\n'],
    ['the end of a stream where none is open', '.\r\n'],
    ['the end of a stream in an array with a count', '*2\r\n:1\r\n.\r\n'],
    ['a streamed map with half an entry', '%?\r\n+a\r\n.\r\n'],
    ['a part outside of a streamed string', ';1\r\na\r\n'],
    ['another value in a streamed string', '$?\r\n:1\r\n'],
    ['an array in a streamed string', '$?\r\n*1\r\n:1\r\n'],
    ['a verbatim string without a format', '=3\r\nabc\r\n'],
  ]

  test.each(rows)('%s is a protocol error at once', (_what, wire) => {
    expect(() => decode(wire)).toThrow(ProtocolError)
  })

  test('a length over the limit is refused before its bytes come', () => {
    expect(() => decode('$99999999999')).toThrow(MessageTooLargeError)
    expect(() => decode('*99999999999\r\n')).toThrow(ProtocolError)
    expect(() => decode('$101\r\n', new ReplyDecoder({ maxReplyBytes: 100 }))).toThrow(MessageTooLargeError)
  })

  test('an aggregate that grows over the limit is refused', () => {
    const decoder = new ReplyDecoder({ maxReplyBytes: 1000 })
    expect(() => {
      decoder.push(Buffer.from('*?\r\n'))
      decoder.next()
      for (let count = 0; count < 1000; count++) {
        decoder.push(Buffer.from(':1\r\n'))
        decoder.next()
      }
    }).toThrow(MessageTooLargeError)
  })

  test('many small replies in one chunk are not taken for a large one', () => {
    const decoder = new ReplyDecoder({ maxReplyBytes: 20 })
    expect(decode('+OK\r\n*2\r\n:1\r\n:2\r\n'.repeat(100), decoder)).toHaveLength(200)
  })

  test('arrays that nest without end are refused', () => {
    expect(() => decode('*1\r\n'.repeat(129))).toThrow(/nest deeper than 128/)
    expect(decode(`${'*1\r\n'.repeat(128)}:1\r\n`)).toHaveLength(1)
  })

  test('a line that never ends is refused', () => {
    const decoder = new ReplyDecoder()
    expect(() => {
      for (let count = 0; count < 100; count++) {
        decoder.push(Buffer.alloc(65_536, count === 0 ? '+' : 'x'))
        decoder.next()
      }
    }).toThrow(ProtocolError)
  })

  test('any bytes end in replies, in waiting for more, or in a protocol error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          decode(Buffer.from(bytes))
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError)
        }
      }),
      { numRuns: 3000 },
    )
  })

  test('a valid stream with one byte changed never hangs and never throws anything else', () => {
    const generator = new ReplyGenerator(randomSource(11), 3)
    const wire = Buffer.from(Array.from({ length: 10 }, () => generator.top().wire).join(''))
    for (let at = 0; at < wire.length; at++) {
      const broken = Buffer.from(wire)
      broken[at] = (broken[at]! + 1 + at) % 256
      try {
        decode(broken)
      } catch (error) {
        expect(error).toBeInstanceOf(ProtocolError)
      }
    }
  })
})
