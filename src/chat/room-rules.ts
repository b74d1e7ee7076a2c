/** What rooms there may be and what may be done in them: names, options, who may what, how much. */
import { Buffer } from 'node:buffer'
import type { Clock } from '../connection/clock.ts'
import { type Deed, deedRefusal, entryRefusal, offerRefusal, type Visitor } from './access.ts'
import { HubRefusal } from './hub-refusal.ts'
import { nameFault, roomFault } from './names.ts'
import { PublicationRates } from './publication-rates.ts'
import { defaultRoomOptions, type RoomOptions, type RoomOptionsOf } from './room-options.ts'

export interface RoomRulesOptions {
  /** Characters in a person's name. */
  readonly nameLength: number
  /** Characters in a room's name. */
  readonly roomLength: number
  readonly roomOptionsOf?: RoomOptionsOf | undefined
  readonly clock?: Clock | undefined
}

/** All `check…` throw {@link HubRefusal} where it may not be. */
export class RoomRules {
  readonly #options: RoomRulesOptions
  readonly #rates: PublicationRates

  constructor(options: RoomRulesOptions) {
    this.#options = options
    this.#rates = new PublicationRates(options.clock)
  }

  /** No room may have this name, or its namespace is unknown. */
  checkRoom(room: string): void {
    const fault = roomFault(room, this.#options.roomLength)
    if (fault !== undefined) throw new HubRefusal('ROOM_NAME', fault)
    this.optionsOf(room)
  }

  /** Nobody may have this name. */
  checkName(name: string): void {
    const fault = nameFault(name, this.#options.nameLength)
    if (fault !== undefined) throw new HubRefusal('NAME', fault)
  }

  /** Throws {@link HubRefusal} if there is no such room. */
  optionsOf(room: string): RoomOptions {
    const { roomOptionsOf } = this.#options
    const options = roomOptionsOf === undefined ? defaultRoomOptions : roomOptionsOf(room)
    if (options === undefined) throw new HubRefusal('UNKNOWN_ROOM', `There is no room ${room}.`)
    return options
  }

  /** This user may not enter. */
  checkEntry(room: string, user: string): void {
    this.checkRoom(room)
    const refusal = entryRefusal(room, this.optionsOf(room), user)
    if (refusal !== undefined) throw refusal
  }

  /** Whether this user may enter a room that there is. */
  mayEnter(room: string, user: string): boolean {
    return entryRefusal(room, this.optionsOf(room), user) === undefined
  }

  /** This visitor may not do that, or nobody is offered it here. */
  checkDeed(deed: Deed, room: string, visitor: Visitor): void {
    const refusal = deedRefusal(deed, room, this.optionsOf(room), visitor)
    if (refusal !== undefined) throw refusal
  }

  /** Nobody is offered this here, whoever may have it. */
  checkOffer(deed: Deed, room: string): void {
    this.checkRoom(room)
    const refusal = offerRefusal(deed, room, this.optionsOf(room))
    if (refusal !== undefined) throw refusal
  }

  /** A client's publication is too large, or one too many. It counts if it is not. */
  checkPublication(room: string, data: string): void {
    const { publicationBytes, publicationsPerSecond } = this.optionsOf(room)
    if (publicationBytes > 0 && Buffer.byteLength(data) > publicationBytes) {
      throw new HubRefusal('TOO_LARGE', `The room ${room} takes at most ${publicationBytes} bytes at once.`)
    }
    if (publicationsPerSecond > 0 && !this.#rates.take(room, publicationsPerSecond)) {
      throw new HubRefusal('TOO_FAST', `The room ${room} takes ${publicationsPerSecond} messages a second.`)
    }
  }
}
