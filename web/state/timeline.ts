/** What happened in one room, oldest first, as far as this page has seen it and its memory is meant to reach. */
import type { RoomPosition } from '../link/transport.ts'
import { noPresence, type Presence, type PresenceChange, withChange } from './presence.ts'

export interface Message {
  readonly kind: 'message'
  readonly key: string
  readonly name: string
  /** The person whom a token has named; without it nobody vouches for the name. */
  readonly user?: string | undefined
  readonly text: string
  /** Milliseconds since the Unix epoch, by the server's clock. */
  readonly time: number
  readonly isOwn: boolean
}

/** What the page itself has to say, such as the answer to a command. */
export interface Note {
  readonly kind: 'note'
  readonly key: string
  readonly tone: 'plain' | 'warning'
  readonly lines: readonly string[]
}

export type Entry = Message | Note | ({ readonly kind: 'presence'; readonly key: string } & Presence) | Gap

/** A time in which we did not hear what was said here. */
export interface Gap {
  readonly kind: 'gap'
  readonly key: string
  /** Milliseconds since the Unix epoch, by our own clock. */
  readonly from: number
  readonly to: number
  /** Something was said meanwhile: the next message's offset does not follow the last one's. */
  readonly isMissing: boolean
}

export interface Timeline {
  readonly entries: readonly Entry[]
  /** The offset of the last message heard; `undefined` before the first. */
  readonly lastOffset: number | undefined
  /** Of the stream that the offset belongs to; `undefined`: the room keeps nothing that we know of. */
  readonly epoch: string | undefined
  /** Since when we don't hear this room; `undefined`: we do. By our own clock. */
  readonly awaySince: number | undefined
  /** For keys that stay unique when old entries go. */
  readonly nextKey: number
}

export const emptyTimeline: Timeline = {
  entries: [],
  lastOffset: undefined,
  epoch: undefined,
  awaySince: undefined,
  nextKey: 0,
}

/** How many entries are kept. */
export const keptEntries = 1_000
/** How many while somebody reads the older ones, which must not vanish under their eyes. */
export const keptWhileReading = 2_000
/** Entries go in lots: with each one by itself, the whole list would be drawn again for each. */
const lot = 100

export interface HeardMessage {
  readonly name: string
  readonly user?: string
  readonly text: string
  readonly time: number
  readonly offset: number
  readonly isOwn: boolean
  /** The key it had while it was under way, where it is our own. */
  readonly key: string | undefined
}

export function withMessage(
  timeline: Timeline,
  { name, user, text, time, offset, isOwn, key }: HeardMessage,
): Timeline {
  const { lastOffset } = timeline
  // A room that was empty in between counts from 1 again.
  const isFollowing = lastOffset === undefined || offset === lastOffset + 1 || offset <= 1
  const before = isFollowing ? timeline : withMissing(timeline)
  const message = { kind: 'message', name, user, text, time, isOwn } as const
  return {
    ...(key === undefined ? withEntry(before, message) : withKeyedEntry(before, { ...message, key })),
    lastOffset: offset === 0 ? lastOffset : offset,
  }
}

/** What the page has had of a room that keeps what is said. */
export function positionOf({ lastOffset, epoch }: Timeline): RoomPosition | undefined {
  return lastOffset === undefined || epoch === undefined ? undefined : { offset: lastOffset, epoch }
}

export function withPresence(timeline: Timeline, change: PresenceChange): Timeline {
  const last = timeline.entries.at(-1)
  if (last?.kind !== 'presence') {
    return withEntry(timeline, { kind: 'presence', ...withChange(noPresence, change) })
  }
  const changed = withChange(last, change)
  const rest = timeline.entries.slice(0, -1)
  const isEmpty = changed.changes.length === 0 && changed.more === 0
  return { ...timeline, entries: isEmpty ? rest : [...rest, { ...last, ...changed }] }
}

export function withNote(timeline: Timeline, note: Pick<Note, 'tone' | 'lines'>): Timeline {
  return withEntry(timeline, { kind: 'note', ...note })
}

/** We are no longer in this room, or were cut off from it. */
export function leftAlone(timeline: Timeline, at: number): Timeline {
  const isNew = timeline.entries.length === 0 || timeline.awaySince !== undefined
  return isNew ? timeline : { ...timeline, awaySince: at }
}

/** We hear this room again. */
export function heardAgain(timeline: Timeline, at: number): Timeline {
  const { awaySince, entries } = timeline
  if (awaySince === undefined) return timeline
  const back = { ...timeline, awaySince: undefined }
  const last = entries.at(-1)
  // Nothing happened since we were away before: it was one long time.
  if (last?.kind === 'gap') return { ...back, entries: entries.with(-1, { ...last, to: at }) }
  return withEntry(back, { kind: 'gap', from: awaySince, to: at, isMissing: false })
}

/** Drops the oldest entries over the bound; `isReading` says that somebody looks at older ones. */
export function trimmed(timeline: Timeline, isReading: boolean): Timeline {
  const kept = isReading ? keptWhileReading : keptEntries
  if (timeline.entries.length < kept + lot) return timeline
  return { ...timeline, entries: timeline.entries.slice(-kept) }
}

/** The last time that we were away, something was said. */
function withMissing(timeline: Timeline): Timeline {
  const { entries } = timeline
  const index = entries.findLastIndex((entry) => entry.kind === 'gap')
  const gap = entries[index]
  return gap?.kind === 'gap'
    ? { ...timeline, entries: entries.with(index, { ...gap, isMissing: true }) }
    : timeline
}

type Keyless<E> = E extends Entry ? Omit<E, 'key'> : never

function withEntry(timeline: Timeline, entry: Keyless<Entry>): Timeline {
  const keyed = { ...entry, key: `e${timeline.nextKey}` }
  return { ...withKeyedEntry(timeline, keyed), nextKey: timeline.nextKey + 1 }
}

function withKeyedEntry(timeline: Timeline, entry: Entry): Timeline {
  return { ...timeline, entries: [...timeline.entries, entry] }
}
