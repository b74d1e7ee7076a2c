/** Replies as the bytes of RESP2, as Redis sent them. */
import { ReplyError } from '../redis/errors.ts'
import type { Reply } from '../redis/resp/reply.ts'

export function respOf(reply: Reply): Buffer {
  const parts: Buffer[] = []
  write(reply, parts)
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts)
}

function write(reply: Reply, parts: Buffer[]): void {
  if (reply instanceof Buffer) parts.push(Buffer.from(`$${reply.length}\r\n`), reply, lineEnd)
  else if (reply === null) parts.push(Buffer.from('$-1\r\n'))
  else if (typeof reply === 'string') parts.push(Buffer.from(`+${reply}\r\n`))
  else if (reply instanceof ReplyError) parts.push(Buffer.from(`-${reply.message}\r\n`))
  else if (typeof reply === 'number' || typeof reply === 'bigint') parts.push(Buffer.from(`:${reply}\r\n`))
  else if (typeof reply === 'boolean') parts.push(Buffer.from(`:${reply ? 1 : 0}\r\n`))
  else {
    const items = reply instanceof Map ? [...reply].flat() : [...reply]
    parts.push(Buffer.from(`*${items.length}\r\n`))
    for (const item of items) write(item, parts)
  }
}

const lineEnd = Buffer.from('\r\n')
