/** What moderation means in this dialect: errors, disconnects and pushes that say what was decided. */
import type { ModerationNotice } from '../../moderation/notice.ts'
import { noticeOf } from '../../moderation/notice.ts'
import type { Sanction } from '../../moderation/sanction.ts'
import { Disconnect, disconnects } from './disconnects.ts'
import { CommandError, commandErrors } from './errors.ts'
import type { CentrifugeSession } from './session.ts'

/** Throws `CommandError` (103) with the decision as its message, where the client may not enter or read a room. */
export function checkEntry(session: CentrifugeSession, channel: string): void {
  refuse(session.services.moderation.banOf(session, channel))
}

/** The same where it may not publish. Hot path: once for each publication of a client. */
export function checkSpeech(session: CentrifugeSession, channel: string): void {
  const { moderation } = session.services
  refuse(moderation.banOf(session, channel) ?? moderation.muteOf(session, channel))
}

/** Throws `Disconnect` (3507) where the client may not connect. */
export function checkConnect(session: CentrifugeSession): void {
  const ban = session.services.moderation.banOf(session)
  if (ban !== undefined) throw disconnectWith('permission-denied', noticeOf(ban))
}

/** One of the codes after which clients stay away, with the decision as its reason. */
export function disconnectWith(
  name: 'force-disconnect' | 'permission-denied',
  { message }: ModerationNotice,
): Disconnect {
  return new Disconnect({ ...disconnects[name], reason: message }, message)
}

function refuse(sanction: Sanction | undefined): void {
  if (sanction === undefined) return
  const { code } = commandErrors['permission-denied']
  throw new CommandError({ code, message: noticeOf(sanction).message })
}
