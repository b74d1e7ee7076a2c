/** What happened in one room, oldest first, as far as this page has seen it and its memory is meant to reach. */
import { noPresence, type Presence, type PresenceChange, withChange } from './presence.ts'

export interface Message {
  readonly kind: 'message'
  readonly key: string
  readonly name: string
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

export type Entry =
  | Message
  | Note
  | ({ readonly kind: 'presence'; readonly key: string } & Presence)
  /** Messages may have been said here that this page has not heard. */
  | { readonly kind: 'gap'; readonly key: string }

export interface Timeline {
  readonly entries: readonly Entry[]
  /** The offset of the last message heard; `undefined` before the first. */
  readonly lastOffset: number | undefined
  /** We were away from the room since the last entry. */
  readonly wasAway: boolean
  /** For keys that stay unique when old entries go. */
  readonly nextKey: number
}

export const emptyTimeline: Timeline = { entries: [], lastOffset: undefined, wasAway: false, nextKey: 0 }

/** How many entries are kept. */
export const keptEntries = 1_000
/** How many while somebody reads the older ones, which must not vanish under their eyes. */
export const keptWhileReading = 2_000
/** Entries go in lots: with each one by itself, the whole list would be drawn again for each. */
const lot = 100

export interface HeardMessage {
  readonly name: string
  readonly text: string
  readonly time: number
  readonly offset: number
  readonly isOwn: boolean
  /** The key it had while it was under way, where it is our own. */
  readonly key: string | undefined
}

export function withMessage(
  timeline: Timeline,
  { name, text, time, offset, isOwn, key }: HeardMessage,
): Timeline {
  const { lastOffset } = timeline
  const isFollowing = lastOffset === undefined || offset === lastOffset + 1
  const before = timeline.wasAway && !isFollowing ? withGap(timeline) : timeline
  const message = { kind: 'message', name, text, time, isOwn } as const
  return {
    ...(key === undefined ? withEntry(before, message) : withKeyedEntry(before, { ...message, key })),
    lastOffset: offset,
    wasAway: false,
  }
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
export function leftAlone(timeline: Timeline): Timeline {
  return timeline.entries.length === 0 ? timeline : { ...timeline, wasAway: true }
}

/** Drops the oldest entries over the bound; `isReading` says that somebody looks at older ones. */
export function trimmed(timeline: Timeline, isReading: boolean): Timeline {
  const kept = isReading ? keptWhileReading : keptEntries
  if (timeline.entries.length < kept + lot) return timeline
  return { ...timeline, entries: timeline.entries.slice(-kept) }
}

function withGap(timeline: Timeline): Timeline {
  return withEntry(timeline, { kind: 'gap' })
}

type Keyless<E> = E extends Entry ? Omit<E, 'key'> : never

function withEntry(timeline: Timeline, entry: Keyless<Entry>): Timeline {
  const keyed = { ...entry, key: `e${timeline.nextKey}` }
  return { ...withKeyedEntry(timeline, keyed), nextKey: timeline.nextKey + 1 }
}

function withKeyedEntry(timeline: Timeline, entry: Entry): Timeline {
  return { ...timeline, entries: [...timeline.entries, entry] }
}
