/** What a pool says of itself: numbers now, and counts since it was made. */
import type { Member, Role } from './member.ts'

export interface ConnectionStats {
  readonly id: number
  readonly address: string
  readonly role: Role
  readonly isOverflow: boolean
  readonly protocol: 2 | 3
  /** Calls whose replies have not come. */
  readonly inFlight: number
  readonly answered: number
  readonly ageMs: number
  /** Since something was last heard from the server. */
  readonly silentMs: number
  /** Of the last ping; undefined: none yet. */
  readonly roundTripMs: number | undefined
}

export interface PoolStats extends CounterValues {
  readonly size: number
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
  readonly connections: readonly ConnectionStats[]
}

export interface CounterValues {
  readonly connects: number
  readonly closes: number
  readonly retries: number
  readonly leases: number
  readonly leaks: number
}

export class Counters {
  connects = 0
  closes = 0
  retries = 0
  leases = 0
  leaks = 0

  values(): CounterValues {
    const { connects, closes, retries, leases, leaks } = this
    return { connects, closes, retries, leases, leaks }
  }
}

export function describeMember(member: Member, nowMs: number): ConnectionStats {
  const { connection, address, role, isOverflow } = member
  return {
    id: connection.id,
    address,
    role,
    isOverflow,
    protocol: connection.protocol,
    inFlight: connection.inFlight,
    answered: connection.answered,
    ageMs: nowMs - connection.openedAtMs,
    silentMs: nowMs - connection.lastHeardAtMs,
    roundTripMs: connection.roundTripMs,
  }
}
