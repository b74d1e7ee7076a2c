/**
 * What a user holds: commands (shared by default), leases, subscriptions, numbers and events, and one way to
 * end it. The same for a single server, behind sentinels, and for a cluster.
 */

import type { Home } from './call.ts'
import { Client } from './client.ts'
import { Lease, type LeaseRecord } from './lease.ts'
import type { PoolEmitter } from './pool-events.ts'
import type { PoolStats } from './stats.ts'
import { type GroupEntry, type GroupOptions, StreamReader } from './stream-reader.ts'
import type { SubscribeOptions, Subscription, SubscriptionKind } from './subscription.ts'

/** What carries a pool: connections to one server, or to many. */
export interface PoolBackend extends Home {
  /** `key`: in a cluster the lease is of the node that serves it. */
  lease(signal: AbortSignal | undefined, site: string, key?: string | Uint8Array): Promise<LeaseRecord>
  giveBack(record: LeaseRecord): Promise<void>
  subscribe(
    kind: SubscriptionKind,
    names: readonly string[],
    options: SubscribeOptions,
  ): Subscription<string | Buffer>
  stats(): PoolStats
  close(): Promise<void>
  destroy(): void
}

export interface LeaseOptions {
  /** Gives up waiting for the lease. */
  readonly signal?: AbortSignal
  /**
   * In a cluster: a key that the lease is for. Its connection goes to the node that serves the key's slot; if the
   * slot moves, the holder gets the redirection as `ReplyError`. Default: any master. Elsewhere of no consequence.
   */
  readonly key?: string | Uint8Array
}

export class RedisPool extends Client implements AsyncDisposable {
  /** `connect`, `close`, `unavailable`, `wait`, `overflow`, `retry`, `leak`, `topology`: see {@link PoolEvents}. */
  readonly events: PoolEmitter
  readonly #backend: PoolBackend

  constructor(backend: PoolBackend, events: PoolEmitter) {
    super(backend)
    this.#backend = backend
    this.events = events
  }

  /**
   * Gives one connection to `use` alone, until its promise settles; what it gives is given on.
   *
   * Throws {@link PoolExhaustedError} where none comes free in time, {@link LeaseEndedError} where `use` takes
   * longer than `leaseTimeoutMs`.
   *
   * @example await redis.lease(async (connection) => { await connection.watch('k'); … })
   */
  async lease<Value>(
    use: (connection: Lease) => Promise<Value> | Value,
    options: LeaseOptions = {},
  ): Promise<Value> {
    const record = await this.#backend.lease(options.signal, callSite(this.lease), options.key)
    const lease = new Lease(record, () => this.#backend.giveBack(record))
    const revoked = new Promise<never>((_resolve, reject) => {
      record.onRevoked = reject
    })
    try {
      return await Promise.race([use(lease), revoked])
    } finally {
      await lease.release()
    }
  }

  /**
   * The same without a function: `await using connection = await redis.acquire()`. What is not given back is
   * reported as a leak and taken away at `leaseTimeoutMs`.
   */
  async acquire(options: LeaseOptions = {}): Promise<Lease> {
    const record = await this.#backend.lease(options.signal, callSite(this.acquire), options.key)
    return new Lease(record, () => this.#backend.giveBack(record))
  }

  /**
   * Messages of channels, from the moment `ready` settles: `for await (const { message } of redis.subscribe('news'))`.
   * They come over a connection of their own and are subscribed again after a reconnect; a `gap` event tells where
   * messages may be missing. A refusal of the server's comes out of the loop as `ReplyError`.
   */
  subscribe<const Options extends SubscribeOptions>(
    channels: string | readonly string[],
    options?: Options,
  ): Subscription<Options['buffers'] extends true ? Buffer : string> {
    return this.#subscribe('channel', channels, options)
  }

  /** The same for patterns such as `news.*`. */
  psubscribe<const Options extends SubscribeOptions>(
    patterns: string | readonly string[],
    options?: Options,
  ): Subscription<Options['buffers'] extends true ? Buffer : string> {
    return this.#subscribe('pattern', patterns, options)
  }

  /** The same for shard channels, which stay on one node of a cluster. Since Redis 7. */
  ssubscribe<const Options extends SubscribeOptions>(
    channels: string | readonly string[],
    options?: Options,
  ): Subscription<Options['buffers'] extends true ? Buffer : string> {
    return this.#subscribe('shard', channels, options)
  }

  /**
   * Entries of a stream as a member of a consumer group, surviving reconnects; each is delivered at least once.
   *
   * @example for await (const entry of redis.readGroup({ stream, group, consumer })) { …; await entry.ack() }
   */
  readGroup(options: GroupOptions): AsyncGenerator<GroupEntry, void, undefined> {
    return new StreamReader(this, options).entries()
  }

  #subscribe<Text extends string | Buffer>(
    kind: SubscriptionKind,
    names: string | readonly string[],
    options: SubscribeOptions = {},
  ): Subscription<Text> {
    const list = typeof names === 'string' ? [names] : names
    return this.#backend.subscribe(kind, list, options) as unknown as Subscription<Text>
  }

  /** Numbers of this moment, for dashboards and metrics. Costs a few microseconds. */
  stats(): PoolStats {
    return this.#backend.stats()
  }

  /**
   * Takes no more calls (they fail with `POOL_CLOSED`), answers those that were taken, waits for leases to be given
   * back, and closes all connections.
   */
  async close(): Promise<void> {
    await this.#backend.close()
  }

  /** Ends everything at once. Calls in flight fail with what is known of them. */
  destroy(): void {
    this.#backend.destroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

/** The stack of who called `above`, as text. */
function callSite(above: (...input: never[]) => unknown): string {
  const holder: { stack?: string } = {}
  Error.captureStackTrace(holder, above)
  return (holder.stack ?? '').split('\n').slice(1).join('\n')
}
