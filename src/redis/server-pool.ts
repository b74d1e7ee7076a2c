/**
 * The connections to one server: which of them carries a call, when one is opened, replaced or closed. A cluster
 * has one of these for each node.
 *
 * Shared calls of one event-loop turn go to one connection, the one with the least in flight, so that they
 * leave in one write. Another is opened when that one has `maxInFlight` calls in flight. Leases take connections
 * that are idle; where there is none and no more may be opened, a shared one is reserved: it takes no new calls
 * and is leased when the last is answered, so that neither leases nor shared calls starve.
 */
import { performance } from 'node:perf_hooks'
import type { Ending } from '../connection/cause.ts'
import type { Call, Home } from './call.ts'
import { blockingTimeMs, traitsOf } from './commands/traits.ts'
import type { ConnectionOwner, RedisConnection, ReturnedCall } from './connection.ts'
import { Dialer, type Dialled, dial, type ServerSource } from './dialer.ts'
import { ElsewhereError } from './elsewhere-error.ts'
import { PoolClosedError, type ReplyError, UnavailableError } from './errors.ts'
import { RefusedError } from './handshake.ts'
import { KeepAlive } from './keep-alive.ts'
import type { LeaseRecord } from './lease.ts'
import { LeaseDesk, type LeaseHost } from './lease-desk.ts'
import { Member } from './member.ts'
import { Members } from './members.ts'
import type { PoolSettings } from './options.ts'
import type { PoolBackend } from './pool.ts'
import type { PoolEmitter } from './pool-events.ts'
import { refusals } from './refusals.ts'
import type { Push } from './resp/reply.ts'
import { Retry } from './retry.ts'
import { refusalToShare } from './sharing.ts'
import { Counters, describeMember, type PoolStats } from './stats.ts'
import type { SubscribeOptions, Subscription, SubscriptionKind } from './subscription.ts'
import { Subscriptions } from './subscriptions.ts'
import { Waiting } from './waiting.ts'

/** How often deadlines and ages are looked at, in milliseconds. Time limits are kept to within this. */
const TICK_MS = 25

export class ServerPool implements Home, PoolBackend, ConnectionOwner, LeaseHost {
  readonly #settings: PoolSettings
  readonly #events: PoolEmitter
  readonly #random: () => number
  readonly #dialer: Dialer
  readonly #keepAlive: KeepAlive
  readonly #members = new Members()
  readonly #counters = new Counters()
  readonly #desk: LeaseDesk
  readonly #retry: Retry
  readonly #subscriptions: Subscriptions
  readonly #waiting = new Waiting<Call>()
  /** Carries the shared calls as long as it holds some that have not left: what comes together leaves together. */
  #current: Member | undefined
  #database = 0
  #ticker: NodeJS.Timeout | undefined
  #state: 'open' | 'draining' | 'closed' = 'open'
  readonly #drained = Promise.withResolvers<void>()

  constructor(
    source: ServerSource,
    settings: PoolSettings,
    events: PoolEmitter,
    random: () => number = Math.random,
  ) {
    this.#settings = settings
    this.#events = events
    this.#random = random
    this.#keepAlive = new KeepAlive(settings.keepAliveMs)
    this.#desk = new LeaseDesk(this, this.#members, settings, events, this.#counters)
    this.#retry = new Retry(settings, events, this.#counters, random, () => this.settle())
    this.#dialer = new Dialer(
      settings.maxBackoffMs,
      (signal) => dial(source, settings, this, signal),
      (dialled) => this.#opened(dialled),
      (error, retryInMs) => this.#dialFailed(error, retryInMs),
      random,
    )
    this.#subscriptions = new Subscriptions(source, settings, events, this.#keepAlive, this.#counters)
    if (settings.eager) this.balance()
  }

  // --- what users ask for --------------------------------------------------------------------------------------

  /** Hot path: once a call. */
  dispatch(call: Call): void {
    if (call.isSettled) return
    call.home ??= this
    if (this.#state !== 'open' && (this.#state === 'closed' || call.repeats === 0)) {
      call.fail(new PoolClosedError())
      return
    }
    const traits = traitsOf(call.command)
    if (traits?.needsCare === true || call.following !== undefined) {
      const refusal = refusalToShare(call, traits)
      if (refusal !== undefined) {
        call.fail(refusal)
        return
      }
      if (traits !== undefined && call.following === undefined && blockingTimeMs(call.command, traits) > 0) {
        this.#runBlocking(call)
        return
      }
    }
    this.#share(call)
  }

  /**
   * The same for a call whose first command is ASKING, which is nothing to be done on a shared connection
   * otherwise. `isBlocking`: what follows may wait for data.
   */
  dispatchAsking(call: Call, isBlocking: boolean): void {
    if (this.#state === 'closed') call.fail(new PoolClosedError())
    else if (isBlocking) this.#runBlocking(call)
    else this.#share(call)
  }

  #share(call: Call): void {
    let member = this.#current
    if (
      member === undefined ||
      !member.connection.hasUnsent ||
      member.connection.inFlight >= this.#settings.maxInFlight
    ) {
      member = this.#pick()
    }
    if (member === undefined) this.#wait(call)
    else member.connection.dispatch(call)
  }

  /** Sends a refused call again where {@link refusals} says so, until its patience ends. */
  follow(call: Call, refusal: ReplyError): boolean {
    const what = refusals.get(refusal.kind)
    if (what === undefined || this.#state === 'closed') return false
    if (what === 'replace') this.replaceAll()
    return this.#retry.afterRefusal(call, refusal)
  }

  /** Gives a connection to the caller alone. `site`: the stack of who takes it. */
  lease(signal: AbortSignal | undefined, site: string): Promise<LeaseRecord> {
    return this.#desk.acquire(signal, site)
  }

  giveBack(record: LeaseRecord): Promise<void> {
    return this.#desk.giveBack(record)
  }

  subscribe(
    kind: SubscriptionKind,
    names: readonly string[],
    options: SubscribeOptions,
  ): Subscription<string | Buffer> {
    if (this.#state === 'open') this.#startTicking()
    return this.#subscriptions.subscribe(kind, names, options)
  }

  /** Ends all connections once nobody needs them, and opens new ones: the server is not what it was. */
  replaceAll(): void {
    for (const member of [...this.#members]) {
      member.isObsolete = true
      if (member.role === 'shared' || member.role === 'reserved') this.#retire(member)
    }
  }

  /** The server is another one, or elsewhere: replaces all connections at once, subscriptions' too. */
  moved(): void {
    this.replaceAll()
    this.#subscriptions.redial()
    this.#dialer.restart()
  }

  /** Gives the calls that wait for a connection back to their homes: this may no longer be the server for them. */
  reroute(): void {
    for (const call of this.#waiting.takeAll()) call.home?.dispatch(call)
  }

  /** Takes no more, because all that this server did is done elsewhere: who waits here goes there. */
  async leave(): Promise<void> {
    this.reroute()
    this.#desk.failWaiting(() => new ElsewhereError())
    await this.close()
  }

  /** Hears of shard channels that the server does not carry any more. */
  onShardChannelMoved(listener: (name: string) => void): void {
    this.#subscriptions.onMoved = listener
  }

  stats(): PoolStats {
    const nowMs = performance.now()
    const members = [...this.#members].map((member) => describeMember(member, nowMs))
    const subscriber = this.#subscriptions.describe(nowMs)
    return {
      size: this.#settings.size,
      open: members.length,
      opening: this.#dialer.opening,
      idle: this.#members.count((member) => member.isIdle),
      leased: this.#desk.leased,
      inFlight: members.reduce((sum, one) => sum + one.inFlight, 0),
      waitingCalls: this.#waiting.length,
      waitingLeases: this.#desk.waiting,
      keepAliveMs: this.#keepAlive.intervalMs,
      subscriptions: this.#subscriptions.size,
      isDown: this.downError !== undefined,
      ...this.#counters.values(this.#living()),
      connections: subscriber === undefined ? members : [...members, subscriber],
    }
  }

  *#living(): Iterable<RedisConnection> {
    for (const { connection } of this.#members) yield connection
    if (this.#subscriptions.connection !== undefined) yield this.#subscriptions.connection
  }

  /** Takes no more calls, answers those that it has taken, waits for leases, and closes. */
  async close(): Promise<void> {
    if (this.#state === 'open') {
      this.#state = 'draining'
      this.#subscriptions.close()
      this.settle()
    }
    await this.#drained.promise
  }

  /** Ends everything at once; calls fail with what is known of them. */
  destroy(): void {
    this.#finish()
    this.#retry.close()
    this.#waiting.failAll(() => new PoolClosedError())
    this.#desk.failWaiting(() => new PoolClosedError())
    for (const { connection } of [...this.#members]) connection.destroy('local', 'The pool was destroyed.')
  }

  // --- shared calls ------------------------------------------------------------------------------------------

  /** The connection for the next calls; undefined: none is ready. */
  #pick(): Member | undefined {
    const best = this.#members.leastBusy()
    if (best === undefined) return undefined
    const { connection } = best
    if (connection.inFlight === 0 && !this.#isTrusted(connection)) {
      this.#check(best)
      return this.#pick()
    }
    if (connection.inFlight >= this.#settings.maxInFlight && this.#dialer.opening === 0) this.#balance(1)
    this.#current = best
    return best
  }

  /** A connection that has been silent for much longer than it should have been may be half open. */
  #isTrusted(connection: RedisConnection): boolean {
    return performance.now() - connection.lastHeardAtMs < this.#keepAlive.intervalMs * 1.5 + 1000
  }

  #check(member: Member): void {
    this.#setRole(member, 'checking')
    member.connection.ping().then(
      () => {
        if (member.role === 'checking') this.share(member)
      },
      () => {
        // The connection has ended itself; connectionEnded takes it out.
      },
    )
  }

  #wait(call: Call): void {
    const error = this.downError
    if (error !== undefined && this.#settings.whenDown === 'fail') {
      // Who comes next is to find out whether it still is.
      this.#dialer.want(1)
      call.fail(unavailable('The server is down.', error))
      return
    }
    if (this.#waiting.length >= this.#settings.maxWaiting) {
      call.fail(unavailable(`${this.#waiting.length} calls wait for a connection already.`, error))
      return
    }
    const limitMs = call.limitMs || Number.POSITIVE_INFINITY
    // One that has waited elsewhere already goes on with its limit.
    call.waitsUntilMs ||= performance.now() + Math.min(this.#settings.waitTimeoutMs, limitMs)
    this.#waiting.add(call)
    this.#counters.waits++
    if (this.#waiting.length === 1) this.#events.emit('wait', { what: 'call', waiting: 1 })
    this.balance()
  }

  /** Runs a blocking command on a connection of its own, as long as it takes. */
  #runBlocking(call: Call): void {
    this.#desk.acquire(call.options.signal, '').then(
      (record) => {
        // After the turn's replies: the connection must be seen to owe nothing.
        call.whenSettled = () => queueMicrotask(() => void this.#desk.giveBack(record))
        if (call.isSettled) call.whenSettled()
        else record.dispatch(call)
      },
      (error: unknown) => {
        if (error instanceof ElsewhereError) call.home?.dispatch(call)
        else call.fail(error)
      },
    )
  }

  // --- members -----------------------------------------------------------------------------------------------

  get isOpen(): boolean {
    return this.#state === 'open'
  }

  get downError(): unknown {
    return this.#dialer.lastError
  }

  get database(): number {
    return this.#database
  }

  balance(): void {
    this.#balance(0)
  }

  /** Opens what is wanted: for waiters, for `minIdle`, for growth; reserves for leases where no more may open. */
  #balance(growth: number): void {
    if (this.#state === 'closed') return
    this.#startTicking()
    const regular = this.#members.regular
    const free = Math.max(0, this.#settings.size - regular)
    const reserved = this.#members.count((member) => member.role === 'reserved')
    const leases = Math.max(0, this.#desk.waiting - reserved)
    const calls = this.#waiting.length > 0 && this.#members.shared.length === 0 ? 1 : 0
    const idle = regular === 0 || leases > 0 ? this.#missingIdle() : 0
    this.#dialer.want(Math.min(free, Math.max(leases + calls, idle, growth)) + this.#desk.overflowWanted)
    if (this.downError === undefined) this.#reserve(leases - free)
  }

  #missingIdle(): number {
    if (this.#state !== 'open') return 0
    return Math.max(0, this.#settings.minIdle - this.#members.count((member) => member.isIdle))
  }

  /** Busy connections that are leased as soon as they owe nothing. */
  #reserve(count: number): void {
    for (let left = count; left > 0; left--) {
      const best = this.#members.leastBusy()
      if (best === undefined || best.connection.inFlight === 0) return
      this.#setRole(best, 'reserved')
    }
  }

  #opened({ connection, address, handshake, server, tookMs }: Dialled): void {
    if (!connection.isOpen) {
      this.balance()
      return
    }
    this.#database = server.database
    if (handshake.serverTimeoutMs !== undefined) this.#keepAlive.readFromServer(handshake.serverTimeoutMs)
    connection.setKeepAlive(this.#keepAlive.intervalMs)
    const isFull = this.#members.regular >= this.#settings.size
    const isOverflow = this.#desk.overflowWanted > 0 && isFull
    if (this.#desk.overflowWanted > 0) this.#desk.overflowWanted--
    const { maxLifetimeMs } = this.#settings
    const lifetimeMs =
      maxLifetimeMs === 0 ? Number.POSITIVE_INFINITY : maxLifetimeMs * (0.9 + this.#random() * 0.2)
    const member = new Member(connection, address, isOverflow, performance.now() + lifetimeMs)
    this.#members.add(member)
    this.#counters.connected()
    this.#events.emit('connect', { connection: connection.id, address, protocol: handshake.protocol, tookMs })
    this.share(member)
  }

  #dialFailed(error: unknown, retryInMs: number): void {
    this.#counters.dialFailures++
    this.#events.emit('unavailable', { error, retryInMs })
    if (error instanceof RefusedError || this.#settings.whenDown === 'fail') {
      this.#waiting.failAll(() => unavailable('The server cannot be used.', error))
      this.#desk.failWaiting(() => unavailable('The server cannot be used.', error))
    }
    this.balance()
    this.settle()
  }

  /** Makes a connection everybody's; who waits for one comes first. */
  share(member: Member): void {
    if (member.isObsolete) {
      this.#retire(member)
      return
    }
    this.#setRole(member, 'shared')
    for (let call = this.#waiting.take(); call !== undefined; call = this.#waiting.take()) {
      member.connection.dispatch(call)
    }
    this.#desk.serve()
    this.settle()
  }

  #setRole(member: Member, role: Member['role']): void {
    this.#members.setRole(member, role)
    if (this.#current === member) this.#current = undefined
  }

  #retire(member: Member): void {
    this.#setRole(member, 'retiring')
    member.connection.close()
    this.balance()
  }

  // --- what connections tell us --------------------------------------------------------------------------------

  connectionIdle(connection: RedisConnection): void {
    if (this.#desk.waiting === 0 && this.#state === 'open') return
    if (this.#desk.waiting > 0 && this.#members.of(connection) !== undefined) this.#desk.serve()
    this.settle()
  }

  connectionPush(push: Push, connection: RedisConnection): void {
    const member = this.#members.of(connection)
    if (member !== undefined) this.#desk.of(member)?.onPush?.(push)
  }

  connectionRefused(connection: RedisConnection, call: Call): void {
    const member = this.#members.of(connection)
    if (member !== undefined && member.role !== 'leased') this.#setRole(member, 'retiring')
    this.#retry.afterEnd(call, 'no', undefined)
  }

  connectionEnded(connection: RedisConnection, ending: Ending, returned: readonly ReturnedCall[]): void {
    const member = this.#members.of(connection)
    if (member !== undefined) {
      this.#members.remove(member)
      if (this.#current === member) this.#current = undefined
      this.#desk.lost(member)
      this.#counters.closed(connection, ending.cause !== 'local')
      this.#events.emit('close', { connection: connection.id, address: member.address, ending })
      if (ending.cause === 'peer-closed' && returned.length === 0) this.#learnFrom(connection)
      this.#dialer.hurry()
    }
    for (const { call, sent } of returned) this.#retry.afterEnd(call, sent, ending)
    if (member !== undefined) this.#desk.serve()
    this.settle()
  }

  /** The server closed an idle connection: it does not bear so much silence. */
  #learnFrom(connection: RedisConnection): void {
    this.#keepAlive.observeClose(performance.now() - connection.lastHeardAtMs)
    for (const other of this.#members) other.connection.setKeepAlive(this.#keepAlive.intervalMs)
  }

  // --- time --------------------------------------------------------------------------------------------------

  #startTicking(): void {
    this.#ticker ??= setInterval(() => this.#tick(performance.now()), TICK_MS)
  }

  #tick(nowMs: number): void {
    const { downError } = this
    const why =
      downError === undefined
        ? 'No connection came free in time.'
        : 'The server could not be reached in time.'
    this.#waiting.expire(nowMs, () => unavailable(why, downError))
    this.#desk.tick(nowMs)
    this.#subscriptions.tick(nowMs)
    let idle = 0
    for (const member of this.#members) {
      member.connection.checkDeadlines(nowMs)
      if (member.role !== 'shared') continue
      if (member.isIdle) idle++
      if (nowMs >= member.lifetimeEndsAtMs || this.#isSpare(member, idle, nowMs)) this.#retire(member)
    }
    this.settle()
  }

  /** Whether the so-manieth idle connection is one too many. */
  #isSpare(member: Member, idle: number, nowMs: number): boolean {
    if (!member.isIdle) return false
    const { maxIdle, minIdle, maxIdleTimeMs } = this.#settings
    const isLong = maxIdleTimeMs > 0 && nowMs - member.connection.lastUsedAtMs >= maxIdleTimeMs
    return idle > maxIdle || (isLong && idle > minIdle)
  }

  // --- the end -----------------------------------------------------------------------------------------------

  /** Goes on with draining, if nothing is owed any more. */
  settle(): void {
    if (this.#state !== 'draining') return
    // By the role, which a member has from the moment on that it is granted, before its lease has begun.
    const leased = this.#members.count((member) => member.role === 'leased')
    const owed = this.#waiting.length + this.#desk.waiting + leased + this.#retry.pausing
    if (owed > 0) return
    for (const member of [...this.#members]) {
      if (member.role !== 'retiring') this.#retire(member)
    }
    if (this.#members.size === 0) this.#finish()
  }

  #finish(): void {
    this.#state = 'closed'
    this.#dialer.close()
    this.#subscriptions.close()
    clearInterval(this.#ticker)
    this.#drained.resolve()
  }
}

function unavailable(detail: string, cause: unknown): UnavailableError {
  return new UnavailableError(cause instanceof Error ? `${detail} ${cause.message}` : detail, cause)
}
