/**
 * How a member that waits in a room gets what it missed and goes live, with nothing lost or doubled between: the
 * history is read, what the room noted meanwhile is joined to it where that ends, and in the same synchronous step
 * the member becomes live.
 */
import type { Broker, History, Position } from '../broker/broker.ts'
import { LongwireError } from '../connection/errors.ts'
import type { Membership } from './membership.ts'
import { Publication } from './publication.ts'
import type { Found } from './readings.ts'

/** Where a member stands that has just gone live. */
export interface Entry {
  readonly membership: Membership
  /** Of the last publication that it has had; `undefined` in a room that keeps nothing. */
  readonly position: Position | undefined
  /** `publications` are exactly what it missed; else they are the newest, as many as it asked for. */
  readonly isRecovered: boolean
  /** The same array for members who came for the same at once, so that what is made of it can be shared too. */
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

export interface CatchUpRequest {
  /** What the member has; `undefined`: nothing that it could recover from. */
  readonly since: Position | undefined
  /** More missed publications than this are not recovered. */
  readonly limit: number
  /** Where nothing is recovered, it wants so many of the newest. */
  readonly recent: number
}

/**
 * @returns `undefined` if the member has left meanwhile
 * @throws CatchUpError, and whatever the broker throws
 */
export async function catchUp(
  broker: Broker,
  membership: Membership,
  request: CatchUpRequest,
  now: () => number,
): Promise<Entry | undefined> {
  const { room } = membership
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const { losses } = room.noted
    const key = JSON.stringify([request.since, request.limit, request.recent])
    const found = await room.readings.share(key, () => read(broker, room.name, request))
    if (membership.isGone) return undefined
    const noted = room.noted.losses === losses ? room.noted.above(found.offset) : undefined
    const isOtherStream = room.position !== undefined && room.position.epoch !== found.epoch
    if (noted === undefined || isOtherStream) continue
    const { epoch, isRecovered, publications } = found
    const all = noted.length === 0 ? publications : [...publications, ...noted]
    const position = { offset: noted.at(-1)?.offset ?? found.offset, epoch }
    room.goLive(membership, position, now())
    return {
      membership,
      position,
      isRecovered,
      publications: isRecovered ? all : last(all, request.recent),
    }
  }
  throw new CatchUpError(room.name)
}

/** What the member missed, if that can be recovered; else the newest. Oldest first. */
async function read(broker: Broker, room: string, { since, limit, recent }: CatchUpRequest): Promise<Found> {
  if (since !== undefined) {
    const history = await readSince(broker, room, since, limit)
    const isRecovered = isComplete(history, since)
    if (isRecovered || recent === 0) return foundIn(room, history, isRecovered)
  }
  const history = await broker.history(room, { limit: recent, isReversed: recent > 0 })
  return foundIn(room, { ...history, publications: history.publications.toReversed() }, false)
}

function foundIn(room: string, { publications, offset, epoch }: History, isRecovered: boolean): Found {
  const ordered = publications.map((each) => Publication.ordered(room, each, each.offset))
  return { publications: ordered, offset, epoch, isRecovered }
}

async function readSince(broker: Broker, room: string, since: Position, limit: number): Promise<History> {
  if (since.epoch !== '') return broker.history(room, { since, limit })
  // Who has had nothing yet knows no epoch, and has had nothing of this one.
  const { epoch } = await broker.history(room, { limit: 0 })
  return broker.history(room, { since: { offset: since.offset, epoch }, limit })
}

function isComplete({ isRecovered, publications, offset }: History, since: Position): boolean {
  return isRecovered && publications.length === offset - since.offset
}

/** The last so many; of 0 none. */
function last<T>(items: readonly T[], count: number): readonly T[] {
  return count === 0 ? [] : items.slice(-count)
}
