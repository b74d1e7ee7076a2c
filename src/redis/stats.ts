/**
 * What a pool says of itself: numbers now, and counts since it was made. Counts only grow; those of connections
 * that have ended are kept.
 */
import type { RedisConnection } from './connection.ts'
import type { Member, Role } from './member.ts'

/** What a connection is for: calls of everybody, one lease, subscriptions. */
export type ConnectionUse = 'shared' | 'lease' | 'pubsub'

/**
 * What a connection is doing: `idle` and `busy` carry everybody's calls, `subscribed` carries subscriptions; for the
 * others see {@link Role}.
 */
export type ConnectionActivity = 'idle' | 'busy' | 'subscribed' | Exclude<Role, 'shared'>

/** All there are, for tables and metrics that name each. */
export const connectionActivities: readonly ConnectionActivity[] = [
  ...(['idle', 'busy', 'checking', 'reserved', 'leased', 'retiring', 'subscribed'] as const),
]

export interface ConnectionStats {
  readonly id: number
  readonly address: string
  readonly use: ConnectionUse
  readonly state: ConnectionActivity
  readonly isOverflow: boolean
  readonly protocol: 2 | 3
  /** Calls whose replies have not come. */
  readonly inFlight: number
  readonly answered: number
  readonly readBytes: number
  readonly writtenBytes: number
  readonly ageMs: number
  /** Since something was last heard from the server. */
  readonly silentMs: number
  /** Of the last ping; undefined: none yet. */
  readonly roundTripMs: number | undefined
}

export interface PoolStats extends CounterValues {
  readonly size: number
  /** Connections that count towards `size`, and those beyond it; the one for subscriptions does not. */
  readonly open: number
  readonly opening: number
  readonly idle: number
  readonly leased: number
  readonly inFlight: number
  readonly waitingCalls: number
  readonly waitingLeases: number
  readonly subscriptions: number
  /** The longest silence that is borne at present. */
  readonly keepAliveMs: number
  /** The last dial failed. */
  readonly isDown: boolean
  /** All of them, the one for subscriptions too. */
  readonly connections: readonly ConnectionStats[]
}

export interface CounterValues {
  /** Connections that were opened and ready. */
  readonly connects: number
  /** Of these, such as came after one that the pool had not closed itself. */
  readonly reconnects: number
  readonly closes: number
  /** Dials that failed, refusals of the server included. */
  readonly dialFailures: number
  /** Calls and leases that had to wait for a connection. */
  readonly waits: number
  /** Calls that were sent again. */
  readonly retries: number
  /** Calls that were not answered in time. */
  readonly timeouts: number
  readonly leases: number
  /** Connections beyond `size` that were asked for. */
  readonly overflows: number
  readonly leaks: number
  /** Calls that were answered; a pipeline or transaction is one. */
  readonly answered: number
  readonly readBytes: number
  readonly writtenBytes: number
}

export class Counters {
  connects = 0
  reconnects = 0
  closes = 0
  dialFailures = 0
  waits = 0
  retries = 0
  leases = 0
  overflows = 0
  leaks = 0
  /** Lost and not replaced yet. */
  #lost = 0
  /** Of connections that have ended. */
  #timeouts = 0
  #answered = 0
  #readBytes = 0
  #writtenBytes = 0

  /** A connection is ready. */
  connected(): void {
    this.connects++
    if (this.#lost === 0) return
    this.#lost--
    this.reconnects++
  }

  /** A connection has ended. `isLost`: it was not the pool that ended it. */
  closed(connection: RedisConnection, isLost: boolean): void {
    this.closes++
    if (isLost) this.#lost++
    this.#timeouts += connection.timeouts
    this.#answered += connection.answered
    this.#readBytes += connection.readBytes
    this.#writtenBytes += connection.writtenBytes
  }

  /** `living`: connections that have not ended. */
  values(living: Iterable<RedisConnection>): CounterValues {
    let timeouts = this.#timeouts
    let answered = this.#answered
    let readBytes = this.#readBytes
    let writtenBytes = this.#writtenBytes
    for (const connection of living) {
      timeouts += connection.timeouts
      answered += connection.answered
      readBytes += connection.readBytes
      writtenBytes += connection.writtenBytes
    }
    const { connects, reconnects, closes, dialFailures, waits, retries, leases, overflows, leaks } = this
    return {
      ...{ connects, reconnects, closes, dialFailures, waits, retries, timeouts, leases, overflows, leaks },
      ...{ answered, readBytes, writtenBytes },
    }
  }
}

/** The sums of counts. */
export function addCounters(all: readonly CounterValues[]): CounterValues {
  const sums = { ...new Counters().values([]) } as { -readonly [Key in keyof CounterValues]: number }
  for (const key of Object.keys(sums) as (keyof CounterValues)[]) {
    for (const one of all) sums[key] += one[key]
  }
  return sums
}

export function describeMember(member: Member, nowMs: number): ConnectionStats {
  const { connection, address, role, isOverflow } = member
  const shared = connection.inFlight === 0 ? 'idle' : 'busy'
  return {
    ...describeConnection(connection, address, nowMs),
    use: role === 'leased' ? 'lease' : 'shared',
    state: role === 'shared' ? shared : role,
    isOverflow,
  }
}

/** The connection that carries a server's subscriptions. */
export function describeSubscriber(
  connection: RedisConnection,
  address: string,
  nowMs: number,
): ConnectionStats {
  return {
    ...describeConnection(connection, address, nowMs),
    use: 'pubsub',
    state: 'subscribed',
    isOverflow: false,
  }
}

function describeConnection(
  connection: RedisConnection,
  address: string,
  nowMs: number,
): Omit<ConnectionStats, 'use' | 'state' | 'isOverflow'> {
  const { id, protocol, inFlight, answered, readBytes, writtenBytes, roundTripMs } = connection
  return {
    ...{ id, address, protocol, inFlight, answered, readBytes, writtenBytes, roundTripMs },
    ageMs: nowMs - connection.openedAtMs,
    silentMs: nowMs - connection.lastHeardAtMs,
  }
}
