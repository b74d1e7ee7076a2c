/**
 * SUBSCRIBE, PSUBSCRIBE and SSUBSCRIBE as streams: one JSON object a line for each message, or server-sent events
 * where the client accepts them, until it leaves. A client that reads more slowly than messages come is cut off:
 * it must know that it has missed some.
 */
import { Buffer, isUtf8 } from 'node:buffer'
import { sharedWheel, WheelTimer } from '../../connection/timer-wheel.ts'
import { CommandTimeoutError } from '../../redis/errors.ts'
import type { RedisPool } from '../../redis/pool.ts'
import type { Reply } from '../../redis/resp/reply.ts'
import type { Message, Subscription } from '../../redis/subscription.ts'
import type { GatewayReply, GatewayRequest, ReplyHeaders, ReplyStream } from '../exchange.ts'
import { type Encoding, jsonOf } from '../json.ts'
import { respOf } from '../resp.ts'
import type { ParsedCommand } from './parse.ts'
import type { Wishes } from './query.ts'
import { sayError, sayFailure } from './say.ts'

/** The commands that subscribe, and to what. */
const kinds = { SUBSCRIBE: 'channel', PSUBSCRIBE: 'pattern', SSUBSCRIBE: 'shard' } as const

export type SubscribeWord = keyof typeof kinds

/** How long Redis may take to confirm. */
const confirmTimeoutMs = 10_000
/** Silence after which an event stream says that it is alive: proxies cut what is silent for longer. */
const aliveAfterMs = 15_000

const streaming = {
  'Cache-Control': 'no-store',
  'X-Accel-Buffering': 'no',
  'X-Content-Type-Options': 'nosniff',
}

const allow: ReplyHeaders = Object.freeze({ Allow: 'GET, POST, PUT' })

/** Whether messages can be shown as the request asks. */
function canStream({ format }: ParsedCommand, wishes: Wishes): boolean {
  const isKnown = format.kind === 'json' || format.kind === 'raw'
  return isKnown && wishes.format === undefined && wishes.callback === undefined
}

/** Whether the command is answered by a stream. */
export function isSubscription(name: string): boolean {
  // Hot path, once a command: their names are long, and few others are.
  return name.length >= 9 && Object.hasOwn(kinds, name.toUpperCase())
}

/** Streams the messages until the client leaves; then the subscription ends too. */
export async function streamMessages(
  pool: RedisPool,
  request: GatewayRequest,
  reply: GatewayReply,
  parsed: ParsedCommand,
  wishes: Wishes,
): Promise<void> {
  const [name, ...words] = parsed.words as [string, ...(string | Buffer)[]]
  const kind = name.toUpperCase() as SubscribeWord
  if (request.method === 'HEAD') {
    sayError(reply, 405, `${kind} is answered by a stream, which HEAD cannot have: use GET.`, allow)
    return
  }
  if (!canStream(parsed, wishes)) {
    sayError(
      reply,
      400,
      `${kind} is streamed as JSON, as RESP (.raw) or as server-sent events, without callback or type. A dot that belongs to the channel is %2e.`,
    )
    return
  }
  if (words.length === 0) {
    sayError(reply, 400, `${kind} needs the name of a channel.`)
    return
  }
  if (!areChannels(words)) {
    sayError(reply, 400, 'The names of channels must be UTF-8 here.')
    return
  }
  if (pool.stats().isDown) {
    sayError(reply, 503, 'Redis cannot be reached.', { 'Retry-After': '1' })
    return
  }
  const names = words.map(String)
  const options = { buffers: true, whenFull: 'end', signal: reply.closed } as const
  const subscription = subscribeAs(pool, kind, names, options)
  try {
    await confirmed(subscription)
  } catch (error) {
    subscription.close()
    if (!reply.closed.aborted) sayFailure(reply, error)
    return
  }
  const shape = shapeOf(request, parsed, name, wishes.encoding)
  const stream = reply.stream(200, shape.headers)
  names.forEach((one, index) => {
    stream.write(shape.show([Buffer.from(name.toLowerCase()), Buffer.from(one), index + 1]))
  })
  await pump(subscription, stream, shape, reply.closed)
}

/** Subscribes as the command does. */
export function subscribeAs(
  pool: RedisPool,
  kind: SubscribeWord,
  names: readonly string[],
  options: { readonly buffers: true; readonly whenFull: 'end'; readonly signal: AbortSignal },
): Subscription<Buffer> {
  switch (kind) {
    case 'SUBSCRIBE':
      return pool.subscribe(names, options)
    case 'PSUBSCRIBE':
      return pool.psubscribe(names, options)
    case 'SSUBSCRIBE':
      return pool.ssubscribe(names, options)
  }
}

/** Whether all names can be channels here, where they are text. */
export function areChannels(words: readonly (string | Buffer)[]): boolean {
  return words.every((word) => typeof word === 'string' || isUtf8(word))
}

/** Resolves when Redis has confirmed; ends the subscription, and rejects, if it does not in time. */
export async function confirmed(subscription: Subscription<Buffer>): Promise<void> {
  const timer = setTimeout(
    () => subscription.end(new CommandTimeoutError('SUBSCRIBE', confirmTimeoutMs, 'maybe')),
    confirmTimeoutMs,
  )
  try {
    await subscription.ready
  } finally {
    clearTimeout(timer)
  }
}

async function pump(
  subscription: Subscription<Buffer>,
  stream: ReplyStream,
  shape: Shape,
  closed: AbortSignal,
): Promise<void> {
  const alive = new WheelTimer({
    timerDue: () => {
      stream.write(shape.alive)
      sharedWheel.set(alive, aliveAfterMs)
    },
  })
  if (shape.alive !== '') sharedWheel.set(alive, aliveAfterMs)
  try {
    for await (const message of subscription) {
      if (!stream.write(shape.show(itemsOf(message)))) await stream.drained()
    }
  } catch (error) {
    // The client has left: that is how such streams end.
    if (!closed.aborted) throw error
  } finally {
    sharedWheel.cancel(alive)
    stream.end()
  }
}

/** What Redis says of a message. */
export function itemsOf({ channel, message, pattern }: Message<Buffer>): Reply[] {
  return pattern === undefined
    ? [Buffer.from('message'), channel, message]
    : [Buffer.from('pmessage'), Buffer.from(pattern), channel, message]
}

interface Shape {
  readonly headers: ReplyHeaders
  readonly show: (items: Reply[]) => string | Buffer
  /** Says that the stream is alive; empty: nothing says so. */
  readonly alive: string
}

function shapeOf(request: GatewayRequest, parsed: ParsedCommand, name: string, encoding: Encoding): Shape {
  const line = (items: Reply[]): string => `{"${name}":${jsonOf(items, encoding)}}`
  if (request.header('accept')?.includes('text/event-stream') === true) {
    const headers = { 'Content-Type': 'text/event-stream', ...streaming }
    return { headers, show: (items) => `data: ${line(items)}\n\n`, alive: ':\n\n' }
  }
  const headers = { 'Content-Type': parsed.format.contentType, ...streaming }
  return parsed.format.kind === 'raw'
    ? { headers, show: respOf, alive: '' }
    : {
        headers: { ...headers, 'Content-Type': 'application/json' },
        show: (items) => `${line(items)}\n`,
        alive: '',
      }
}
