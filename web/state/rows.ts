/**
 * Arranges a room's entries for reading: a separator where the day changes, and messages of one author that follow
 * each other as one group.
 */
import type { Moments } from '../text/moments.ts'
import type { Outgoing, OutgoingList } from './outgoing.ts'
import type { Entry, Message } from './timeline.ts'

export type Row =
  | { readonly kind: 'day'; readonly key: string; readonly time: number }
  | MessageGroup
  | Exclude<Entry, Message>

/** Messages of one author, with one name and avatar. */
export interface MessageGroup {
  readonly kind: 'group'
  readonly key: string
  readonly name: string
  /** A token vouches for the name. */
  readonly isVouched: boolean
  readonly isOwn: boolean
  readonly messages: readonly GroupedMessage[]
}

/** One that was heard, or one of our own that is still under way or in doubt. */
export type GroupedMessage = Message | (Outgoing & { readonly kind: 'outgoing' })

/** A pause longer than this begins a new group: who comes back to a talk says so by their name. */
const groupPauseMs = 5 * 60_000

/** A longer group would leave a whole screen without a name on it. */
const groupMessages = 12

/** @param ownName the author of what is still under way */
export function arrange(
  entries: readonly Entry[],
  outgoing: OutgoingList,
  ownName: string,
  dayKey: Moments['dayKey'],
): Row[] {
  const rows: Row[] = []
  let day: string | undefined
  let last: Message | undefined
  let group: GroupedMessage[] = []

  const open = (by: Pick<MessageGroup, 'name' | 'isVouched' | 'isOwn'>, first: GroupedMessage) => {
    group = [first]
    rows.push({ kind: 'group', key: `g${first.key}`, ...by, messages: group })
  }

  for (const entry of entries) {
    if (entry.kind !== 'message') {
      rows.push(entry)
      last = undefined
      continue
    }
    const entryDay = dayKey(entry.time)
    if (entryDay !== day) {
      rows.push({ kind: 'day', key: `d${entry.key}`, time: entry.time })
      day = entryDay
      last = undefined
    }
    const isSameGroup =
      last !== undefined &&
      last.name === entry.name &&
      last.user === entry.user &&
      last.isOwn === entry.isOwn &&
      entry.time - last.time < groupPauseMs &&
      group.length < groupMessages
    if (isSameGroup) group.push(entry)
    else open({ name: entry.name, isVouched: entry.user !== undefined, isOwn: entry.isOwn }, entry)
    last = entry
  }

  let isGroupOpen = last?.isOwn === true && last.name === ownName
  for (const said of outgoing) {
    const message = { ...said, kind: 'outgoing' } as const
    if (isGroupOpen) group.push(message)
    else open({ name: ownName, isVouched: false, isOwn: true }, message)
    isGroupOpen = true
  }
  return rows
}
