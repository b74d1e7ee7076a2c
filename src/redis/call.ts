/**
 * One command on its way: its words, how its reply is wanted, and who waits for it. A call moves between the
 * pool's parts (waiting, written, repeated on another connection) and is settled exactly once.
 *
 * A call may also be several commands that are sent together, with nothing between them, and settled together
 * by the list of their replies: a pipeline, or MULTI to EXEC.
 */
import { ReplyError } from './errors.ts'
import type { Argument } from './resp/encoder.ts'
import type { Reply } from './resp/reply.ts'

/** What carries out calls: a connection, a lease, a pool, a cluster. Each settles every call it takes, once. */
export interface Dispatcher {
  dispatch(call: Call): void
}

export interface CallOptions {
  /** Strings of the reply as buffers. Default false. */
  readonly asBuffers: boolean
  /** Whether the call may be repeated though it may have been carried out before. Default false: reads only. */
  readonly isIdempotent: boolean
  /** How long the reply may take from now on, in milliseconds; 0: for ever. Default: the pool's. */
  readonly timeoutMs: number | undefined
  /** Gives up waiting; what was sent stays sent. */
  readonly signal: AbortSignal | undefined
}

export const defaultCallOptions: CallOptions = {
  asBuffers: false,
  isIdempotent: false,
  timeoutMs: undefined,
  signal: undefined,
}

export type Command = readonly Argument[]

export class Call {
  readonly command: Command
  /** Commands that follow the first at once; undefined: none. */
  readonly following: readonly Command[] | undefined
  readonly options: CallOptions
  /** How many replies settle it. */
  readonly replyCount: number
  isSettled = false
  /** When it was handed to a connection, by the connection's clock. */
  sentAtMs = 0
  /** Where its last byte stands in all that its connection was given. */
  endsAtByte = 0
  /** How often it was sent before. */
  repeats = 0
  /** Until when errors that mean "not now" are answered by trying again; 0: none has come. */
  patienceEndsAtMs = 0

  readonly #resolve: (reply: Reply) => void
  readonly #reject: (error: unknown) => void
  #replies: Reply[] | undefined
  #onAbort: (() => void) | undefined

  constructor(
    command: Command,
    options: CallOptions,
    resolve: (reply: Reply) => void,
    reject: (error: unknown) => void,
    following?: readonly Command[],
  ) {
    this.command = command
    this.following = following
    this.options = options
    this.replyCount = following === undefined ? 1 : 1 + following.length
    this.#resolve = resolve
    this.#reject = reject
    if (options.signal !== undefined) this.#listen(options.signal)
  }

  /** One reply has come. Returns whether it was the last. A lone error rejects; errors among several are values. */
  answer(reply: Reply): boolean {
    if (this.replyCount > 1) {
      this.#replies ??= []
      this.#replies.push(reply)
      if (this.#replies.length < this.replyCount) return false
      this.succeed(this.#replies)
    } else if (reply instanceof ReplyError) {
      this.fail(reply)
    } else {
      this.succeed(reply)
    }
    return true
  }

  succeed(reply: Reply): void {
    if (this.isSettled) return
    this.isSettled = true
    if (this.#onAbort !== undefined) this.#forget()
    this.#resolve(reply)
  }

  fail(error: unknown): void {
    if (this.isSettled) return
    this.isSettled = true
    if (this.#onAbort !== undefined) this.#forget()
    this.#reject(error)
  }

  /** Forgets the replies that came before the connection died, to be sent once more. */
  rewind(): void {
    this.#replies = undefined
    this.repeats++
  }

  #listen(signal: AbortSignal): void {
    if (signal.aborted) {
      this.fail(signal.reason)
      return
    }
    this.#onAbort = () => this.fail(signal.reason)
    signal.addEventListener('abort', this.#onAbort, { once: true })
  }

  #forget(): void {
    this.options.signal?.removeEventListener('abort', this.#onAbort!)
    this.#onAbort = undefined
  }
}

/** Sends one command and gives its reply. */
export function request(
  dispatcher: Dispatcher,
  command: Command,
  options = defaultCallOptions,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    dispatcher.dispatch(new Call(command, options, resolve, reject))
  })
}

/** Sends commands together and gives their replies, errors as values among them. */
export function requestAll(
  dispatcher: Dispatcher,
  commands: readonly Command[],
  options = defaultCallOptions,
): Promise<Reply[]> {
  const [first, ...following] = commands
  if (first === undefined) return Promise.resolve([])
  if (following.length === 0) {
    return new Promise((resolve, reject) => {
      const settle = (reply: Reply): void => resolve([reply])
      const fail = (error: unknown): void => (error instanceof ReplyError ? resolve([error]) : reject(error))
      dispatcher.dispatch(new Call(first, options, settle, fail))
    })
  }
  return new Promise((resolve, reject) => {
    dispatcher.dispatch(new Call(first, options, (replies) => resolve(replies as Reply[]), reject, following))
  })
}
