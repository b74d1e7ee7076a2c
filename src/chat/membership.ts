import type { Format } from './format.ts'
import type { Lane } from './lane.ts'
import type { Room } from './room.ts'

/** What a room needs of a member's connection; every kernel connection has it. */
export interface MemberConnection {
  sendShared(bytes: Buffer, nowMs: number): void
  sendBytes(bytes: Buffer): boolean
}

/** One session in one room. Plain fields, since a room has one for each member. */
export class Membership {
  readonly connection: MemberConnection
  readonly format: Format
  readonly room: Room
  /** How the room's others know this member. */
  name: string
  /** The room's: where it stands. */
  lane: Lane
  index = 0
  /** The frames of this turn that came before it joined, and so are not for it. */
  skippedFrames = 0

  constructor(room: Room, lane: Lane, connection: MemberConnection, format: Format, name: string) {
    this.room = room
    this.lane = lane
    this.connection = connection
    this.format = format
    this.name = name
  }
}
