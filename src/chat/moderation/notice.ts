/** What the person whom an order of moderation concerns is told. */
import { endText, type Sanction, withReason } from './sanction.ts'

export interface ModerationNotice {
  /** Stable. */
  readonly code: 'muted' | 'unmuted' | 'banned' | 'kicked'
  /** A sentence, or a sentence and the reason given. */
  readonly message: string
  /** Without one it is about all rooms. */
  readonly room?: string | undefined
  /** When it ends, in milliseconds since the Unix epoch. */
  readonly until?: number | undefined
  readonly reason?: string | undefined
}

/** What somebody is told of a sanction, when it is set and when it stands in their way. */
export function noticeOf(sanction: Sanction): ModerationNotice {
  const { kind, room, until, reason } = sanction
  const what =
    kind === 'mute'
      ? `You are muted${room === undefined ? '' : ` in ${room}`}`
      : `You are banned${room === undefined ? '' : ` from ${room}`}`
  return {
    code: kind === 'mute' ? 'muted' : 'banned',
    message: withReason(`${what} ${endText(sanction)}`, sanction),
    room,
    until,
    reason,
  }
}

/** What somebody is told who may speak again. */
export function unmutedNotice({ room }: Pick<Sanction, 'room'>): ModerationNotice {
  return { code: 'unmuted', message: `You may speak again${room === undefined ? '' : ` in ${room}`}.`, room }
}

/** What somebody is told who has to go, and may come back. */
export function kickedNotice({ room, reason }: Pick<Sanction, 'room' | 'reason'>): ModerationNotice {
  const from = room === undefined ? '' : ` from ${room}`
  return {
    code: 'kicked',
    message: withReason(`You were disconnected${from} by a moderator`, { reason }),
    room,
    reason,
  }
}
