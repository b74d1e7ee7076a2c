/**
 * How a member that waits in a room gets what it missed and goes live, with nothing lost or doubled between: the
 * history is read, what the room noted meanwhile is joined to it where that ends, and in the same synchronous step
 * the member becomes live.
 */
import type { Broker, History, Position } from '../broker/broker.ts'
import { LongwireError } from '../connection/errors.ts'
import type { Membership } from './membership.ts'
import { Publication } from './publication.ts'

/** Where a member stands that has just gone live. */
export interface Entry {
  readonly membership: Membership
  /** Of the last publication that it has had; `undefined` in a room that keeps nothing. */
  readonly position: Position | undefined
  /** `publications` are exactly what it missed. */
  readonly isRecovered: boolean
  readonly publications: readonly Publication[]
}

/** The room moves faster than its history can be read. Try again. */
export class CatchUpError extends LongwireError {
  constructor(room: string) {
    super('CATCH_UP', `The history of ${room} could not be joined to what is said there now.`)
  }
}

/** Each takes a reading of the history; a second is rare, a third means overload. */
const attempts = 5

/**
 * @param since What the member has; `undefined`: nothing, and it wants nothing from before.
 * @param limit More missed publications than this are not recovered.
 * @returns `undefined` if the member has left meanwhile
 * @throws CatchUpError, and whatever the broker throws
 */
export async function catchUp(
  broker: Broker,
  membership: Membership,
  since: Position | undefined,
  limit: number,
  now: () => number,
): Promise<Entry | undefined> {
  const { room } = membership
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const { losses } = room.noted
    const history = await read(broker, room.name, since, limit)
    if (membership.isGone) return undefined
    const noted = room.noted.losses === losses ? room.noted.above(history.offset) : undefined
    const isOtherStream = room.position !== undefined && room.position.epoch !== history.epoch
    if (noted === undefined || isOtherStream) continue
    const offset = noted.at(-1)?.offset ?? history.offset
    const isRecovered = since !== undefined && isComplete(history, since)
    const missed = history.publications.map((ordered) =>
      Publication.ordered(room.name, ordered, ordered.offset),
    )
    const position = { offset, epoch: history.epoch }
    room.goLive(membership, position, now())
    return {
      membership,
      position,
      isRecovered,
      publications: isRecovered ? [...missed, ...noted] : [],
    }
  }
  throw new CatchUpError(room.name)
}

async function read(
  broker: Broker,
  room: string,
  since: Position | undefined,
  limit: number,
): Promise<History> {
  if (since === undefined) return broker.history(room, { limit: 0 })
  if (since.epoch !== '') return broker.history(room, { since, limit })
  // Who has had nothing yet knows no epoch, and has had nothing of this one.
  const { epoch } = await broker.history(room, { limit: 0 })
  return broker.history(room, { since: { offset: since.offset, epoch }, limit })
}

function isComplete({ isRecovered, publications, offset }: History, since: Position): boolean {
  return isRecovered && publications.length === offset - since.offset
}
