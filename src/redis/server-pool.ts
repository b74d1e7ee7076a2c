/**
 * The connections to one server: which of them carries a call, who gets a lease, when one is opened, pinged,
 * replaced or closed. A cluster has one of these for each node.
 *
 * Shared calls of one event-loop turn go to one connection, the one with the least in flight, so that they
 * leave in one write. Another is opened when that one has `maxInFlight` calls in flight. Leases take connections
 * that are idle; where there is none and no more may be opened, a shared one is reserved: it takes no new calls
 * and is leased when the last is answered, so that neither leases nor shared calls starve.
 */
import type { Ending } from '../connection/cause.ts'
import { fanOutAtTurnEnd, type TurnWork } from '../connection/turn.ts'
import { type Call, type Home, requestAll } from './call.ts'
import { blockingTimeMs, type CommandTraits, nameOf, traitsOf } from './commands/traits.ts'
import type { ConnectionOwner, RedisConnection, ReturnedCall } from './connection.ts'
import { Dialer, type Dialled, dial, type ServerSource } from './dialer.ts'
import {
  InterruptedError,
  LeaseEndedError,
  NotSharedError,
  PoolClosedError,
  PoolExhaustedError,
  type ReplyError,
  UnavailableError,
} from './errors.ts'
import { RefusedError } from './handshake.ts'
import { KeepAlive } from './keep-alive.ts'
import { LeaseRecord } from './lease.ts'
import { LeaseRequest } from './lease-request.ts'
import { Member } from './member.ts'
import type { PoolSettings } from './options.ts'
import type { PoolEmitter } from './pool-events.ts'
import { FIRST_PAUSE_MS, LAST_PAUSE_MS, refusals } from './refusals.ts'
import type { Push } from './resp/reply.ts'
import { type ConnectionStats, Counters, type PoolStats } from './stats.ts'
import type { SubscribeOptions, Subscription, SubscriptionKind } from './subscription.ts'
import { Subscriptions } from './subscriptions.ts'
import { Waiting } from './waiting.ts'

/** How often deadlines, silences and ages are looked at. Time limits are kept to within this. */
const TICK_MS = 25
/** A connection that was heard of this recently is leased without a ping. */
const FRESH_MS = 1000

export class ServerPool implements Home, ConnectionOwner, TurnWork {
  readonly #settings: PoolSettings
  readonly #events: PoolEmitter
  readonly #random: () => number
  readonly #dialer: Dialer
  readonly #keepAlive: KeepAlive
  readonly #members = new Map<RedisConnection, Member>()
  readonly #leases = new Map<Member, LeaseRecord>()
  readonly #waitingCalls = new Waiting<Call>()
  readonly #waitingLeases = new Waiting<LeaseRequest>()
  readonly #pauses = new Map<NodeJS.Timeout, Call>()
  readonly #counters = new Counters()
  readonly #subscriptions: Subscriptions
  #shared: Member[] = []
  /** Carries the shared calls of this turn. */
  #current: Member | undefined
  #isChosenForTurn = false
  #database = 0
  #ticker: NodeJS.Timeout | undefined
  /** Overflow connections that are being opened. */
  #overflowWanted = 0
  #state: 'open' | 'draining' | 'closed' = 'open'
  #drained: (() => void)[] = []

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
    this.#dialer = new Dialer(
      settings.maxBackoffMs,
      (signal) => dial(source, settings, this, signal),
      (dialled) => this.#opened(dialled),
      (error, retryInMs) => this.#dialFailed(error, retryInMs),
      random,
    )
    this.#subscriptions = new Subscriptions(source, settings, events, this.#keepAlive)
    if (settings.eager) this.#balance()
  }

  subscribe(
    kind: SubscriptionKind,
    names: readonly string[],
    options: SubscribeOptions,
  ): Subscription<string | Buffer> {
    if (this.#state === 'open') this.#startTicking()
    return this.#subscriptions.subscribe(kind, names, options)
  }

  // --- calls -----------------------------------------------------------------------------------------------

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
      const blockingMs =
        traits === undefined || call.following !== undefined ? 0 : blockingTimeMs(call.command, traits)
      if (blockingMs > 0) {
        this.#runBlocking(call)
        return
      }
    }
    let member = this.#current
    if (member === undefined || member.connection.inFlight >= this.#settings.maxInFlight)
      member = this.#pick()
    if (member === undefined) this.#wait(call)
    else member.connection.dispatch(call)
  }

  /** Sends a refused call again where {@link refusals} says so, until its patience ends. */
  follow(call: Call, refusal: ReplyError): boolean {
    const what = refusals.get(refusal.kind)
    if (what === undefined || this.#state === 'closed') return false
    const nowMs = performance.now()
    if (call.patienceEndsAtMs === 0) call.patienceEndsAtMs = nowMs + this.#settings.waitTimeoutMs
    if (nowMs >= call.patienceEndsAtMs) return false
    if (what === 'replace') this.#replaceAll()
    call.rewind()
    this.#repeat(call, refusal.kind, 'no')
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(call.repeats, 10), LAST_PAUSE_MS)
    const timer = setTimeout(
      () => {
        this.#pauses.delete(timer)
        ;(call.home ?? this).dispatch(call)
        this.#settleDrain()
      },
      pauseMs * (0.5 + this.#random() / 2),
    )
    this.#pauses.set(timer, call)
    return true
  }

  /** The connection for this turn; undefined: none is ready. */
  #pick(): Member | undefined {
    let best: Member | undefined
    for (const member of this.#shared) {
      if (best === undefined || member.connection.inFlight < best.connection.inFlight) best = member
    }
    if (best === undefined) return undefined
    if (best.connection.inFlight === 0 && !this.#isTrusted(best)) {
      this.#check(best)
      return this.#pick()
    }
    if (best.connection.inFlight >= this.#settings.maxInFlight && this.#dialer.opening === 0) this.#balance(1)
    if (!this.#isChosenForTurn) {
      this.#isChosenForTurn = true
      fanOutAtTurnEnd(this)
    }
    this.#current = best
    return best
  }

  /** The end of the turn: the next one chooses anew. */
  flush(): void {
    this.#current = undefined
    this.#isChosenForTurn = false
  }

  /** A connection that has been silent for much longer than it should have been may be half open. */
  #isTrusted(member: Member): boolean {
    return performance.now() - member.connection.lastHeardAtMs < this.#keepAlive.intervalMs * 1.5 + 1000
  }

  #check(member: Member): void {
    this.#setRole(member, 'checking')
    member.connection.ping().then(
      () => {
        if (member.role === 'checking') this.#makeShared(member)
      },
      () => {
        // The connection has ended itself; connectionEnded takes it out.
      },
    )
  }

  #wait(call: Call): void {
    const error = this.#dialer.lastError
    if (error !== undefined && this.#settings.whenDown === 'fail') {
      call.fail(unavailable('The server is down.', error))
      return
    }
    if (this.#waitingCalls.length >= this.#settings.maxWaiting) {
      call.fail(unavailable(`${this.#waitingCalls.length} calls wait for a connection already.`, error))
      return
    }
    call.waitsUntilMs =
      performance.now() + Math.min(this.#settings.waitTimeoutMs, call.limitMs || Number.POSITIVE_INFINITY)
    this.#waitingCalls.add(call)
    if (this.#waitingCalls.length === 1) this.#events.emit('wait', { what: 'call', waiting: 1 })
    this.#balance()
  }

  /** Runs a blocking command on a connection of its own, as long as it takes. */
  #runBlocking(call: Call): void {
    this.#acquire(call.options.signal, '').then(
      (record) => {
        call.whenSettled = () => queueMicrotask(() => void this.#giveBack(record))
        if (call.isSettled) void this.#giveBack(record)
        else record.dispatch(call)
      },
      (error: unknown) => call.fail(error),
    )
  }

  #repeat(call: Call, reason: string, sent: 'no' | 'maybe'): void {
    this.#counters.retries++
    this.#events.emit('retry', { command: nameOf(call.command), reason, sent })
  }

  // --- leases ----------------------------------------------------------------------------------------------

  /** Gives a connection to the caller alone. Throws {@link PoolExhaustedError}, {@link UnavailableError}… */
  async lease(signal: AbortSignal | undefined, site: string): Promise<LeaseRecord> {
    return await this.#acquire(signal, site)
  }

  async #acquire(signal: AbortSignal | undefined, site: string): Promise<LeaseRecord> {
    if (this.#state !== 'open') throw new PoolClosedError()
    for (;;) {
      const member = await this.#request(signal)
      if (performance.now() - member.connection.lastHeardAtMs > FRESH_MS) {
        try {
          await member.connection.ping()
        } catch {
          // It has ended; another one then.
          continue
        }
      }
      if (!member.connection.isOpen) continue
      const record = new LeaseRecord(member, this.#database, this.#settings.commandTimeoutMs, site)
      this.#leases.set(member, record)
      this.#counters.leases++
      return record
    }
  }

  #request(signal: AbortSignal | undefined): Promise<Member> {
    return new Promise((resolve, reject) => {
      const request = new LeaseRequest(
        performance.now() + this.#settings.waitTimeoutMs,
        signal,
        resolve,
        reject,
      )
      if (request.isSettled) return
      const error = this.#refusalToLease()
      if (error !== undefined) {
        request.fail(error)
        return
      }
      this.#waitingLeases.add(request)
      this.#serveLeases()
      if (!request.isSettled)
        this.#events.emit('wait', { what: 'lease', waiting: this.#waitingLeases.length })
    })
  }

  /** Why a lease can't even wait; undefined: it can. */
  #refusalToLease(): Error | undefined {
    const { size, overflow, whenExhausted, whenDown, maxWaiting } = this.#settings
    if (whenDown === 'fail' && this.#dialer.lastError !== undefined) {
      return unavailable('The server is down.', this.#dialer.lastError)
    }
    if (this.#waitingLeases.length >= maxWaiting) {
      return new PoolExhaustedError(`${maxWaiting} callers wait for a lease already.`)
    }
    if (this.#leasable() > this.#waitingLeases.length) return undefined
    if (whenExhausted === 'reject') {
      return new PoolExhaustedError(
        `All ${size} connections are leased. Give leases back sooner, or raise \`size\`.`,
      )
    }
    if (whenExhausted === 'overflow' && this.#overflowOpen() < overflow) {
      this.#overflowWanted++
      this.#events.emit('overflow', { open: this.#overflowOpen() })
    }
    return undefined
  }

  /** How many more leases there could be without waiting for one to be given back. */
  #leasable(): number {
    return this.#settings.size - this.#count((member) => member.role === 'leased' && !member.isOverflow)
  }

  #overflowOpen(): number {
    return this.#overflowWanted + this.#count((member) => member.isOverflow)
  }

  #serveLeases(): void {
    while (this.#waitingLeases.length > 0) {
      const idle = this.#idleMember()
      if (idle === undefined) break
      const request = this.#waitingLeases.take()
      if (request === undefined) break
      this.#setRole(idle, 'leased')
      request.grant(idle)
    }
    this.#balance()
  }

  #idleMember(): Member | undefined {
    for (const member of this.#members.values()) {
      const isFree = member.role === 'shared' || member.role === 'reserved'
      if (isFree && member.connection.inFlight === 0 && member !== this.#current) return member
    }
    return undefined
  }

  /** Takes a lease's connection back: repaired, or replaced where that can't be done. */
  giveBack(record: LeaseRecord): Promise<void> {
    record.end(new LeaseEndedError('The lease was given back.'))
    return this.#giveBack(record)
  }

  async #giveBack(record: LeaseRecord): Promise<void> {
    const { member } = record
    record.end(new LeaseEndedError('The lease is over.'))
    if (this.#leases.get(member) !== record) return
    this.#leases.delete(member)
    const repair = record.state.repair()
    if (!member.connection.isOpen || member.role !== 'leased') return
    if (repair === undefined || member.connection.inFlight > 0 || member.isOverflow) {
      this.#discard(member, 'The lease left it in a state of its own.')
    } else if (repair.length > 0) {
      try {
        await requestAll(member.connection, repair)
      } catch {
        this.#discard(member, 'It could not be put back into its state.')
      }
    }
    if (member.role === 'leased' && member.connection.isOpen) this.#makeShared(member)
    this.#serveLeases()
    this.#settleDrain()
  }

  #discard(member: Member, detail: string): void {
    this.#setRole(member, 'retiring')
    if (member.connection.inFlight === 0) member.connection.close()
    else member.connection.destroy('local', detail)
  }

  // --- members ---------------------------------------------------------------------------------------------

  /** Opens what is wanted: for waiters, for `minIdle`, for growth; reserves for leases where no more may open. */
  #balance(growth = 0): void {
    if (this.#state === 'closed') return
    this.#startTicking()
    const regular = this.#count((member) => !member.isOverflow)
    const free = Math.max(0, this.#settings.size - regular)
    const reserved = this.#count((member) => member.role === 'reserved')
    const leases = Math.max(0, this.#waitingLeases.length - reserved)
    const forCalls = this.#waitingCalls.length > 0 && this.#shared.length === 0 ? 1 : 0
    const idle = this.#count((member) => member.isIdle)
    const forIdle =
      this.#state === 'open' && idle < this.#settings.minIdle ? this.#settings.minIdle - idle : 0
    const wanted = Math.min(
      free,
      Math.max(leases + forCalls, regular === 0 || leases > 0 ? forIdle : 0, growth),
    )
    this.#dialer.want(wanted + this.#overflowWanted)
    if (leases > free && this.#dialer.lastError === undefined) this.#reserve(leases - free)
  }

  #reserve(count: number): void {
    // With calls waiting and nothing to carry them, a lease would only make them wait longer.
    for (let left = count; left > 0; left--) {
      let best: Member | undefined
      for (const member of this.#shared) {
        if (best === undefined || member.connection.inFlight < best.connection.inFlight) best = member
      }
      if (best === undefined || best.connection.inFlight === 0) return
      this.#setRole(best, 'reserved')
    }
  }

  #opened(dialled: Dialled): void {
    const { connection, address, handshake, server } = dialled
    if (!connection.isOpen) {
      this.#balance()
      return
    }
    this.#database = server.database
    if (handshake.serverTimeoutMs !== undefined) this.#keepAlive.readFromServer(handshake.serverTimeoutMs)
    this.#setKeepAlive(connection)
    const isOverflow =
      this.#overflowWanted > 0 && this.#count((member) => !member.isOverflow) >= this.#settings.size
    if (this.#overflowWanted > 0) this.#overflowWanted--
    const member = new Member(connection, address, isOverflow, this.#lifetimeEnd())
    this.#members.set(connection, member)
    this.#counters.connects++
    this.#events.emit('connect', {
      connection: connection.id,
      address,
      protocol: handshake.protocol,
      tookMs: dialled.tookMs,
    })
    this.#makeShared(member)
  }

  #setKeepAlive(connection: RedisConnection): void {
    connection.setKeepAlive(this.#keepAlive.intervalMs)
  }

  #lifetimeEnd(): number {
    const { maxLifetimeMs } = this.#settings
    if (maxLifetimeMs === 0) return Number.POSITIVE_INFINITY
    return performance.now() + maxLifetimeMs * (0.9 + this.#random() * 0.2)
  }

  #dialFailed(error: unknown, retryInMs: number): void {
    const address = this.#members.values().next().value?.address ?? ''
    this.#events.emit('unavailable', { address, error, retryInMs })
    if (error instanceof RefusedError || this.#settings.whenDown === 'fail') {
      this.#waitingCalls.failAll(() => unavailable('The server cannot be used.', error))
      this.#waitingLeases.failAll(() => unavailable('The server cannot be used.', error))
    }
    if (error instanceof RefusedError) this.#overflowWanted = 0
    this.#balance()
    this.#settleDrain()
  }

  #makeShared(member: Member): void {
    this.#setRole(member, 'shared')
    for (let call = this.#waitingCalls.take(); call !== undefined; call = this.#waitingCalls.take()) {
      member.connection.dispatch(call)
    }
    this.#serveLeases()
    this.#settleDrain()
  }

  #setRole(member: Member, role: Member['role']): void {
    if (member.role === role && role !== 'shared') return
    member.role = role
    this.#shared = this.#shared.filter((one) => one !== member)
    if (role === 'shared' && !member.isOverflow) this.#shared.push(member)
    if (this.#current === member) this.#current = undefined
  }

  #replaceAll(): void {
    for (const member of [...this.#shared]) {
      this.#setRole(member, 'retiring')
      member.connection.close()
    }
    this.#balance()
  }

  // --- what connections tell us ------------------------------------------------------------------------------

  connectionIdle(connection: RedisConnection): void {
    if (this.#waitingLeases.length === 0 && this.#state === 'open') return
    const member = this.#members.get(connection)
    if (member === undefined) return
    if (this.#waitingLeases.length > 0 && (member.role === 'shared' || member.role === 'reserved')) {
      this.#serveLeases()
    }
    this.#settleDrain()
  }

  connectionPush(push: Push, connection: RedisConnection): void {
    const member = this.#members.get(connection)
    if (member !== undefined) this.#leases.get(member)?.onPush?.(push)
  }

  connectionRefused(connection: RedisConnection, call: Call): void {
    const member = this.#members.get(connection)
    if (member !== undefined && member.role !== 'leased') this.#setRole(member, 'retiring')
    if (call.home === undefined || member?.role === 'leased') {
      call.fail(new InterruptedError(nameOf(call.command), 'no', undefined))
      return
    }
    call.rewind()
    this.#repeat(call, 'The connection was ending.', 'no')
    call.home.dispatch(call)
  }

  connectionEnded(connection: RedisConnection, ending: Ending, returned: readonly ReturnedCall[]): void {
    const member = this.#members.get(connection)
    if (member !== undefined) {
      this.#members.delete(connection)
      this.#setRole(member, 'retiring')
      const record = this.#leases.get(member)
      this.#leases.delete(member)
      record?.onLost?.(ending)
      if (ending.cause === 'peer-closed' && returned.length === 0) {
        this.#keepAlive.observeClose(performance.now() - connection.lastHeardAtMs)
        for (const other of this.#members.keys()) this.#setKeepAlive(other)
      }
      this.#counters.closes++
      this.#events.emit('close', { connection: connection.id, address: member.address, ending })
      this.#dialer.hurry()
    }
    for (const { call, sent } of returned) this.#recover(call, sent, ending, member !== undefined)
    if (member !== undefined) this.#serveLeases()
    this.#settleDrain()
  }

  /** Not sent: sent again. Maybe sent: sent again only if that can do no harm. */
  #recover(call: Call, sent: 'no' | 'maybe', ending: Ending, wasMember: boolean): void {
    const mayRepeat = sent === 'no' || isRepeatable(call)
    if (!wasMember || call.home === undefined || !mayRepeat || call.repeats >= this.#settings.maxRepeats) {
      call.fail(new InterruptedError(nameOf(call.command), sent, ending))
      return
    }
    call.whenSettled = undefined
    call.rewind()
    this.#repeat(call, ending.cause, sent)
    call.home.dispatch(call)
  }

  // --- time ------------------------------------------------------------------------------------------------

  #startTicking(): void {
    this.#ticker ??= setInterval(() => this.#tick(performance.now()), TICK_MS)
  }

  #tick(nowMs: number): void {
    this.#waitingCalls.expire(nowMs, () =>
      unavailable(this.#whyWaiting('No connection came free in time.'), this.#dialer.lastError),
    )
    this.#waitingLeases.expire(nowMs, () =>
      this.#dialer.lastError === undefined
        ? new PoolExhaustedError(`No connection came free within ${this.#settings.waitTimeoutMs} ms.`)
        : unavailable('No connection could be opened in time.', this.#dialer.lastError),
    )
    this.#subscriptions.tick(nowMs)
    let idle = 0
    for (const member of this.#members.values()) {
      const { connection } = member
      connection.checkDeadlines(nowMs)
      const record = this.#leases.get(member)
      if (record !== undefined) this.#watchLease(record, nowMs)
      if (member.role !== 'shared') continue
      if (nowMs >= member.lifetimeEndsAtMs) this.#retire(member, 'Its lifetime is over.')
      else if (member.isIdle && member !== this.#current) {
        idle++
        const { maxIdle, minIdle, maxIdleTimeMs } = this.#settings
        const isLong = maxIdleTimeMs > 0 && nowMs - connection.lastUsedAtMs >= maxIdleTimeMs
        if (idle > maxIdle || (isLong && idle > minIdle)) this.#retire(member, 'It was idle.')
      }
    }
    this.#settleDrain()
  }

  #watchLease(record: LeaseRecord, nowMs: number): void {
    const heldMs = nowMs - record.takenAtMs
    const { leakAfterMs, leaseTimeoutMs } = this.#settings
    // Blocking commands of the pool's own leases have their limits themselves.
    if (record.site === '') return
    if (leakAfterMs > 0 && heldMs >= leakAfterMs && !record.isReported) {
      record.isReported = true
      this.#counters.leaks++
      this.#events.emit('leak', { connection: record.member.connection.id, heldMs, site: record.site })
    }
    if (leaseTimeoutMs > 0 && heldMs >= leaseTimeoutMs) {
      const error = new LeaseEndedError(
        `The lease was held for longer than ${leaseTimeoutMs} ms. It was taken here: ${record.site}`,
      )
      record.end(error)
      record.onRevoked?.(error)
      record.member.connection.destroy('expired', error.message)
    }
  }

  #retire(member: Member, _detail: string): void {
    this.#setRole(member, 'retiring')
    member.connection.close()
    this.#balance()
  }

  // --- end -------------------------------------------------------------------------------------------------

  /** Takes no more calls, answers those that it has taken, waits for leases, and closes. */
  async close(): Promise<void> {
    if (this.#state === 'closed') return
    this.#state = 'draining'
    this.#subscriptions.close()
    const drained = new Promise<void>((resolve) => this.#drained.push(resolve))
    this.#settleDrain()
    await drained
  }

  /** Ends everything at once; calls fail with what is known of them. */
  destroy(): void {
    this.#finish()
    for (const timer of this.#pauses.keys()) clearTimeout(timer)
    for (const call of this.#pauses.values()) call.fail(new PoolClosedError())
    this.#pauses.clear()
    this.#waitingCalls.failAll(() => new PoolClosedError())
    this.#waitingLeases.failAll(() => new PoolClosedError())
    for (const member of [...this.#members.values()])
      member.connection.destroy('local', 'The pool was destroyed.')
  }

  #settleDrain(): void {
    if (this.#state !== 'draining') return
    if (
      this.#waitingCalls.length > 0 ||
      this.#waitingLeases.length > 0 ||
      this.#pauses.size > 0 ||
      this.#leases.size > 0
    )
      return
    for (const member of this.#members.values()) {
      if (member.role !== 'retiring') {
        this.#setRole(member, 'retiring')
        member.connection.close()
      }
    }
    if (this.#members.size === 0) this.#finish()
  }

  #finish(): void {
    this.#state = 'closed'
    this.#dialer.close()
    this.#subscriptions.close()
    clearInterval(this.#ticker)
    for (const resolve of this.#drained.splice(0)) resolve()
  }

  // --- insight ---------------------------------------------------------------------------------------------

  stats(): PoolStats {
    const nowMs = performance.now()
    const connections: ConnectionStats[] = [...this.#members.values()].map((member) => ({
      id: member.connection.id,
      address: member.address,
      role: member.role,
      isOverflow: member.isOverflow,
      protocol: member.connection.protocol,
      inFlight: member.connection.inFlight,
      answered: member.connection.answered,
      ageMs: nowMs - member.connection.openedAtMs,
      silentMs: nowMs - member.connection.lastHeardAtMs,
      roundTripMs: member.connection.roundTripMs,
    }))
    return {
      size: this.#settings.size,
      open: connections.length,
      opening: this.#dialer.opening,
      idle: this.#count((member) => member.isIdle),
      leased: this.#leases.size,
      inFlight: connections.reduce((sum, one) => sum + one.inFlight, 0),
      waitingCalls: this.#waitingCalls.length,
      waitingLeases: this.#waitingLeases.length,
      keepAliveMs: this.#keepAlive.intervalMs,
      subscriptions: this.#subscriptions.size,
      isDown: this.#dialer.lastError !== undefined,
      ...this.#counters.values(),
      connections,
    }
  }

  #count(condition: (member: Member) => boolean): number {
    let count = 0
    for (const member of this.#members.values()) if (condition(member)) count++
    return count
  }

  #whyWaiting(detail: string): string {
    return this.#dialer.lastError === undefined ? detail : 'The server could not be reached in time.'
  }
}

/** Whether the call may be carried out twice. */
function isRepeatable(call: Call): boolean {
  if (call.options.idempotent) return true
  if (traitsOf(call.command)?.isRepeatable !== true) return false
  return (
    call.following === undefined ||
    call.following.every((command) => traitsOf(command)?.isRepeatable === true)
  )
}

/** Why a call can't run on a connection that others share; undefined: it can. */
function refusalToShare(call: Call, traits: CommandTraits | undefined): NotSharedError | undefined {
  const commands = call.isAtomic ? call.following!.slice(0, -1) : [call.command, ...(call.following ?? [])]
  for (const command of commands) {
    const one = command === call.command ? traits : traitsOf(command)
    if (one === undefined || !one.needsCare) continue
    if (one.takesConnection !== undefined) return new NotSharedError(one.name, one.takesConnection)
    if (call.following !== undefined && !call.isAtomic && blockingTimeMs(command, one) > 0) {
      return new NotSharedError(one.name, 'it waits for data, so send it on its own.')
    }
  }
  return undefined
}

function unavailable(detail: string, cause: unknown): UnavailableError {
  return new UnavailableError(cause instanceof Error ? `${detail} ${cause.message}` : detail, cause)
}
