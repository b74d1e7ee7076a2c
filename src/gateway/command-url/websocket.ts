/**
 * Commands over a WebSocket: JSON arrays at `.json`, RESP at `.raw`, subscriptions included. Replies come in the
 * order of the commands, each in a frame; messages of subscriptions come in between.
 */
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
import { confirmed, isSubscription, itemsOf, type SubscribeWord, subscribeAs } from './subscribe.ts'

export interface CommandSocketOptions {
  readonly pool: RedisPool
  readonly authorize: Authorize
  /** The request that opened it: the rules see it with each command. */
  readonly request: GatewayRequest
  readonly format: FrameFormat
  /** Commands that may wait for their replies. */
  readonly pipelinedCommands: number
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
      for (const words of format.commandsOf(message)) this.#answer(link, this.#carryOut(words, link))
    } catch (error) {
      if (!(error instanceof FrameError)) throw error
      this.#answer(link, Promise.resolve([format.showError(error.message)]))
    }
    return this.#waiting >= pipelinedCommands ? this.#tail : undefined
  }

  closed(): void {
    this.#abort.abort()
  }

  /** Sends frames once those of earlier commands are out. */
  #answer(link: Link, shown: Promise<(string | Buffer)[]>): void {
    const before = this.#tail
    this.#waiting++
    this.#tail = (async () => {
      const frames = await shown
      await before
      this.#waiting--
      for (const frame of frames) await send(link, frame)
    })()
  }

  /** The frames that answer the command. Never rejects. */
  async #carryOut(words: FrameWords, link: Link): Promise<(string | Buffer)[]> {
    const { pool, authorize, request, format } = this.#options
    const [name, ...rest] = words
    const refusal = authorize(request, words)
    if (refusal !== undefined) return [format.showError(refusal.message)]
    try {
      if (isSubscription(name)) return await this.#subscribe(name, rest.map(String), link)
      if (isUnsubscription(name)) return this.#unsubscribe(name, rest.map(String))
      const { signal } = this.#abort
      return [format.show(name, await pool.with({ buffers: 'data', signal }).command(name, ...rest))]
    } catch (error) {
      if (error instanceof ReplyError) return [format.show(name, error)]
      return [format.showError(failureOf(error)?.message ?? 'The command could not be carried out.')]
    }
  }

  async #subscribe(name: string, channels: readonly string[], link: Link): Promise<(string | Buffer)[]> {
    const { pool, format } = this.#options
    const word = name.toUpperCase() as SubscribeWord
    if (channels.length === 0) return [format.showError(`${word} needs the name of a channel.`)]
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
    return frames
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

  #unsubscribe(name: string, channels: readonly string[]): (string | Buffer)[] {
    const word = name.toUpperCase().replace('UNSUBSCRIBE', 'SUBSCRIBE')
    const prefix = `${word} `
    const left =
      channels.length > 0
        ? channels
        : [...this.#subscriptions.keys()]
            .filter((key) => key.startsWith(prefix))
            .map((key) => key.slice(prefix.length))
    return left.map((channel) => {
      this.#subscriptions.get(prefix + channel)?.abort()
      this.#subscriptions.delete(prefix + channel)
      return this.#confirmation(name, channel)
    })
  }

  #confirmation(name: string, channel: string): string | Buffer {
    const items: Reply[] = [Buffer.from(name.toLowerCase()), Buffer.from(channel), this.#subscriptions.size]
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
