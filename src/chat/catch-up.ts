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
  /** `publications` are exactly what it missed; else they are the newest, as many as it asked for. */
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
    const { history, isRecovered } = await read(broker, room.name, request)
    if (membership.isGone) return undefined
    const noted = room.noted.losses === losses ? room.noted.above(history.offset) : undefined
    const isOtherStream = room.position !== undefined && room.position.epoch !== history.epoch
    if (noted === undefined || isOtherStream) continue
    const offset = noted.at(-1)?.offset ?? history.offset
    const missed = history.publications.map((ordered) =>
      Publication.ordered(room.name, ordered, ordered.offset),
    )
    const all = [...missed, ...noted]
    const position = { offset, epoch: history.epoch }
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
async function read(
  broker: Broker,
  room: string,
  { since, limit, recent }: CatchUpRequest,
): Promise<{ history: History; isRecovered: boolean }> {
  if (since !== undefined) {
    const history = await readSince(broker, room, since, limit)
    if (isComplete(history, since)) return { history, isRecovered: true }
    if (recent === 0) return { history, isRecovered: false }
  }
  const history = await broker.history(room, { limit: recent, isReversed: recent > 0 })
  return { history: { ...history, publications: history.publications.toReversed() }, isRecovered: false }
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
