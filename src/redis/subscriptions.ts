/**
 * All subscriptions of one server, over one connection of their own: opened with the first, closed with the
 * last, and when it is lost dialled again and subscribed again. Names that several ask for are asked of the
 * server once.
 */
import type { Ending } from '../connection/cause.ts'
import { type Call, type Command, requestAll } from './call.ts'
import type { ConnectionOwner, RedisConnection, ReturnedCall } from './connection.ts'
import { Dialer, type Dialled, dial, type ServerSource } from './dialer.ts'
import { InterruptedError, PoolClosedError, ReplyError } from './errors.ts'
import { RefusedError } from './handshake.ts'
import type { KeepAlive } from './keep-alive.ts'
import type { PoolSettings } from './options.ts'
import type { PoolEmitter } from './pool-events.ts'
import type { Push } from './resp/reply.ts'
import { type ConnectionStats, type Counters, describeSubscriber } from './stats.ts'
import { type SubscribeOptions, Subscription, type SubscriptionKind } from './subscription.ts'

type AnySubscription = Subscription<string> | Subscription<Buffer>

interface Words {
  readonly subscribe: string
  readonly unsubscribe: string
}

const words: Readonly<Record<SubscriptionKind, Words>> = {
  channel: { subscribe: 'SUBSCRIBE', unsubscribe: 'UNSUBSCRIBE' },
  pattern: { subscribe: 'PSUBSCRIBE', unsubscribe: 'PUNSUBSCRIBE' },
  shard: { subscribe: 'SSUBSCRIBE', unsubscribe: 'SUNSUBSCRIBE' },
}
const kinds = ['channel', 'pattern', 'shard'] as const

export class Subscriptions implements ConnectionOwner {
  readonly #events: PoolEmitter
  readonly #keepAlive: KeepAlive
  readonly #dialer: Dialer
  readonly #counters: Counters
  readonly #byName: Readonly<Record<SubscriptionKind, Map<string, Set<AnySubscription>>>> = {
    channel: new Map(),
    pattern: new Map(),
    shard: new Map(),
  }
  readonly #all = new Set<AnySubscription>()
  #connection: RedisConnection | undefined
  /** Those that were told as open: the present one, and ones that are being left. */
  readonly #told = new Set<RedisConnection>()
  #address = ''
  #wasConnected = false
  #isClosed = false
  /** Called when the server says that a shard channel has moved away. */
  onMoved: ((name: string) => void) | undefined

  constructor(
    source: ServerSource,
    settings: PoolSettings,
    events: PoolEmitter,
    keepAlive: KeepAlive,
    counters: Counters,
  ) {
    this.#counters = counters
    this.#events = events
    this.#keepAlive = keepAlive
    this.#dialer = new Dialer(
      settings.maxBackoffMs,
      (signal) => dial(source, settings, this, signal),
      (dialled) => this.#opened(dialled),
      (error, retryInMs) => this.#dialFailed(error, retryInMs),
    )
  }

  /** Where the connection goes, or went last; empty: nowhere yet. */
  get address(): string {
    return this.#address
  }

  get size(): number {
    return this.#all.size
  }

  /** What carries them; undefined: nothing at present. */
  get connection(): RedisConnection | undefined {
    return this.#connection
  }

  describe(nowMs: number): ConnectionStats | undefined {
    const connection = this.#connection
    return connection === undefined ? undefined : describeSubscriber(connection, this.#address, nowMs)
  }

  /** Begins to listen. Errors come out of the subscription. */
  subscribe(
    kind: SubscriptionKind,
    names: readonly string[],
    options: SubscribeOptions,
  ): Subscription<string | Buffer> {
    const { signal } = options
    const onAbort = (): void => subscription.end(signal?.reason)
    const subscription = new Subscription<string | Buffer>(kind, names, options, () => {
      signal?.removeEventListener('abort', onAbort)
      this.#remove(subscription)
    })
    if (this.#isClosed) subscription.end(new PoolClosedError())
    else if (signal?.aborted === true) subscription.end(signal.reason)
    else {
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#add(subscription)
    }
    return subscription
  }

  /** To be called now and then. */
  tick(nowMs: number): void {
    this.#connection?.checkDeadlines(nowMs)
  }

  /** The server is elsewhere now: dials and subscribes again. */
  redial(): void {
    this.#connection?.close()
    this.#dialer.restart()
  }

  /** Ends all subscriptions; what waits in their queues can still be taken. */
  close(): void {
    this.#isClosed = true
    for (const subscription of [...this.#all]) subscription.end(undefined)
    this.#dialer.close()
    this.#connection?.close()
  }

  // --- names -------------------------------------------------------------------------------------------------

  #add(subscription: Subscription<string | Buffer>): void {
    this.#all.add(subscription as AnySubscription)
    const byName = this.#byName[subscription.kind]
    for (const name of subscription.names) {
      const holders = byName.get(name) ?? new Set()
      byName.set(name, holders.add(subscription as AnySubscription))
    }
    // Asked again even where others have the name already: the confirmation is this subscriber's too.
    if (this.#connection !== undefined)
      this.#ask(this.#connection, subscription.kind, [subscription as AnySubscription])
    else this.#dialer.want(1)
  }

  #remove(subscription: Subscription<string | Buffer>): void {
    if (!this.#all.delete(subscription as AnySubscription)) return
    const byName = this.#byName[subscription.kind]
    const left: string[] = []
    for (const name of subscription.names) {
      const holders = byName.get(name)
      holders?.delete(subscription as AnySubscription)
      if (holders?.size === 0) {
        byName.delete(name)
        left.push(name)
      }
    }
    const connection = this.#connection
    if (this.#all.size === 0) {
      this.#dialer.want(0)
      this.#wasConnected = false
      this.#connection = undefined
      connection?.close()
    } else if (connection !== undefined && left.length > 0) {
      this.#send(connection, words[subscription.kind].unsubscribe, left).catch(() => {
        // The connection has ended, and with it the subscription on the server.
      })
    }
  }

  #ask(connection: RedisConnection, kind: SubscriptionKind, subscriptions: readonly AnySubscription[]): void {
    const names = [...new Set(subscriptions.flatMap((one) => one.names))]
    this.#send(connection, words[kind].subscribe, names).then(
      () => {
        for (const subscription of subscriptions) if (!subscription.isEnded) subscription.confirm()
      },
      (error: unknown) => {
        // A lost connection is dialled again; a refusal is for good.
        if (error instanceof InterruptedError) return
        for (const subscription of subscriptions) subscription.end(error)
      },
    )
  }

  /** One command for each name: each is confirmed by one push. */
  async #send(connection: RedisConnection, word: string, names: readonly string[]): Promise<void> {
    const commands = names.map((name): Command => [word, name])
    const replies = await requestAll(connection, commands)
    const refused = replies.find((reply) => reply instanceof ReplyError)
    if (refused !== undefined) throw refused
  }

  // --- the connection ------------------------------------------------------------------------------------------

  #opened(dialled: Dialled): void {
    const { connection, address, handshake } = dialled
    if (this.#all.size === 0 || this.#isClosed) {
      connection.close()
      return
    }
    if (!connection.isOpen) return
    this.#dialer.want(0)
    this.#connection = connection
    this.#address = address
    if (handshake.serverTimeoutMs !== undefined) this.#keepAlive.readFromServer(handshake.serverTimeoutMs)
    this.#counters.connected()
    this.#told.add(connection)
    connection.becomeSubscriber()
    connection.setKeepAlive(this.#keepAlive.intervalMs)
    this.#events.emit('connect', {
      connection: connection.id,
      address,
      protocol: handshake.protocol,
      tookMs: dialled.tookMs,
    })
    for (const kind of kinds) {
      const subscriptions = [...this.#all].filter((one) => one.kind === kind)
      if (subscriptions.length > 0) this.#ask(connection, kind, subscriptions)
    }
    if (this.#wasConnected) for (const subscription of this.#all) subscription.missed()
    this.#wasConnected = true
  }

  #dialFailed(error: unknown, retryInMs: number): void {
    this.#counters.dialFailures++
    this.#events.emit('unavailable', { error, retryInMs })
    if (!(error instanceof RefusedError)) return
    for (const subscription of [...this.#all]) subscription.end(error)
  }

  connectionIdle(): void {
    // Nothing waits for it.
  }

  connectionPush(push: Push): void {
    const [kind, first, second, third] = push.items
    switch (String(kind)) {
      case 'message':
        this.#deliver('channel', first, undefined, first, second)
        break
      case 'pmessage':
        this.#deliver('pattern', first, String(first), second, third)
        break
      case 'smessage':
        this.#deliver('shard', first, undefined, first, second)
        break
      case 'sunsubscribe':
        if (this.#byName.shard.has(String(first))) this.onMoved?.(String(first))
        break
    }
  }

  #deliver(
    kind: SubscriptionKind,
    name: unknown,
    pattern: string | undefined,
    channel: unknown,
    body: unknown,
  ): void {
    const holders = this.#byName[kind].get(String(name))
    if (holders === undefined) return
    const bytes = body as Buffer
    let text: string | undefined
    for (const subscription of [...holders]) {
      if (subscription.buffers) {
        const message = { channel: channel as Buffer, message: bytes, pattern }
        ;(subscription as Subscription<Buffer>).deliver(message)
      } else {
        text ??= String(bytes)
        ;(subscription as Subscription<string>).deliver({ channel: String(channel), message: text, pattern })
      }
    }
  }

  connectionRefused(_connection: RedisConnection, call: Call): void {
    call.fail(new InterruptedError(String(call.command[0]), 'no', undefined))
  }

  connectionEnded(connection: RedisConnection, ending: Ending, returned: readonly ReturnedCall[]): void {
    for (const { call, sent } of returned)
      call.fail(new InterruptedError(String(call.command[0]), sent, ending))
    if (!this.#told.delete(connection)) return
    this.#counters.closed(connection, ending.cause !== 'local')
    this.#events.emit('close', { connection: connection.id, address: this.#address, ending })
    if (connection !== this.#connection) return
    this.#connection = undefined
    if (this.#all.size > 0 && !this.#isClosed) {
      this.#dialer.want(1)
      this.#dialer.hurry()
    }
  }
}
