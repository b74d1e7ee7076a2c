/** A connection of a pool and what it is used for. */
import type { RedisConnection } from './connection.ts'

/**
 * - `shared`: carries calls of everybody
 * - `checking`: was silent for too long; is pinged before it carries calls again
 * - `reserved`: takes no more shared calls, and is leased once those in flight are answered
 * - `leased`: belongs to one lease
 * - `retiring`: ends once what is in flight is answered
 */
export type Role = 'shared' | 'checking' | 'reserved' | 'leased' | 'retiring'

export class Member {
  readonly connection: RedisConnection
  readonly address: string
  /** Opened beyond the pool's size; closed after its lease. */
  readonly isOverflow: boolean
  /** When it is replaced, by `performance.now()`. */
  readonly lifetimeEndsAtMs: number
  role: Role = 'shared'
  /** It goes to what is no longer our server: replaced as soon as nobody needs it. */
  isObsolete = false

  constructor(connection: RedisConnection, address: string, isOverflow: boolean, lifetimeEndsAtMs: number) {
    this.connection = connection
    this.address = address
    this.isOverflow = isOverflow
    this.lifetimeEndsAtMs = lifetimeEndsAtMs
  }

  get isIdle(): boolean {
    return this.role === 'shared' && this.connection.inFlight === 0
  }
}
