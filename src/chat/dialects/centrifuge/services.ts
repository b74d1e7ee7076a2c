/** What all sessions of this dialect share. */
import type { Ending } from '../../../connection/cause.ts'
import type { ChatHandlers } from '../../handlers.ts'
import type { Hub } from '../../hub.ts'
import type { Moderation } from '../../moderation/moderation.ts'
import type { UserPlaces } from '../../user-places.ts'
import type { Clients } from './clients.ts'
import type { CentrifugeConnection, CentrifugeSession } from './session.ts'

export interface CentrifugeLimits {
  /** Publications, messages and calls a second and client; 0: no limit. */
  readonly messageRate: number
  /** How many may come at once after a pause. */
  readonly messageBurst: number
  /** The largest frame that a client may send, with all the commands in it. */
  readonly messageBytes: number
  /** Publications that one history reply holds at most. */
  readonly historyPublications: number
  /** Bytes that rooms may send a client before it has its connect reply. */
  readonly heldBytes: number
}

export const defaultCentrifugeLimits: CentrifugeLimits = {
  // Nobody types faster; a program that does asks for more.
  messageRate: 20,
  messageBurst: 40,
  // A long text; pictures belong elsewhere.
  messageBytes: 65_536,
  // Some hundred kilobytes of usual messages.
  historyPublications: 1_000,
  heldBytes: 1024 * 1024,
}

/** Milliseconds. */
export interface CentrifugeTiming {
  /** Between pings. The client is told in whole seconds, rounded up. */
  readonly pingIntervalMs: number
  /** How long a pong may take; 0: none is awaited, nor announced. */
  readonly pongTimeoutMs: number
  /** How long a client may take to send its connect command. */
  readonly connectTimeoutMs: number
  /** How long after its end a token may still be refreshed. */
  readonly expiryGraceMs: number
}

export const defaultCentrifugeTiming: CentrifugeTiming = {
  // Below the 30 s after which the impatient among load balancers and NATs forget a flow.
  pingIntervalMs: 25_000,
  // A phone in a tunnel answers late; a dead one not at all.
  pongTimeoutMs: 8_000,
  connectTimeoutMs: 10_000,
  // A refresh takes a call to the application's back end.
  expiryGraceMs: 25_000,
}

export interface CentrifugeServices {
  readonly hub: Hub
  readonly handlers: ChatHandlers
  readonly clients: Clients
  /** Of each user's connections, in all dialects. */
  readonly places: UserPlaces
  readonly moderation: Moderation
  readonly limits: CentrifugeLimits
  readonly timing: CentrifugeTiming
  /** Names this process among those that work together. */
  readonly node: string
  /** The namespace of personal rooms; `undefined`: there are none. */
  readonly personal: string | undefined
  /** Of this server; clients are told. */
  readonly version: string
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number
  /** Told of what failed on our side, for logs. */
  readonly failed: (error: unknown, what: string) => void
  /** Told when a session is over, for logs. */
  readonly ended?: (session: CentrifugeSession, ending: Ending, connection: CentrifugeConnection) => void
}
