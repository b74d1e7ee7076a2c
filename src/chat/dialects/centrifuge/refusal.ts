/** What a client is answered when its command threw. */
import { QueueFullError } from '../../../connection/errors.ts'
import { CatchUpError } from '../../catch-up.ts'
import { HubRefusal, type HubRefusalCode } from '../../hub-refusal.ts'
import { CommandError, type ErrorName, type ErrorReply } from './errors.ts'

export interface Refusal {
  readonly reply: ErrorReply
  /** Not the client's doing: somebody should hear of it. */
  readonly isOurs: boolean
}

/** What the protocol calls what a room or its rules refuse. */
const refusalErrors: Readonly<Record<HubRefusalCode, ErrorName>> = {
  ROOM_NAME: 'bad-request',
  NAME: 'bad-request',
  TOKEN: 'bad-request',
  UNKNOWN_ROOM: 'unknown-channel',
  TOO_MANY_ROOMS: 'limit-exceeded',
  TOO_MANY_CONNECTIONS: 'limit-exceeded',
  ROOM_FULL: 'limit-exceeded',
  NEEDS_USER: 'unauthorized',
  NOT_ALLOWED: 'permission-denied',
  NOT_OFFERED: 'not-available',
  BANNED: 'permission-denied',
  MUTED: 'permission-denied',
  TOO_FAST: 'too-many-requests',
  TOO_LARGE: 'limit-exceeded',
}

export function refusalOf(error: unknown): Refusal {
  if (error instanceof CommandError) return { reply: error.reply, isOurs: false }
  if (error instanceof HubRefusal) {
    return { reply: new CommandError(refusalErrors[error.code]).reply, isOurs: false }
  }
  if (error instanceof QueueFullError) {
    return { reply: new CommandError('too-many-requests').reply, isOurs: false }
  }
  return { reply: new CommandError('internal').reply, isOurs: !(error instanceof CatchUpError) }
}
