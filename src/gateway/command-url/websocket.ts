/**
 * Commands over a WebSocket: JSON arrays at `.json`, RESP at `.raw`, subscriptions included. Replies come in the
 * order of the commands, each in a frame; messages of subscriptions come in between.
 */
import { Buffer } from 'node:buffer'
import type { Connection } from '../../connection/connection.ts'
import type { Handler } from '../../connection/handler.ts'
import { ReplyError } from '../../redis/errors.ts'
import type { RedisPool } from '../../redis/pool.ts'
import type { Reply } from '../../redis/resp/reply.ts'
import type { WebSocketMessage } from '../../transports/websocket/codec.ts'
import type { Authorize } from '../authorize.ts'
import type { GatewayRequest } from '../exchange.ts'
import { failureOf } from '../failure.ts'
import { FrameError, type FrameFormat, type FrameWords } from './frame-format.ts'
import {
  areChannels,
  confirmed,
  isSubscription,
  itemsOf,
  type SubscribeWord,
  subscribeAs,
} from './subscribe.ts'

export interface CommandSocketOptions {
  readonly pool: RedisPool
  readonly authorize: Authorize
  /** The request that opened it: the rules see it with each command. */
  readonly request: GatewayRequest
  readonly format: FrameFormat
  /** Commands that may wait for their replies. */
  readonly pipelinedCommands: number
  /** A command has its reply: for logs and metrics. `status`: what it would be for a request. */
  readonly answered?: (command: AnsweredCommand) => void
}

export interface AnsweredCommand {
  /** As it was spelt; empty: there was none. */
  readonly name: string
  readonly status: number
  readonly receivedAtMs: number
  /** Of its frames. */
  readonly bytes: number
}

/** The frames that answer a command, and the status that a request would have got. */
interface Outcome {
  readonly status: number
  readonly frames: readonly (string | Buffer)[]
}

type Link = Connection<WebSocketMessage, string | Uint8Array>

export class CommandSocket implements Handler<WebSocketMessage, string | Uint8Array> {
  readonly #options: CommandSocketOptions
  readonly #abort = new AbortController()
  /** What ends each subscription, by command and channel. */
  readonly #subscriptions = new Map<string, AbortController>()
  /** Settles when the replies so far are out. */
  #tail: Promise<void> = Promise.resolve()
  #waiting = 0

  constructor(options: CommandSocketOptions) {
    this.#options = options
  }

  message(message: WebSocketMessage, link: Link): void | Promise<void> {
    const { format, pipelinedCommands } = this.#options
    try {
      for (const words of format.commandsOf(message))
        this.#answer(link, words[0], this.#carryOut(words, link))
    } catch (error) {
      if (!(error instanceof FrameError)) throw error
      this.#answer(link, '', Promise.resolve({ status: 400, frames: [format.showError(error.message)] }))
    }
    return this.#waiting >= pipelinedCommands ? this.#tail : undefined
  }

  closed(): void {
    this.#abort.abort()
  }

  /** Sends frames once those of earlier commands are out. */
  #answer(link: Link, name: string, outcome: Promise<Outcome>): void {
    const before = this.#tail
    const receivedAtMs = link.lastReadAtMs
    this.#waiting++
    this.#tail = (async () => {
      const { status, frames } = await outcome
      await before
      this.#waiting--
      const bytes = frames.reduce((sum, frame) => sum + Buffer.byteLength(frame), 0)
      this.#options.answered?.({ name, status, receivedAtMs, bytes })
      for (const frame of frames) await send(link, frame)
    })()
  }

  /** Never rejects. */
  async #carryOut(words: FrameWords, link: Link): Promise<Outcome> {
    const { pool, authorize, request, format } = this.#options
    const [name, ...rest] = words
    const refusal = authorize(request, words)
    if (refusal !== undefined) return { status: refusal.status, frames: [format.showError(refusal.message)] }
    try {
      if ((isSubscription(name) || isUnsubscription(name)) && !areChannels(rest))
        return { status: 400, frames: [format.showError('The names of channels must be UTF-8 here.')] }
      if (isSubscription(name)) return await this.#subscribe(name, rest.map(String), link)
      if (isUnsubscription(name)) return this.#unsubscribe(name, rest.map(String))
      const { signal } = this.#abort
      const result = await pool.with({ buffers: 'data', signal }).command(name, ...rest)
      return { status: 200, frames: [format.show(name, result)] }
    } catch (error) {
      if (error instanceof ReplyError)
        return { status: error.kind === 'NOPERM' ? 403 : 200, frames: [format.show(name, error)] }
      const failure = failureOf(error)
      const message = failure?.message ?? 'The command could not be carried out.'
      return { status: failure?.status ?? 500, frames: [format.showError(message)] }
    }
  }

  async #subscribe(name: string, channels: readonly string[], link: Link): Promise<Outcome> {
    const { pool, format } = this.#options
    const word = name.toUpperCase() as SubscribeWord
    if (channels.length === 0)
      return { status: 400, frames: [format.showError(`${word} needs the name of a channel.`)] }
    const frames: (string | Buffer)[] = []
    for (const channel of channels) {
      const key = `${word} ${channel}`
      if (!this.#subscriptions.has(key)) {
        const end = new AbortController()
        const signal = AbortSignal.any([end.signal, this.#abort.signal])
        const subscription = subscribeAs(pool, word, [channel], { buffers: true, whenFull: 'end', signal })
        this.#subscriptions.set(key, end)
        try {
          await confirmed(subscription)
        } catch (error) {
          this.#subscriptions.delete(key)
          throw error
        }
        void this.#pump(subscription, name, link, signal)
      }
      frames.push(this.#confirmation(name, channel))
    }
    return { status: 200, frames }
  }

  async #pump(
    messages: ReturnType<typeof subscribeAs>,
    name: string,
    link: Link,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      for await (const message of messages)
        await send(link, this.#options.format.show(name, itemsOf(message)))
    } catch (error) {
      if (signal.aborted) return
      link.close('outbox-full', `A subscription broke off: ${String(error)}`, error)
    }
  }

  #unsubscribe(name: string, channels: readonly string[]): Outcome {
    const word = name.toUpperCase().replace('UNSUBSCRIBE', 'SUBSCRIBE')
    const prefix = `${word} `
    const left =
      channels.length > 0
        ? channels
        : [...this.#subscriptions.keys()]
            .filter((key) => key.startsWith(prefix))
            .map((key) => key.slice(prefix.length))
    // Redis too answers once where there was nothing to leave.
    if (left.length === 0) return { status: 200, frames: [this.#confirmation(name, undefined)] }
    const frames = left.map((channel) => {
      this.#subscriptions.get(prefix + channel)?.abort()
      this.#subscriptions.delete(prefix + channel)
      return this.#confirmation(name, channel)
    })
    return { status: 200, frames }
  }

  #confirmation(name: string, channel: string | undefined): string | Buffer {
    const shown = channel === undefined ? null : Buffer.from(channel)
    const items: Reply[] = [Buffer.from(name.toLowerCase()), shown, this.#subscriptions.size]
    return this.#options.format.show(name, items)
  }
}

function isUnsubscription(name: string): boolean {
  return /^[ps]?unsubscribe$/i.test(name)
}

/** Waits for room; a peer that is gone needs none. */
async function send(link: Link, frame: string | Buffer): Promise<void> {
  while (link.isWritable && !link.send(frame)) await link.writable()
}
