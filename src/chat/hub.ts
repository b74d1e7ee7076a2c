/** This process's index of rooms: sessions are registered in them and unregistered; an empty room vanishes. */
import { LongwireError } from '../connection/errors.ts'
import type { Format } from './format.ts'
import type { MemberConnection, Membership } from './membership.ts'
import { nameFault, roomFault } from './names.ts'
import { Room } from './room.ts'

export interface HubLimits {
  /** Rooms that one session may be in at once. */
  readonly roomsPerConnection: number
  /** Characters in a person's name. */
  readonly nameLength: number
  /** Characters in a room's name. */
  readonly roomLength: number
}

export const defaultHubLimits: HubLimits = {
  // What a person follows at once, with room to spare; a program that wants more raises it.
  roomsPerConnection: 100,
  nameLength: 64,
  roomLength: 64,
}

/** A name of a room or a person that may not be, or one room too many. The message says what may. */
export class HubRefusal extends LongwireError {
  constructor(code: 'ROOM_NAME' | 'NAME' | 'TOO_MANY_ROOMS', message: string) {
    super(code, message)
  }
}

/** Who registers: one for each session. Holds its memberships. */
export interface Registrant {
  readonly connection: MemberConnection
  readonly format: Format
  readonly memberships: Membership[]
}

export class Hub {
  readonly limits: HubLimits
  readonly #rooms = new Map<string, Room>()
  readonly #now: () => number

  constructor(limits: Partial<HubLimits> = {}, now: () => number = Date.now) {
    this.limits = { ...defaultHubLimits, ...limits }
    this.#now = now
  }

  /** Rooms that have members. */
  get rooms(): ReadonlyMap<string, Room> {
    return this.#rooms
  }

  /** Puts a session into a room under a name. Throws {@link HubRefusal}. */
  register(registrant: Registrant, roomName: string, name: string): Membership {
    this.checkRoom(roomName)
    this.checkName(name)
    const { roomsPerConnection } = this.limits
    if (registrant.memberships.length >= roomsPerConnection) {
      throw new HubRefusal('TOO_MANY_ROOMS', `A connection may be in at most ${roomsPerConnection} rooms.`)
    }
    let room = this.#rooms.get(roomName)
    if (room === undefined) {
      room = new Room(roomName)
      this.#rooms.set(roomName, room)
    }
    const membership = room.join(registrant.connection, registrant.format, name, this.#now())
    registrant.memberships.push(membership)
    return membership
  }

  /** Takes a session out of a room. */
  unregister(registrant: Registrant, membership: Membership): void {
    const index = registrant.memberships.indexOf(membership)
    if (index === -1) return
    registrant.memberships.splice(index, 1)
    const { room } = membership
    room.leave(membership, this.#now())
    if (room.size === 0) this.#rooms.delete(room.name)
  }

  /** Takes a session out of all its rooms. */
  unregisterAll(registrant: Registrant): void {
    while (registrant.memberships.length > 0) this.unregister(registrant, registrant.memberships[0]!)
  }

  rename(membership: Membership, name: string): void {
    this.checkName(name)
    membership.room.rename(membership, name, this.#now())
  }

  publish(membership: Membership, text: string): void {
    membership.room.publish(membership.name, text, this.#now())
  }

  /** Throws {@link HubRefusal} if no room may have this name. */
  checkRoom(roomName: string): void {
    const fault = roomFault(roomName, this.limits.roomLength)
    if (fault !== undefined) throw new HubRefusal('ROOM_NAME', fault)
  }

  /** Throws {@link HubRefusal} if nobody may have this name. */
  checkName(name: string): void {
    const fault = nameFault(name, this.limits.nameLength)
    if (fault !== undefined) throw new HubRefusal('NAME', fault)
  }
}
