/** Replies as the bytes of RESP2, as Redis sent them. */
import { Buffer } from 'node:buffer'
import type { Reply } from '../redis/resp/reply.ts'
import { respOfScalar } from './pieces.ts'
import { isList } from './weight.ts'

export function respOf(reply: Reply): Buffer {
  const parts: Buffer[] = []
  write(reply, parts)
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts)
}

function write(reply: Reply, parts: Buffer[]): void {
  if (reply instanceof Buffer) parts.push(Buffer.from(`$${reply.length}\r\n`), reply, lineEnd)
  else if (isList(reply) || reply instanceof Map) {
    const items = reply instanceof Map ? [...reply].flat() : [...reply]
    parts.push(Buffer.from(`*${items.length}\r\n`))
    for (const item of items) write(item, parts)
  } else parts.push(Buffer.from(respOfScalar(reply)))
}

const lineEnd = Buffer.from('\r\n')
