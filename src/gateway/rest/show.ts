/** Replies as the REST style shows them: `{"result":…}` and `{"error":…}`. */
import { ReplyError } from '../../redis/errors.ts'
import type { Reply } from '../../redis/resp/reply.ts'
import { type Encoding, jsonOfBytes } from '../json.ts'

/** One command's outcome. */
export function outcomeOf(reply: Reply, encoding: Encoding): string {
  return reply instanceof ReplyError ? errorOf(reply.message) : `{"result":${textOf(reply, encoding)}}`
}

export function errorOf(message: string): string {
  return JSON.stringify({ error: message })
}

/** A reply whose strings are buffers and whose statuses are strings (the call option `buffers: 'data'`). */
function textOf(reply: Reply, encoding: Encoding): string {
  if (reply instanceof Buffer) return jsonOfBytes(reply, encoding)
  if (reply === null) return 'null'
  switch (typeof reply) {
    case 'string':
      // Readers of base64 expect this one status as it is.
      return reply === 'OK' || encoding === 'text'
        ? JSON.stringify(reply)
        : jsonOfBytes(Buffer.from(reply), encoding)
    case 'number':
      return Number.isFinite(reply) ? String(reply) : `"${reply}"`
    case 'bigint':
    case 'boolean':
      return String(reply)
  }
  if (reply instanceof ReplyError) return errorOf(reply.message)
  const items = reply instanceof Map ? [...reply].flat() : [...reply]
  return `[${items.map((item) => textOf(item, encoding)).join(',')}]`
}
