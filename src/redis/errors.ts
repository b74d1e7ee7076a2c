/**
 * Every way in which a call to Redis fails, one class and one stable code each.
 *
 * The codes are a closed table; {@link redisErrorCodes} says what each means and what a caller can do.
 */
import type { Ending } from '../connection/cause.ts'
import { LongwireError } from '../connection/errors.ts'
import type { Reply } from './resp/reply.ts'

export const redisErrorCodes = {
  REPLY: 'The server answered with an error. `kind` is its first word, such as WRONGTYPE.',
  COMMAND_TIMEOUT: 'No reply came within the command timeout. The command may have been carried out.',
  INTERRUPTED:
    'The connection ended before the reply. `sent` says whether the server may have seen the command.',
  REPLY_TOO_LARGE:
    'The reply is over `maxReplyBytes`, so its connection was cut. The command was carried out; ask for less.',
  UNAVAILABLE: 'No connection to the server can be had now. Nothing was sent.',
  POOL_EXHAUSTED: 'All connections are leased and the policy does not allow to wait (longer) for one.',
  POOL_CLOSED: 'The pool is closing or closed. Nothing was sent.',
  LEASE_ENDED: 'The lease is over: its function has returned, or its time limit ran out.',
  NOT_SHARED:
    'The command changes its connection for everybody, so it needs a lease; or it waits, in a pipeline.',
  ARGUMENT: 'A command argument is of a type that cannot be sent.',
  BATCH: 'The server refused some commands of a pipeline or transaction; `results` holds what each gave.',
  TRANSACTION_ABORTED: 'EXEC carried nothing out: a watched key changed, or the server refused a command.',
  CROSS_SLOT: 'The keys of one command live in different hash slots; a common {tag} keeps them together.',
  CLUSTER: 'The cluster did not settle on a node for this command.',
} as const

export type RedisErrorCode = keyof typeof redisErrorCodes

/** Whether the server may have seen a command: `no` is certain, `maybe` is everything else. */
export type Sent = 'no' | 'maybe'

/** Parent of all errors here. `sent` is `undefined` where the server answered. */
export class RedisError extends LongwireError {
  declare readonly code: RedisErrorCode
  readonly sent: Sent | undefined

  constructor(code: RedisErrorCode, message: string, options: { cause?: unknown; sent?: Sent } = {}) {
    super(code, message, options)
    this.sent = options.sent
  }
}

/**
 * The server answered with an error. Made by the decoder, also for errors inside of arrays, so it carries no
 * stack of its own: there is no caller at that point.
 */
export class ReplyError extends RedisError {
  /** The first word, as the server wrote it: `ERR`, `WRONGTYPE`, `MOVED`, `NOSCRIPT`… */
  readonly kind: string
  /** Name of the command that was answered so, where it is known. */
  command: string | undefined

  constructor(text: string) {
    const limit = Error.stackTraceLimit
    Error.stackTraceLimit = 0
    super('REPLY', text)
    Error.stackTraceLimit = limit
    const space = text.indexOf(' ')
    this.kind = space < 0 ? text : text.slice(0, space)
    this.command = undefined
  }
}

/** No reply came in time. The connection stays usable: the late reply is discarded when it comes. */
export class CommandTimeoutError extends RedisError {
  readonly timeoutMs: number

  constructor(command: string, timeoutMs: number, sent: Sent) {
    super(
      'COMMAND_TIMEOUT',
      sent === 'no'
        ? `${command} could not be sent within ${timeoutMs} ms.`
        : `${command} was not answered within ${timeoutMs} ms. It may have been carried out.`,
      { sent },
    )
    this.timeoutMs = timeoutMs
  }
}

/** The connection ended before the reply came. `ending` says why it ended. */
export class InterruptedError extends RedisError {
  declare readonly sent: Sent
  /** How it ended; undefined: it is still ending. */
  readonly ending: Ending | undefined

  constructor(command: string, sent: Sent, ending: Ending | undefined) {
    const why = ending === undefined ? '' : ` (${ending.cause}): ${ending.detail}`
    super(
      'INTERRUPTED',
      sent === 'no'
        ? `The connection ended before ${command} was sent${why}`
        : `The connection ended before ${command} was answered; it may have been carried out${why}`,
      { sent, cause: ending?.error },
    )
    this.ending = ending
  }
}

/** The reply is over the limit, which it will be again: what was asked for has to be less. The command was carried out. */
export class ReplyTooLargeError extends RedisError {
  readonly limitBytes: number

  constructor(command: string, limitBytes: number) {
    super(
      'REPLY_TOO_LARGE',
      `The reply to ${command} is larger than the limit of ${limitBytes} bytes (maxReplyBytes). The command was carried out.`,
    )
    this.limitBytes = limitBytes
  }
}

/** No connection can be had: the server is down, refuses us, or is not ready. Nothing was sent. */
export class UnavailableError extends RedisError {
  constructor(detail: string, cause?: unknown) {
    super('UNAVAILABLE', detail, { sent: 'no', ...(cause === undefined ? {} : { cause }) })
  }
}

/** All connections are leased, and the policy at exhaustion does not give the caller one. Nothing was sent. */
export class PoolExhaustedError extends RedisError {
  constructor(detail: string) {
    super('POOL_EXHAUSTED', detail, { sent: 'no' })
  }
}

/** The pool is closing or closed. Nothing was sent. */
export class PoolClosedError extends RedisError {
  constructor() {
    super('POOL_CLOSED', 'The pool is closed.', { sent: 'no' })
  }
}

/** The lease is over, so its connection belongs to somebody else. Nothing was sent. */
export class LeaseEndedError extends RedisError {
  constructor(detail: string) {
    super('LEASE_ENDED', detail, { sent: 'no' })
  }
}

/** The command would change a shared connection for all its users, or hold them up. Nothing was sent. */
export class NotSharedError extends RedisError {
  /** It would hold up the others, and can be sent on its own; else it needs a lease. */
  readonly isWaiting: boolean

  /** `instead`: what to do about a command that changes its connection; left out: the command waits for data. */
  constructor(command: string, instead?: string) {
    const why =
      instead === undefined
        ? 'waits for data and would hold up what comes with it: send it on its own.'
        : `changes the connection it runs on, which others share: ${instead}`
    super('NOT_SHARED', `${command} ${why}`, { sent: 'no' })
    this.isWaiting = instead === undefined
  }
}

/** An argument of a type that has no bytes. Thrown before anything is sent. */
export class ArgumentError extends RedisError {
  constructor(command: string, position: number, found: unknown) {
    super(
      'ARGUMENT',
      `Argument ${position} of ${command} is ${found === null ? 'null' : typeof found}; expected a string, a number, a bigint or bytes.`,
      { sent: 'no' },
    )
  }
}

/** Some commands of a pipeline or transaction were refused; the others were carried out. */
export class BatchError extends RedisError {
  /** What each command gave, in order: its reply, or a {@link ReplyError}. */
  readonly results: readonly Reply[]

  constructor(what: string, results: readonly Reply[], failed: readonly ReplyError[]) {
    super(
      'BATCH',
      `${failed.length} of ${results.length} commands of the ${what} failed, the first with: ${failed[0]?.message}`,
      { cause: failed[0] },
    )
    this.results = results
  }
}

/** EXEC carried nothing out. Nothing of the transaction has happened. */
export class TransactionAbortedError extends RedisError {
  constructor(detail: string, cause?: unknown) {
    super('TRANSACTION_ABORTED', detail, cause === undefined ? {} : { cause })
  }
}

/** The keys of one command (or one transaction) live in different slots of the cluster. Nothing was sent. */
export class CrossSlotError extends RedisError {
  constructor(command: string, keys: readonly [string, string], slots: readonly [number, number]) {
    super(
      'CROSS_SLOT',
      `${command} names keys of different hash slots: ${keys[0]} is in ${slots[0]}, ${keys[1]} in ${slots[1]}. ` +
        'Give keys that belong together a common tag in braces, such as {user:7}:name and {user:7}:age.',
      { sent: 'no' },
    )
  }
}

/** The cluster sent the command from node to node, or has no node for it, for longer than is borne. */
export class ClusterError extends RedisError {
  /** `sent` is `maybe` for a pipeline of which other commands went to other nodes. */
  constructor(detail: string, cause?: unknown, sent: Sent = 'no') {
    super('CLUSTER', detail, { sent, ...(cause === undefined ? {} : { cause }) })
  }
}
