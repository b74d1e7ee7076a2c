/** What a call is answered with instead of a result: the codes of the client protocol, with a sentence that helps. */
import { BrokerClosedError } from '../../broker/errors.ts'
import { CommandError, commandErrors, type ErrorName } from '../../chat/dialects/centrifuge/errors.ts'
import { refusalOf } from '../../chat/dialects/centrifuge/refusal.ts'
import { ModerationError } from '../../chat/moderation/errors.ts'
import { LongwireError } from '../../connection/errors.ts'
import type { ApiErrorReply } from './fields.ts'

/** An operation cannot be carried out. The message says why, and what to do. */
export class ApiError extends LongwireError {
  readonly reply: ApiErrorReply

  constructor(error: ErrorName, message: string) {
    super('API', message)
    this.reply = { code: commandErrors[error].code, message }
  }
}

export interface ApiFailure {
  readonly reply: ApiErrorReply
  /** Not the caller's doing: somebody should hear of it. */
  readonly isOurs: boolean
}

/** What the caller is answered when an operation threw. */
export function failureOf(error: unknown): ApiFailure {
  if (error instanceof ApiError) return { reply: error.reply, isOurs: false }
  if (error instanceof BrokerClosedError) return refused('internal', 'The server is ending.')
  if (error instanceof ModerationError) return moderationFailureOf(error)
  const { reply, isOurs } = refusalOf(error)
  // A program is told more than a client: the sentence that stands behind the code.
  const message =
    error instanceof LongwireError && !(error instanceof CommandError) ? error.message : reply.message
  return { reply: { code: reply.code, message }, isOurs }
}

function moderationFailureOf({ code, message }: ModerationError): ApiFailure {
  if (code === 'SANCTION_INPUT') return refused('bad-request', message)
  if (code === 'SANCTION_LIMIT') return refused('limit-exceeded', message)
  return refused('internal', message, true)
}

function refused(error: ErrorName, message: string, isOurs = false): ApiFailure {
  return { reply: { code: commandErrors[error].code, message }, isOurs }
}

/** The HTTP status of each error, for callers that asked for one with `X-Centrifugo-Error-Mode: transport`. */
const statuses: Readonly<Record<ErrorName, number>> = {
  internal: 500,
  unauthorized: 401,
  'unknown-channel': 404,
  'permission-denied': 403,
  'method-not-found': 404,
  'already-subscribed': 409,
  'limit-exceeded': 403,
  'bad-request': 400,
  'not-available': 403,
  'token-expired': 401,
  expired: 400,
  'too-many-requests': 429,
  'unrecoverable-position': 416,
}

const statusByCode = new Map(
  Object.entries(statuses).map(([name, status]) => [commandErrors[name as ErrorName].code as number, status]),
)

export function statusOf({ code }: ApiErrorReply): number {
  return statusByCode.get(code) ?? 400
}
