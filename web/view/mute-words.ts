/** A mute in words, in the reader's own time; `undefined`: it has ended. */
import type { ModerationNotice } from '../link/transport.ts'
import { moments } from './moments.ts'

export function muteWords({ room, until, reason }: ModerationNotice, now: number): string | undefined {
  if (until !== undefined && until <= now) return undefined
  const where = room === undefined ? '' : ` in #${room}`
  const end = until === undefined ? '' : ` until ${momentOf(until, now)}`
  const why = reason === undefined ? '.' : `: ${reason}`
  return `A moderator has muted you${where}${end}${why}`
}

function momentOf(time: number, now: number): string {
  const clock = moments.clock(time)
  return moments.dayKey(time) === moments.dayKey(now) ? clock : `${moments.day(time, now)}, ${clock}`
}
