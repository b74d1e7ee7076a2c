import type { ClientInfo } from './client-info.ts'
import type { Format } from './format.ts'
import type { Lane } from './lane.ts'
import type { Room } from './room.ts'

/** What a room needs of a member's connection; every kernel connection has it. */
export interface MemberConnection {
  sendShared(bytes: Buffer, nowMs: number): void
  sendBytes(bytes: Buffer): boolean
}

/** Who is a member: one for each session. Holds its memberships. */
export interface Registrant {
  readonly connection: MemberConnection
  readonly format: Format
  readonly memberships: Membership[]
  /** The person whom a token has named; empty or none: anonymous. */
  readonly user?: string
  /** Who that is in a room; without it nobody in particular. */
  infoIn?(membership: Membership): ClientInfo
  /**
   * The room cannot promise any more that this member has had everything: it must read the history again. Called
   * for memberships that are positioned; it has been unregistered already.
   */
  positionLost?(membership: Membership): void
}

/** One session in one room. Plain fields, since a room has one for each member. */
export class Membership {
  readonly registrant: Registrant
  readonly connection: MemberConnection
  /** The one in which it enters; afterwards its lane has one. */
  readonly format: Format
  readonly room: Room
  /** How the room's others know this member. */
  name: string
  /** The room's: where it stands; `undefined` while it is catching up, and after it has left. */
  lane: Lane | undefined = undefined
  index = 0
  /** The frames of this turn that came before it joined, and so are not for it. */
  skippedFrames = 0
  /** Publications up to this offset it has had already, from the history. */
  skipThrough = 0
  /** It follows the room's position: it is told when that is lost. */
  isPositioned = false
  /** Whoever takes it out was told to: the room's others are to know that it did not go by itself. */
  isRemoved = false
  /** It is no longer in the room. */
  isGone = false

  constructor(registrant: Registrant, room: Room, format: Format, name: string) {
    this.registrant = registrant
    this.connection = registrant.connection
    this.room = room
    this.format = format
    this.name = name
  }
}
