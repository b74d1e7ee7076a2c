/**
 * The pool of a cluster: each call goes to the node that serves its keys, and follows where that node sends it.
 * There is a pool of connections for each node; this one knows which slot is where.
 *
 * Refusals of a cluster come here ({@link ClusterPool.follow}): MOVED corrects the map and sends the call on at
 * once, ASK sends it on without that, TRYAGAIN and CLUSTERDOWN wait. Any of them, and any node that can't be
 * reached, is cause to ask for the map again.
 */
import { performance } from 'node:perf_hooks'
import type { Call } from '../call.ts'
import { nameOf } from '../commands/traits.ts'
import { ElsewhereError } from '../elsewhere-error.ts'
import { ClusterError, InterruptedError, PoolClosedError, ReplyError, UnavailableError } from '../errors.ts'
import { KeepAlive } from '../keep-alive.ts'
import type { LeaseRecord } from '../lease.ts'
import type { ServerSettings } from '../options.ts'
import type { PoolBackend } from '../pool.ts'
import type { PoolEmitter } from '../pool-events.ts'
import { refusals } from '../refusals.ts'
import { Retry } from '../retry.ts'
import { slotOf } from '../slot.ts'
import { Counters, type PoolStats } from '../stats.ts'
import type { SubscribeOptions, Subscription, SubscriptionKind } from '../subscription.ts'
import { Subscriptions } from '../subscriptions.ts'
import { type Address, addressText } from '../url.ts'
import { Waiting } from '../waiting.ts'
import { askingFor } from './asking.ts'
import { MapWaiter } from './map-waiter.ts'
import { type ClusterNode, Nodes } from './nodes.ts'
import type { ClusterSettings } from './options.ts'
import { Part, Pipeline } from './pipeline.ts'
import { readRedirection } from './redirection.ts'
import { commandsOf, isReadOnly, slotOfCommands } from './route.ts'
import type { SlotFinder } from './shard-subscription.ts'
import { ShardSubscriptions } from './shard-subscriptions.ts'
import type { Shard, SlotMap } from './slot-map.ts'
import { addUp } from './stats.ts'
import { Topology } from './topology.ts'

/** How often limits are looked at, in milliseconds. */
const TICK_MS = 25
/** So many redirections are followed at once; more of them come with pauses, as from a cluster that is not settled. */
const QUICK_REDIRECTIONS = 5

export class ClusterPool implements PoolBackend, SlotFinder {
  readonly #settings: ClusterSettings
  readonly #events: PoolEmitter
  readonly #random: () => number
  readonly #nodes: Nodes
  readonly #topology: Topology
  readonly #retry: Retry
  readonly #counters = new Counters()
  /** Channels and patterns: every node hears all of them, so one will do. */
  readonly #subscriptions: Subscriptions
  readonly #shardSubscriptions = new ShardSubscriptions(this)
  /** Those who came before the map. */
  readonly #waiting = new Waiting<MapWaiter>()
  readonly #leases = new WeakMap<LeaseRecord, ClusterNode>()
  #map: SlotMap | undefined
  #turn = 0
  #ticker: NodeJS.Timeout | undefined
  #state: 'open' | 'draining' | 'closed' = 'open'
  readonly #drained = Promise.withResolvers<void>()

  constructor(settings: ClusterSettings, events: PoolEmitter, random: () => number = Math.random) {
    this.#settings = settings
    this.#events = events
    this.#random = random
    this.#nodes = new Nodes(settings, events, (name) => this.#shardChannelMoved(name))
    this.#topology = new Topology(
      settings,
      () => this.#known(),
      (map) => this.#apply(map),
      (error, retryInMs) => this.#refreshFailed(error, retryInMs),
      random,
    )
    this.#retry = new Retry(settings.pool, events, this.#counters, random, () => {
      // The ticker looks whether anything is owed.
    })
    const keepAlive = new KeepAlive(settings.pool.keepAliveMs)
    this.#subscriptions = new Subscriptions(
      () => this.#anyServer(),
      settings.pool,
      events,
      keepAlive,
      this.#counters,
    )
    events.on('unavailable', () => this.#topology.refresh())
    if (settings.pool.eager) this.#start()
  }

  // --- calls -------------------------------------------------------------------------------------------------

  dispatch(call: Call): void {
    if (call.isSettled) return
    call.home ??= this
    const isNew = call.repeats === 0 && call.waitsUntilMs === 0
    if (this.#state === 'closed' || (this.#state === 'draining' && isNew && !(call instanceof Part))) {
      call.fail(new PoolClosedError())
      return
    }
    if (call.following !== undefined && !call.isAtomic && !(call instanceof Part)) {
      new Pipeline(call, this, (refusal) => this.learn(refusal)).start()
      return
    }
    this.#send(call)
  }

  #send(call: Call): void {
    let slot: number | undefined
    try {
      slot = slotOfCommands(commandsOf(call))
    } catch (error) {
      call.fail(error)
      return
    }
    if (this.#map === undefined) this.#wait(new MapWaiter(call, () => this.#send(call)))
    else this.#route(call, slot, this.#map)
  }

  /** What the cluster can do about a refusal. */
  follow(call: Call, refusal: ReplyError): boolean {
    if (this.#state === 'closed') return false
    const redirection = readRedirection(refusal)
    if (redirection === undefined && !refusals.has(refusal.kind)) return false
    this.learn(refusal)
    if (redirection?.kind === 'ASK') {
      this.#ask(call, refusal, this.#addressOf(redirection))
      return true
    }
    if (redirection !== undefined && call.refusals < QUICK_REDIRECTIONS) {
      this.#retry.redirect(call, refusal)
      this.dispatch(call)
      return true
    }
    if (!this.#retry.afterRefusal(call, refusal)) call.fail(unsettled(call, refusal))
    return true
  }

  /** Takes from a refusal what it says about the map. */
  learn(refusal: ReplyError): void {
    const redirection = readRedirection(refusal)
    if (redirection?.kind === 'MOVED') this.#map?.move(redirection.slot, this.#addressOf(redirection))
    if (redirection?.kind === 'MOVED' || refusal.kind === 'CLUSTERDOWN') this.#topology.refresh()
  }

  #route(call: Call, slot: number | undefined, map: SlotMap): void {
    const shard = slot === undefined ? this.#anyShard(map) : map.shardOf(slot)
    if (shard !== undefined) {
      this.#nodeFor(call, shard, map).pool.dispatch(call)
      return
    }
    const refusal = new ReplyError(`CLUSTERDOWN The map of the cluster has no node for slot ${slot}`)
    this.#topology.refresh()
    if (!this.#retry.afterRefusal(call, refusal)) call.fail(unsettled(call, refusal))
  }

  #nodeFor(call: Call, shard: Shard, map: SlotMap): ClusterNode {
    const { readFrom } = this.#settings
    // What a replica could not answer is the master's.
    if (readFrom !== 'master' && call.repeats === 0 && shard.replicas.length > 0 && isReadOnly(call)) {
      const keys = readFrom === 'any' ? [shard.master, ...shard.replicas] : shard.replicas
      const first = this.#turn++
      for (let index = 0; index < keys.length; index++) {
        const key = keys[(first + index) % keys.length]!
        const node = this.#nodes.get(key, map)
        if (node.pool.downError === undefined) return node
      }
    }
    return this.#nodes.get(shard.master, map)
  }

  #ask(call: Call, refusal: ReplyError, address: Address): void {
    this.#retry.redirect(call, refusal)
    const map = this.#map!
    const key = addressText(address)
    if (!map.nodes.has(key)) map.nodes.set(key, { address, role: 'master' })
    const { pool } = this.#nodes.get(key, map)
    const asking = askingFor(call, this.#settings.pool.commandTimeoutMs, (error) => {
      if (error instanceof InterruptedError) this.#retry.afterEnd(call, error.sent, error.ending)
      else call.fail(error)
    })
    pool.dispatchAsking(asking.call, asking.isBlocking)
  }

  #anyShard(map: SlotMap): Shard | undefined {
    const { shards } = map
    const up = shards.filter(({ master }) => this.#nodes.get(master, map).pool.downError === undefined)
    const some = up.length > 0 ? up : shards
    return some[Math.floor(this.#random() * some.length)]
  }

  /** A redirection that names no host means the one that sent it: the node with this port, as far as we know. */
  #addressOf({ host, port, slot }: { host: string | undefined; port: number; slot: number }): Address {
    if (host !== undefined) return this.#settings.mapAddress({ host, port })
    const addresses = [...(this.#map?.nodes.values() ?? [])].map((node) => node.address)
    const same = addresses.find((address) => address.port === port)
    const master = this.#map?.nodes.get(this.#map.shardOf(slot)?.master ?? '')
    return same ?? { host: master?.address.host ?? '127.0.0.1', port }
  }

  // --- leases and subscriptions --------------------------------------------------------------------------------

  async lease(
    signal: AbortSignal | undefined,
    site: string,
    key?: string | Uint8Array,
  ): Promise<LeaseRecord> {
    for (;;) {
      if (this.#state !== 'open') throw new PoolClosedError()
      const map = this.#map ?? (await this.#firstMap())
      const shard = key === undefined ? this.#anyShard(map) : map.shardOf(slotOf(key))
      if (shard === undefined) throw new ClusterError('No node of the cluster serves the slot of the key.')
      const node = this.#nodes.get(shard.master, map)
      try {
        const record = await node.pool.lease(signal, site)
        this.#leases.set(record, node)
        return record
      } catch (error) {
        if (!(error instanceof ElsewhereError)) throw error
      }
    }
  }

  async giveBack(record: LeaseRecord): Promise<void> {
    await this.#leases.get(record)?.pool.giveBack(record)
  }

  subscribe(
    kind: SubscriptionKind,
    names: readonly string[],
    options: SubscribeOptions,
  ): Subscription<string | Buffer> {
    if (this.#state === 'open') this.#start()
    if (kind !== 'shard') return this.#subscriptions.subscribe(kind, names, options)
    return this.#shardSubscriptions.subscribe(names, options)
  }

  nodeOf(slot: number): ClusterNode | undefined {
    const shard = this.#map?.shardOf(slot)
    return shard === undefined ? undefined : this.#nodes.get(shard.master, this.#map!)
  }

  #shardChannelMoved(name: string): void {
    this.#topology.refresh()
    this.#shardSubscriptions.moved(name)
  }

  /** Where to listen to channels: any node that is up, another one with each dial. */
  async #anyServer(): Promise<ServerSettings> {
    const map = this.#map ?? (await this.#firstMap())
    const addresses = [...map.nodes.values()].map((node) => node.address)
    const address = addresses[Math.floor(this.#random() * addresses.length)]!
    return { ...this.#settings.node, address }
  }

  // --- the map -----------------------------------------------------------------------------------------------

  #start(): void {
    this.#ticker ??= setInterval(() => this.#tick(performance.now()), TICK_MS)
    if (this.#map === undefined) this.#topology.refresh()
  }

  #firstMap(): Promise<SlotMap> {
    return new Promise((resolve, reject) => {
      this.#wait(new MapWaiter({ isSettled: false, fail: reject }, () => resolve(this.#map!)))
    })
  }

  #wait(waiter: MapWaiter): void {
    const { whenDown, maxWaiting, waitTimeoutMs } = this.#settings.pool
    const { lastError } = this.#topology
    this.#start()
    if (lastError !== undefined && whenDown === 'fail') waiter.fail(down('The cluster is down.', lastError))
    else if (this.#waiting.length >= maxWaiting) {
      waiter.fail(down(`${maxWaiting} calls wait for the map of the cluster already.`, lastError))
    } else {
      waiter.waitsUntilMs = performance.now() + waitTimeoutMs
      this.#waiting.add(waiter)
      this.#counters.waits++
      if (this.#waiting.length === 1) this.#events.emit('wait', { what: 'call', waiting: 1 })
    }
  }

  #apply(map: SlotMap): void {
    const isChange = this.#map?.signature !== map.signature
    this.#map = map
    this.#nodes.apply(map)
    const { connection, address } = this.#subscriptions
    // A node that is no longer one of them hears nothing of what the others do.
    if (connection !== undefined && !map.nodes.has(address)) this.#subscriptions.redial()
    this.#shardSubscriptions.follow()
    for (const waiter of this.#waiting.takeAll()) waiter.go()
    if (!isChange) return
    const replicas = [...map.nodes.values()].filter((node) => node.role === 'replica').length
    const detail = `${map.shards.length} masters serve ${map.served} slots; ${replicas} replicas are up.`
    this.#events.emit('topology', { detail })
  }

  #refreshFailed(error: unknown, retryInMs: number): void {
    this.#events.emit('unavailable', { error, retryInMs })
    if (this.#settings.pool.whenDown === 'fail') {
      this.#waiting.failAll(() => down('The cluster cannot be used.', error))
    }
  }

  /** Nodes that may know the map, those that were last seen up first; the order differs from pool to pool. */
  #known(): Address[] {
    const down = new Set(
      [...this.#nodes].filter(({ pool }) => pool.downError !== undefined).map(({ key }) => key),
    )
    return [...(this.#map?.nodes ?? [])]
      .map(([key, { address }]) => ({ address, rank: this.#random() + (down.has(key) ? 1 : 0) }))
      .sort((one, other) => one.rank - other.rank)
      .map(({ address }) => address)
  }

  // --- time and the end ----------------------------------------------------------------------------------------

  #tick(nowMs: number): void {
    const { refreshIntervalMs } = this.#settings
    this.#waiting.expire(nowMs, () =>
      down('The cluster could not be reached in time.', this.#topology.lastError),
    )
    this.#subscriptions.tick(nowMs)
    if (refreshIntervalMs > 0 && nowMs - this.#topology.endedAtMs >= refreshIntervalMs)
      this.#topology.refresh()
    if (this.#state === 'draining' && this.#owed() === 0) void this.#finish()
  }

  stats(): PoolStats {
    const { connection } = this.#subscriptions
    return addUp(this.#nodes.stats(), {
      counters: [this.#counters.values(connection === undefined ? [] : [connection]), this.#nodes.gone],
      size: this.#settings.pool.size,
      waitingCalls: this.#waiting.length,
      subscriptions: this.#subscriptions.size,
      subscriber: this.#subscriptions.describe(performance.now()),
      isDown: this.#topology.lastError !== undefined,
    })
  }

  /** Takes no more calls, answers those that it has taken, wherever they are sent, and closes. */
  async close(): Promise<void> {
    if (this.#state === 'open') {
      this.#state = 'draining'
      this.#endSubscriptions()
      if (this.#owed() === 0) await this.#finish()
    }
    await this.#drained.promise
  }

  destroy(): void {
    this.#end()
    this.#retry.close()
    this.#waiting.failAll(() => new PoolClosedError())
    this.#nodes.destroy()
    this.#drained.resolve()
  }

  /** Calls and leases that are not over. */
  #owed(): number {
    return this.#nodes
      .stats()
      .reduce(
        (sum, one) => sum + one.inFlight + one.waitingCalls + one.waitingLeases + one.leased,
        this.#waiting.length + this.#retry.pausing,
      )
  }

  async #finish(): Promise<void> {
    if (this.#state === 'closed') return
    this.#end()
    await this.#nodes.close()
    this.#drained.resolve()
  }

  #end(): void {
    this.#state = 'closed'
    clearInterval(this.#ticker)
    this.#topology.close()
    this.#endSubscriptions()
  }

  #endSubscriptions(): void {
    this.#subscriptions.close()
    this.#shardSubscriptions.close()
  }
}

function unsettled(call: Call, refusal: ReplyError): ClusterError {
  return new ClusterError(
    `The cluster did not settle on a node for ${nameOf(call.command)} in time; it answered: ${refusal.message}`,
    refusal,
  )
}

function down(detail: string, cause: unknown): UnavailableError {
  return new UnavailableError(cause instanceof Error ? `${detail} ${cause.message}` : detail, cause)
}
