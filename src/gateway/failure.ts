/** What went wrong on the way to Redis, as HTTP says it. For every style. */
import { RedisError, type RedisErrorCode } from '../redis/errors.ts'
import type { ReplyHeaders } from './exchange.ts'

export interface Failure {
  readonly status: 400 | 500 | 503 | 504
  /** One sentence for the client. */
  readonly message: string
  readonly headers: ReplyHeaders
}

const statuses: Readonly<Record<RedisErrorCode, Failure['status']>> = {
  // A server's own error is a reply; each style shows it its own way.
  REPLY: 500,
  COMMAND_TIMEOUT: 504,
  INTERRUPTED: 503,
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
  const status = statuses[error.code]
  const message =
    error.code === 'NOT_SHARED'
      ? `${error.message.split(' ', 1)[0]} would change the connection for everybody, so it is not available here.`
      : error.message
  return { status, message, headers: status === 503 ? later : none }
}
