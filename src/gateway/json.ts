/**
 * Replies as JSON. Bytes that are not UTF-8 have no JSON string: they stand as `{"base64":"…"}`, never as
 * something that only looks right. With `base64` all strings of the reply are base64 strings instead.
 */
import { Buffer, isUtf8 } from 'node:buffer'
import { ReplyError } from '../redis/errors.ts'
import type { Reply } from '../redis/resp/reply.ts'
import { isPlainAscii } from './plain-text.ts'

export type Encoding = 'text' | 'base64'

/** A reply whose strings are buffers and whose statuses are strings (the call option `buffers: 'data'`). */
export function jsonOf(reply: Reply, encoding: Encoding): string {
  if (reply instanceof Buffer) return jsonOfBytes(reply, encoding)
  switch (typeof reply) {
    case 'number':
      return Number.isFinite(reply) ? String(reply) : `"${reply}"`
    case 'bigint':
      // Exact, also where a reader that takes all numbers for doubles would lose digits.
      return String(reply)
    case 'string':
      return `[true,${JSON.stringify(reply)}]`
    case 'boolean':
      return String(reply)
  }
  if (reply === null) return 'null'
  if (reply instanceof ReplyError) return `[false,${JSON.stringify(reply.message)}]`
  if (reply instanceof Map) return jsonOfPairs([...reply].flat(), encoding)
  return `[${Array.from(reply, (item) => jsonOf(item, encoding)).join(',')}]`
}

/** Hot path: once a value. */
export function jsonOfBytes(bytes: Buffer, encoding: Encoding): string {
  if (encoding === 'base64') return `"${bytes.toString('base64')}"`
  if (isPlainAscii(bytes)) return `"${bytes.toString('latin1')}"`
  return isUtf8(bytes) ? JSON.stringify(bytes.toString()) : `{"base64":"${bytes.toString('base64')}"}`
}

/** Whether names and values can be an object: all names are strings of JSON. */
export function areNamed(items: readonly Reply[], encoding: Encoding): boolean {
  return items.every(
    (item, index) => index % 2 === 1 || (item instanceof Buffer && (encoding === 'base64' || isUtf8(item))),
  )
}

/** Names and values as an object; as a plain list where a name is not UTF-8 and could not be a key. */
export function jsonOfPairs(items: readonly Reply[], encoding: Encoding): string {
  if (!areNamed(items, encoding)) return `[${items.map((item) => jsonOf(item, encoding)).join(',')}]`
  const names = items.filter((_item, index) => index % 2 === 0)
  const pairs = names.map(
    (name, index) =>
      `${jsonOfBytes(name as Buffer, encoding)}:${jsonOf(items[index * 2 + 1] ?? null, encoding)}`,
  )
  return `{${pairs.join(',')}}`
}
