/**
 * What a subscriber holds: messages to be taken with `for await`, kept in a bounded queue until then.
 *
 * Redis keeps no message for who is away, so there can be gaps: while the connection was lost, or because the
 * queue was full. Each is told by a `gap` event as soon as it is known.
 */
import { EventEmitter } from 'node:events'
import { Feed } from './feed.ts'

export type SubscriptionKind = 'channel' | 'pattern' | 'shard'

export interface Message<Text extends string | Buffer = string> {
  /** Bytes where messages are: what matches a pattern need not be UTF-8. */
  readonly channel: Text
  readonly message: Text
  /** The pattern that matched, for subscriptions to patterns. */
  readonly pattern: string | undefined
}

export interface Gap {
  /** `reconnect`: the connection was lost in between. `overflow`: messages came faster than they were taken. */
  readonly reason: 'reconnect' | 'overflow'
  /** Messages that were dropped; undefined: nobody knows how many. */
  readonly lost: number | undefined
}

export interface SubscribeOptions {
  /** Messages and their channels as buffers. Default false. */
  readonly buffers?: boolean
  /** Most messages that wait to be taken. Default 1024. */
  readonly maxQueue?: number
  /** What goes when the queue is full. Default `drop-oldest`; `end` ends the subscription with an error. */
  readonly whenFull?: 'drop-oldest' | 'drop-newest' | 'end'
  /** Ends the subscription. */
  readonly signal?: AbortSignal
}

export interface SubscriptionEvents {
  /** The server has confirmed (again, after a reconnect): what is published from now on arrives. */
  subscribed: []
  gap: [gap: Gap]
}

export const DEFAULT_MAX_QUEUE = 1024

export class Subscription<Text extends string | Buffer = string>
  extends EventEmitter<SubscriptionEvents>
  implements AsyncIterableIterator<Message<Text>>, AsyncDisposable
{
  readonly kind: SubscriptionKind
  /** Channels or patterns. */
  readonly names: readonly string[]
  readonly buffers: boolean
  readonly #maxQueue: number
  readonly #feed: Feed<Message<Text>>
  readonly #whenFull: 'drop-oldest' | 'drop-newest' | 'end'
  readonly #leave: () => void
  readonly #confirmed = Promise.withResolvers<void>()
  #lost = 0

  /** `leave` is called once, when it ends for whatever reason. */
  constructor(
    kind: SubscriptionKind,
    names: readonly string[],
    options: SubscribeOptions,
    leave: () => void,
  ) {
    super()
    this.kind = kind
    this.names = names
    this.buffers = options.buffers === true
    this.#maxQueue = options.maxQueue ?? DEFAULT_MAX_QUEUE
    this.#feed = new Feed(this.#maxQueue)
    this.#whenFull = options.whenFull ?? 'drop-oldest'
    this.#leave = leave
    this.#confirmed.promise.catch(() => {
      // Who waits for `ready` hears it there, who iterates hears it there.
    })
  }

  /** Settles when the server has confirmed all names for the first time. */
  get ready(): Promise<void> {
    return this.#confirmed.promise
  }

  get isEnded(): boolean {
    return this.#feed.isEnded
  }

  next(): Promise<IteratorResult<Message<Text>>> {
    return this.#feed.next()
  }

  /** Ends the subscription; `for await` calls it when it is left. */
  return(): Promise<IteratorResult<Message<Text>>> {
    this.end(undefined)
    return this.#feed.return()
  }

  /** Ends the subscription. Messages that wait can still be taken. */
  close(): void {
    this.end(undefined)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.end(undefined)
    return Promise.resolve()
  }

  // --- for the hub -------------------------------------------------------------------------------------------

  deliver(message: Message<Text>): void {
    if (this.#feed.isEnded || this.#feed.add(message)) return
    if (this.#whenFull === 'end') {
      this.end(new Error(`More than ${this.#maxQueue} messages waited to be taken.`))
      return
    }
    if (this.#whenFull === 'drop-oldest') {
      this.#feed.dropOldest()
      this.#feed.add(message)
    }
    this.#lost++
    this.emit('gap', { reason: 'overflow', lost: this.#lost })
  }

  confirm(): void {
    this.#confirmed.resolve()
    this.emit('subscribed')
  }

  missed(): void {
    this.emit('gap', { reason: 'reconnect', lost: undefined })
  }

  end(error: unknown): void {
    if (!this.#feed.end(error)) return
    this.#confirmed.reject(error ?? new Error('The subscription was closed.'))
    this.#leave()
  }
}
