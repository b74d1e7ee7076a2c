/** What pages are given of a room's history when they enter it: what they missed, or the newest. */
import { Buffer } from 'node:buffer'
import type { Position } from '../../../broker/broker.ts'
import type { Entry } from '../../catch-up.ts'
import type { Publication } from '../../publication.ts'
import { heard } from './formats.ts'

/** Some screens of messages. */
export const recentMessages = 100

/** As many as the page keeps; whoever missed more is better off with the newest. */
export const recoveredMessages = 1_000

/** With all that is said, this leaves at once and waits in memory until it has been read. */
const mostBytes = 512 * 1024

export interface ShownHistory extends Position {
  /** `messages` are exactly what was missed since the position that was given. */
  readonly recovered: boolean
  /** Oldest first. */
  readonly messages: readonly Readonly<Record<string, unknown>>[]
}

/** `undefined`: the room keeps nothing, or nothing is shown of it. */
export function shownHistory({ position, isRecovered, publications }: Entry): ShownHistory | undefined {
  if (position === undefined) return undefined
  const fitting = newest(publications)
  const isAll = fitting.length === publications.length
  return { ...position, recovered: isRecovered && isAll, messages: fitting.map(heard) }
}

function newest(publications: readonly Publication[]): readonly Publication[] {
  let bytes = 0
  const tooMuch = publications.findLastIndex(({ text }) => {
    bytes += Buffer.byteLength(text)
    return bytes > mostBytes
  })
  return publications.slice(tooMuch + 1)
}
