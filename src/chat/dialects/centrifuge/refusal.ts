/** What a client is answered when its command threw. */
import { QueueFullError } from '../../../connection/errors.ts'
import { CatchUpError } from '../../catch-up.ts'
import { HubRefusal } from '../../hub.ts'
import { CommandError, type ErrorReply } from './errors.ts'

export interface Refusal {
  readonly reply: ErrorReply
  /** Not the client's doing: somebody should hear of it. */
  readonly isOurs: boolean
}

export function refusalOf(error: unknown): Refusal {
  if (error instanceof CommandError) return { reply: error.reply, isOurs: false }
  if (error instanceof HubRefusal) {
    const isLimit = error.code === 'TOO_MANY_ROOMS'
    return { reply: new CommandError(isLimit ? 'limit-exceeded' : 'bad-request').reply, isOurs: false }
  }
  if (error instanceof QueueFullError) {
    return { reply: new CommandError('too-many-requests').reply, isOurs: false }
  }
  return { reply: new CommandError('internal').reply, isOurs: !(error instanceof CatchUpError) }
}
