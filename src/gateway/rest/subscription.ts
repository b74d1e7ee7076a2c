/**
 * Messages of channels as server-sent events: `data: subscribe,CHANNEL,1`, then `data: message,CHANNEL,TEXT` for
 * each (`pmessage,PATTERN,CHANNEL,TEXT` for patterns). A client that reads too slowly loses the connection.
 */

import { isUtf8 } from 'node:buffer'
import { UnavailableError } from '../../redis/errors.ts'
import type { RedisPool } from '../../redis/pool.ts'
import type { CommandWords } from '../authorize.ts'
import { areChannels, confirmed } from '../command-url/subscribe.ts'
import type { GatewayReply } from '../exchange.ts'
import { jsonOfBytes } from '../json.ts'
import { RestRequestError } from './request.ts'

/** Of event streams. */
export const eventHeaders = Object.freeze({
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-cache',
  'X-Content-Type-Options': 'nosniff',
})

/** Streams until the client leaves. Throws what the subscription throws before the first event. */
export async function streamMessages(
  pool: RedisPool,
  kind: 'subscribe' | 'psubscribe',
  words: CommandWords,
  reply: GatewayReply,
): Promise<void> {
  if (!areChannels(words)) throw new RestRequestError('The names of channels must be UTF-8 here.')
  if (pool.stats().isDown) throw new UnavailableError('Redis cannot be reached.')
  const names = words.slice(1).map(String)
  const options = { buffers: true, signal: reply.closed, whenFull: 'end' } as const
  const subscription = kind === 'subscribe' ? pool.subscribe(names, options) : pool.psubscribe(names, options)
  await confirmed(subscription)
  const stream = reply.stream(200, eventHeaders)
  try {
    names.forEach((name, index) => {
      stream.write(eventOf(`${kind},${name},${index + 1}`))
    })
    for await (const { channel, message, pattern } of subscription) {
      const kind = pattern === undefined ? 'message' : `pmessage,${pattern}`
      const event = eventOf(`${kind},${textOf(channel)},${textOf(message)}`)
      if (!stream.write(event)) await stream.drained()
    }
  } catch {
    // The stream has begun, so its end is all that can be told: clients of event streams come again.
  } finally {
    subscription.close()
    stream.end()
  }
}

/** Text as it is, other bytes as `{"base64":"…"}`. */
function textOf(bytes: Buffer): string {
  return isUtf8(bytes) ? bytes.toString() : jsonOfBytes(bytes, 'text')
}

/** One event that says the text. */
export function eventOf(text: string): string {
  return `${text
    .split(/\r\n|\r|\n/)
    .map((line) => `data: ${line}\n`)
    .join('')}\n`
}
