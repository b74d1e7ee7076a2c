/** Large replies in pieces are, joined, what the whole would be; and no piece is large itself. */
import { decode as decodeMessagePack } from '@msgpack/msgpack'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  showAsJson,
  showAsJsonPieces,
  showAsMessagePack,
  showAsMessagePackPieces,
  showAsResp,
  showAsRespPieces,
  showAsValue,
  showAsValuePieces,
} from '../../../src/gateway/command-url/show.ts'
import { gathered, type Pieces } from '../../../src/gateway/pieces.ts'
import { outcomeOf, outcomePieces, outcomesPieces } from '../../../src/gateway/rest/show.ts'
import { isLarge, weightOf } from '../../../src/gateway/weight.ts'
import { ReplyError } from '../../../src/redis/errors.ts'
import type { Reply } from '../../../src/redis/resp/reply.ts'

const bytes = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array)),
)
/** Longer than a slice, and with a character across its end. */
const long = fc
  .tuple(fc.constantFrom('é', '値', '😀', 'x', '"'), fc.integer({ min: 49_000, max: 70_000 }), bytes)
  .map(([text, size, tail]) =>
    Buffer.concat([Buffer.from(`x${text.repeat(Math.ceil(size / Buffer.byteLength(text)))}`), tail]),
  )
const scalar = fc.oneof<fc.Arbitrary<Reply>[]>(
  bytes,
  fc.integer(),
  fc.constant(null),
  fc.constant('OK'),
  fc.bigInt({ min: 2n ** 60n, max: 2n ** 62n }),
  fc.constant(new ReplyError('ERR no')),
)
const { reply } = fc.letrec<{ reply: Reply }>((tie) => ({
  reply: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    { weight: 1, arbitrary: long },
    fc.array(tie('reply'), { maxLength: 20 }),
  ),
}))

const whole = (pieces: Pieces): Buffer =>
  Buffer.concat([...gathered(pieces)].map((piece) => Buffer.from(piece)))
const few = { numRuns: 40 }

describe('a reply in pieces is the same', () => {
  test.each(['text', 'base64'] as const)('as JSON (%s)', (encoding) => {
    fc.assert(
      fc.property(reply, fc.constantFrom('GET', 'HGETALL'), (one, name) => {
        const list = name === 'HGETALL' && Array.isArray(one) && one.length % 2 === 1 ? one.slice(1) : one
        expect(whole(showAsJsonPieces(name, list, encoding)).toString()).toBe(
          showAsJson(name, list, encoding),
        )
      }),
      few,
    )
  })

  test.each(['text', 'base64'] as const)('in the REST style (%s)', (encoding) => {
    fc.assert(
      fc.property(fc.array(reply, { maxLength: 4 }), (list) => {
        const shown = list.map((one) =>
          isLarge(one) ? `${whole(outcomePieces(one, encoding))}` : outcomeOf(one, encoding),
        )
        expect(whole(outcomesPieces(list, encoding)).toString()).toBe(`[${shown.join(',')}]`)
        for (const one of list) {
          if (one instanceof ReplyError) continue
          expect(whole(outcomePieces(one, encoding)).toString()).toBe(outcomeOf(one, encoding))
        }
      }),
      few,
    )
  })

  test('as RESP, as a value and as MessagePack', () => {
    fc.assert(
      fc.property(reply, (one) => {
        expect(whole(showAsRespPieces(one)).equals(showAsResp(one))).toBe(true)
        expect(whole(showAsValuePieces(one)).equals(Buffer.from(showAsValue(one) ?? ''))).toBe(true)
        const options = { useBigInt64: true }
        expect(decodeMessagePack(whole(showAsMessagePackPieces('GET', one)), options)).toEqual(
          decodeMessagePack(showAsMessagePack('GET', one), options),
        )
      }),
      few,
    )
  })
})

test('no piece of a large value is large, and a long list becomes few pieces', () => {
  const value = Buffer.alloc(4 * 1024 * 1024, 'é')
  for (const piece of gathered(showAsJsonPieces('GET', Buffer.concat([value, Buffer.from('"')]), 'text')))
    expect(piece.length).toBeLessThan(200_000)
  const list = Array.from({ length: 100_000 }, (_, index) => Buffer.from(`item ${index}`))
  const pieces = [...gathered(showAsRespPieces(list))]
  expect(pieces.length).toBeLessThan(40)
  expect(pieces.every((piece) => piece.length < 200_000)).toBe(true)
})

test('what a reply weighs is not counted beyond what is asked', () => {
  const list = Array.from({ length: 100 }, () => Buffer.alloc(1000))
  expect(weightOf(list)).toBeGreaterThanOrEqual(100_000)
  expect(weightOf(list, 5000)).toBeLessThan(7000)
  expect(isLarge(list)).toBe(true)
  expect(isLarge(list.slice(0, 10))).toBe(false)
})
