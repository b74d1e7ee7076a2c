/** How large a reply is, about. */
import { Buffer } from 'node:buffer'
import type { Reply } from '../redis/resp/reply.ts'
import { largeBytes } from './held-replies.ts'

/** What an item costs beside its bytes. */
const itemBytes = 16

/** Bytes of strings, and a little for each item. Stops counting at `limit`, so that it costs a small reply little. */
export function weightOf(reply: Reply, limit = Number.POSITIVE_INFINITY): number {
  if (reply instanceof Buffer || typeof reply === 'string') return reply.length
  if (!isList(reply)) return itemBytes
  let weight = 0
  for (const item of reply) {
    weight += itemBytes + weightOf(item, limit - weight)
    if (weight >= limit) break
  }
  return weight
}

/** Whether the reply is to be sent in pieces. */
export function isLarge(reply: Reply): boolean {
  return weightOf(reply, largeBytes) >= largeBytes
}

/** Whether the reply is a list, or shown as one. */
export function isList(reply: Reply): reply is Reply[] | Set<Reply> {
  return Array.isArray(reply) || reply instanceof Set
}
