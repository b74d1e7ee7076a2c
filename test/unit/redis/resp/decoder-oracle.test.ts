/**
 * Our decoder beside those of the public clients, on a million replies made by chance: `redis-parser` (ioredis)
 * for RESP2, node-redis's for RESP3. All get the same chunks.
 */
import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { ReplyDecoder } from '../../../../src/redis/resp/decoder.ts'
import { Push } from '../../../../src/redis/resp/reply.ts'
import { randomSource } from '../../../random-source.ts'
import { ReplyGenerator } from './generated-replies.ts'

interface OracleDecoder {
  write(chunk: Buffer): void
}

const require = createRequire(import.meta.url)
const RedisParser = require('redis-parser') as new (options: {
  returnReply(reply: unknown): void
  returnError(error: Error): void
  stringNumbers: boolean
}) => { execute(chunk: Buffer): void }
const { Decoder } = require('@redis/client/dist/lib/RESP/decoder.js') as {
  Decoder: new (options: {
    onReply(reply: unknown): void
    onErrorReply(error: Error): void
    onPush(items: unknown[]): void
    getTypeMapping(): Record<number, unknown>
  }) => OracleDecoder
}

const REPLIES = 500_000
const PER_BATCH = 2000

test('half a million RESP2 replies mean the same to redis-parser', () => {
  const theirs: unknown[] = []
  const oracle = new RedisParser({
    returnReply: (reply) => theirs.push(reply),
    returnError: (error) => theirs.push(error),
    stringNumbers: true,
  })
  compare(2, (chunk) => oracle.execute(chunk), theirs)
}, 60_000)

test('half a million RESP3 replies mean the same to node-redis', () => {
  const theirs: unknown[] = []
  const oracle = new Decoder({
    onReply: (reply) => theirs.push(reply),
    onErrorReply: (error) => theirs.push(error),
    onPush: (items) => theirs.push({ push: items }),
    // Maps, sets and big numbers in their own types, and 64-bit integers as text.
    getTypeMapping: () => ({ 58: String, 37: Map, 126: Set }),
  })
  compare(3, (chunk) => oracle.write(chunk), theirs)
}, 60_000)

function compare(version: 2 | 3, execute: (chunk: Buffer) => void, theirs: unknown[]): void {
  const random = randomSource(20_260_101 + version)
  const generator = new ReplyGenerator(random, version, { streams: false })
  const decoder = new ReplyDecoder()
  /** Half of the chunks come in memory that is overwritten then. */
  const lent = Buffer.alloc(4096)
  let compared = 0
  for (let done = 0; done < REPLIES; done += PER_BATCH) {
    let text = ''
    for (let count = 0; count < PER_BATCH; count++) text += generator.top().wire
    const wire = Buffer.from(text)
    const ours: unknown[] = []
    theirs.length = 0
    for (let at = 0; at < wire.length; ) {
      const size = 1 + Math.floor(random() * 4000)
      const chunk = wire.subarray(at, at + size)
      at += size
      execute(Buffer.from(chunk))
      if (random() < 0.5) decoder.push(Buffer.from(chunk))
      else {
        chunk.copy(lent)
        decoder.pushLent(lent, chunk.length)
      }
      for (let reply = decoder.next(); reply !== undefined; reply = decoder.next()) ours.push(reply)
      decoder.keepLent()
      lent.fill('?')
    }
    expect(ours.length).toBe(PER_BATCH)
    expect(theirs.length).toBe(PER_BATCH)
    for (let index = 0; index < PER_BATCH; index++) {
      const mine = canonical(ours[index])
      const other = canonical(theirs[index])
      if (mine !== other) expect(mine).toBe(other)
      compared++
    }
  }
  expect(compared).toBe(REPLIES)
}

/**
 * One spelling for both: errors by their text, integers as text, as the oracles give them. Within pushes the
 * oracle ignores what types it is asked for: sets are lists there, and long integers lose digits.
 */
function canonical(value: unknown, isInPush = false): string {
  const list = (items: Iterable<unknown>): string =>
    `[${[...items].map((item) => canonical(item, isInPush)).join()}]`
  if (value === null) return 'null'
  if (typeof value === 'string') return JSON.stringify(value)
  if (isInPush && (typeof value === 'number' || typeof value === 'bigint'))
    return Number(value).toPrecision(12)
  if (typeof value === 'number') return Number.isInteger(value) ? JSON.stringify(String(value)) : `d${value}`
  if (typeof value === 'bigint') return JSON.stringify(String(value))
  if (typeof value === 'boolean') return String(value)
  if (value instanceof Error) return `error ${value.message}`
  if (value instanceof Push) return `push ${canonical([...value.items], true)}`
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString())
  if (Array.isArray(value)) return list(value)
  if (value instanceof Map) return `map ${list([...value].flat(1))}`
  if (value instanceof Set) return isInPush ? list(value) : `set ${list(value)}`
  if (typeof value === 'object' && 'push' in value) return `push ${canonical(value.push, true)}`
  return isInPush && typeof value === 'object'
    ? `map ${list(Object.entries(value).flat(1))}`
    : `unknown ${String(value)}`
}
