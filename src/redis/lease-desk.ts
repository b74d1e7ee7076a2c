/**
 * Who has a connection for himself, who waits for one, and in which state connections come back.
 */
import { performance } from 'node:perf_hooks'
import { requestAll } from './call.ts'
import { LeaseEndedError, PoolClosedError, PoolExhaustedError, UnavailableError } from './errors.ts'
import { LeaseRecord } from './lease.ts'
import { LeaseRequest } from './lease-request.ts'
import type { Member } from './member.ts'
import type { Members } from './members.ts'
import type { PoolSettings } from './options.ts'
import type { PoolEmitter } from './pool-events.ts'
import type { Counters } from './stats.ts'
import { Waiting } from './waiting.ts'

/** A connection that was heard of this recently is leased without a ping, in milliseconds. */
const FRESH_MS = 1000

/** What the desk needs of its pool. */
export interface LeaseHost {
  readonly isOpen: boolean
  /** The error of the last dial; undefined: the server is there. */
  readonly downError: unknown
  readonly database: number
  /** Opens connections, or reserves them, as the desk's numbers want it. */
  balance(): void
  /** The connection is everybody's again. */
  share(member: Member): void
  /** A lease has ended. */
  settle(): void
}

export class LeaseDesk {
  readonly #host: LeaseHost
  readonly #members: Members
  readonly #settings: PoolSettings
  readonly #events: PoolEmitter
  readonly #counters: Counters
  readonly #records = new Map<Member, LeaseRecord>()
  readonly #waiting = new Waiting<LeaseRequest>()
  /** Connections beyond the pool's size that are wanted and not open yet. */
  overflowWanted = 0

  constructor(
    host: LeaseHost,
    members: Members,
    settings: PoolSettings,
    events: PoolEmitter,
    counters: Counters,
  ) {
    this.#host = host
    this.#members = members
    this.#settings = settings
    this.#events = events
    this.#counters = counters
  }

  get waiting(): number {
    return this.#waiting.length
  }

  get leased(): number {
    return this.#records.size
  }

  of(member: Member): LeaseRecord | undefined {
    return this.#records.get(member)
  }

  /** Gives a connection to the caller alone. `site`: the stack of who takes it; empty for the pool itself. */
  async acquire(signal: AbortSignal | undefined, site: string): Promise<LeaseRecord> {
    if (!this.#host.isOpen) throw new PoolClosedError()
    for (;;) {
      const member = await this.#request(signal)
      const { connection } = member
      if (performance.now() - connection.lastHeardAtMs > FRESH_MS) {
        try {
          await connection.ping()
        } catch {
          // It has ended; another one then.
          continue
        }
      }
      if (!connection.isOpen) continue
      const record = new LeaseRecord(member, this.#host.database, this.#settings.commandTimeoutMs, site)
      this.#records.set(member, record)
      this.#counters.leases++
      return record
    }
  }

  /** Hands free connections to those who wait, first come first served. */
  serve(): void {
    while (this.#waiting.length > 0) {
      const free = this.#members.free()
      const request = free === undefined ? undefined : this.#waiting.take()
      if (free === undefined || request === undefined) break
      this.#members.setRole(free, 'leased')
      request.grant(free)
    }
    this.#host.balance()
  }

  /** Takes a connection back: as it was, repaired, or replaced where that can't be done. */
  async giveBack(record: LeaseRecord): Promise<void> {
    const { member } = record
    record.end(new LeaseEndedError('The lease was given back.'))
    if (this.#records.get(member) !== record) return
    this.#records.delete(member)
    const { connection } = member
    const repair = record.state.repair()
    connection.holdsPings = false
    if (repair === undefined || connection.inFlight > 0 || member.isOverflow) this.#discard(member)
    else if (repair.length > 0) {
      await requestAll(connection, repair).catch(() => this.#discard(member))
    }
    if (member.role === 'leased' && connection.isOpen) this.#host.share(member)
    this.serve()
    this.#host.settle()
  }

  /** The connection ended under its lease. */
  lost(member: Member): void {
    const record = this.#records.get(member)
    this.#records.delete(member)
    record?.onLost?.()
  }

  /** Looks after waiters and holders; called now and then. */
  tick(nowMs: number): void {
    this.#waiting.expire(nowMs, () => {
      const { downError } = this.#host
      return downError === undefined
        ? new PoolExhaustedError(`No connection came free within ${this.#settings.waitTimeoutMs} ms.`)
        : new UnavailableError('No connection could be opened in time.', downError)
    })
    for (const record of this.#records.values()) if (record.site !== '') this.#watch(record, nowMs)
  }

  failWaiting(error: () => unknown): void {
    this.overflowWanted = 0
    this.#waiting.failAll(error)
  }

  #request(signal: AbortSignal | undefined): Promise<Member> {
    return new Promise((resolve, reject) => {
      const waitsUntilMs = performance.now() + this.#settings.waitTimeoutMs
      const request = new LeaseRequest(waitsUntilMs, signal, resolve, reject)
      if (request.isSettled) return
      const refusal = this.#refusal()
      if (refusal !== undefined) {
        request.fail(refusal)
        return
      }
      this.#waiting.add(request)
      this.serve()
      if (request.isSettled) return
      this.#counters.waits++
      this.#events.emit('wait', { what: 'lease', waiting: this.#waiting.length })
    })
  }

  /** Why a lease can't even wait; undefined: it can. */
  #refusal(): Error | undefined {
    const { size, overflow, whenExhausted, whenDown, maxWaiting } = this.#settings
    const { downError } = this.#host
    if (whenDown === 'fail' && downError !== undefined) {
      return new UnavailableError(`The server is down. ${String(downError)}`, downError)
    }
    if (this.#waiting.length >= maxWaiting) {
      return new PoolExhaustedError(`${maxWaiting} callers wait for a lease already.`)
    }
    const leased = this.#members.count((member) => member.role === 'leased' && !member.isOverflow)
    if (size - leased > this.#waiting.length) return undefined
    if (whenExhausted === 'reject') {
      return new PoolExhaustedError(
        `All ${size} connections are leased. Give leases back sooner, or raise \`size\`.`,
      )
    }
    const open = this.overflowWanted + this.#members.count((member) => member.isOverflow)
    if (whenExhausted === 'overflow' && open < overflow) {
      this.overflowWanted++
      this.#counters.overflows++
      this.#events.emit('overflow', { open: open + 1 })
    }
    return undefined
  }

  #watch(record: LeaseRecord, nowMs: number): void {
    const heldMs = nowMs - record.takenAtMs
    const { leakAfterMs, leaseTimeoutMs } = this.#settings
    const { connection } = record.member
    if (leakAfterMs > 0 && heldMs >= leakAfterMs && !record.isReported) {
      record.isReported = true
      this.#counters.leaks++
      this.#events.emit('leak', { connection: connection.id, heldMs, site: record.site })
    }
    if (leaseTimeoutMs === 0 || heldMs < leaseTimeoutMs) return
    const error = new LeaseEndedError(
      `The lease was held for longer than ${leaseTimeoutMs} ms. It was taken here:\n${record.site}`,
    )
    record.end(error)
    record.onRevoked?.(error)
    connection.destroy('expired', `A lease was held for longer than ${leaseTimeoutMs} ms.`)
  }

  #discard(member: Member): void {
    this.#members.setRole(member, 'retiring')
    if (member.connection.inFlight === 0) member.connection.close()
    else member.connection.destroy('local', 'The lease left commands without their replies.')
  }
}
