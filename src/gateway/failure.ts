/** What went wrong on the way to Redis, as HTTP says it. For every style. */
import {
  NotSharedError,
  RedisError,
  type RedisErrorCode,
  ReplyError,
  ReplyTooLargeError,
} from '../redis/errors.ts'
import type { ReplyHeaders } from './exchange.ts'

export interface Failure {
  readonly status: 400 | 403 | 500 | 502 | 503 | 504
  /** One sentence for the client. */
  readonly message: string
  readonly headers: ReplyHeaders
}

const statuses: Readonly<Record<RedisErrorCode, Failure['status']>> = {
  // A server's own error is a reply; each style shows it its own way.
  REPLY: 500,
  COMMAND_TIMEOUT: 504,
  INTERRUPTED: 503,
  REPLY_TOO_LARGE: 502,
  UNAVAILABLE: 503,
  POOL_EXHAUSTED: 503,
  POOL_CLOSED: 503,
  LEASE_ENDED: 503,
  NOT_SHARED: 400,
  ARGUMENT: 400,
  BATCH: 500,
  TRANSACTION_ABORTED: 500,
  CROSS_SLOT: 400,
  CLUSTER: 503,
}

const none: ReplyHeaders = Object.freeze({})
const later: ReplyHeaders = Object.freeze({ 'Retry-After': '1' })

/** How to tell the client of it; `undefined`: this is no failure of Redis but a defect of ours. */
export function failureOf(error: unknown): Failure | undefined {
  if (!(error instanceof RedisError)) return undefined
  const denial = denialBehind(error)
  if (denial !== undefined)
    return { status: 403, message: `Redis does not let this user in here: ${denial.message}`, headers: none }
  const status = statuses[error.code]
  return { status, message: sentenceOf(error), headers: status === 503 ? later : none }
}

function sentenceOf(error: RedisError): string {
  if (error instanceof ReplyTooLargeError)
    return `The reply is larger than the limit of ${error.limitBytes} bytes (gateway.replyBytes); the command was carried out. Ask for a part of it, or raise the limit.`
  if (error instanceof NotSharedError && !error.isWaiting)
    return `${error.message.split(' ', 1)[0]} would change the connection for everybody, so it is not available here.`
  return error.message
}

/** Redis's own word that the user may not do what every connection begins with, such as SELECT: no time changes that. */
function denialBehind(error: RedisError): ReplyError | undefined {
  if (error.code !== 'UNAVAILABLE') return undefined
  let cause: unknown = error.cause
  while (cause instanceof RedisError) {
    if (cause instanceof ReplyError) return cause.kind === 'NOPERM' ? cause : undefined
    cause = cause.cause
  }
  return undefined
}
