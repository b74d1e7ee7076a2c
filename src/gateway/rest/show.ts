/** Replies as the REST style shows them: `{"result":…}` and `{"error":…}`. */
import { Buffer } from 'node:buffer'
import { ReplyError } from '../../redis/errors.ts'
import type { Reply } from '../../redis/resp/reply.ts'
import { type Encoding, jsonOfBytes } from '../json.ts'
import { jsonPieces, jsonPiecesOfList, type Pieces } from '../pieces.ts'

/** One command's outcome. */
export function outcomeOf(reply: Reply, encoding: Encoding): string {
  return reply instanceof ReplyError ? errorOf(reply.message) : `{"result":${textOf(reply, encoding)}}`
}

/** The same in pieces, for large replies. */
export function* outcomePieces(reply: Reply, encoding: Encoding): Generator<string | Buffer> {
  yield '{"result":'
  yield* jsonPieces(reply, encoding, (item) => textOf(item, encoding))
  yield '}'
}

/** Outcomes of several commands. */
export function outcomesPieces(replies: readonly Reply[], encoding: Encoding): Pieces {
  return jsonPiecesOfList(
    replies,
    (reply) => outcomePieces(reply, encoding),
    (reply) => outcomeOf(reply, encoding),
  )
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
