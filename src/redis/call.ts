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

/** A dispatcher that can do something about the server's refusals and about connections that end. */
export interface Home extends Dispatcher {
  /**
   * The server refused the call. Returns whether the call goes on (sent again, later or elsewhere); otherwise it
   * fails with the error. All of a pipeline's or transaction's refusals come here as one, if nothing of it was
   * carried out.
   */
  follow(call: Call, refusal: ReplyError): boolean
}

export interface CallOptions {
  /** Strings of the reply as buffers. `data`: all but statuses such as `OK`, which stay strings. Default false. */
  readonly buffers: boolean | 'data'
  /** Whether the call may be repeated though it may have been carried out before. Default false: reads only. */
  readonly idempotent: boolean
  /** How long the reply may take from now on, in milliseconds; 0: for ever. Default: the pool's. */
  readonly timeoutMs: number | undefined
  /** Gives up waiting; what was sent stays sent. */
  readonly signal: AbortSignal | undefined
}

export const defaultCallOptions: CallOptions = {
  buffers: false,
  idempotent: false,
  timeoutMs: undefined,
  signal: undefined,
}

export type Command = readonly Argument[]

/** Who waits for a call: one of these is called, once. */
export interface CallReceiver {
  resolve(reply: Reply): void
  reject(error: unknown): void
  /**
   * May be called instead of `resolve` where the reply is one short string that was asked for as a buffer: its bytes as
   * characters, one each. Who has this is mostly spared the buffer.
   */
  resolveText?(text: string): void
}

export class Call {
  readonly command: Command
  /** Commands that follow the first at once; undefined: none. */
  readonly following: readonly Command[] | undefined
  readonly options: CallOptions
  /** The commands are one transaction: never taken apart. */
  readonly isAtomic: boolean
  /** How many replies settle it. */
  readonly replyCount: number
  isSettled = false
  /** How long its reply may take once it was sent; 0: for ever; undefined: the connection's limit. */
  limitMs: number | undefined
  /** Who follows up refusals and sends it again; undefined: nobody, errors go to the caller. */
  home: Home | undefined
  /** Called once, when it is settled. */
  whenSettled: (() => void) | undefined
  /** When it was handed to a connection, by the connection's clock. */
  sentAtMs = 0
  /** Where its first byte stands in all that its connection was given. */
  startsAtByte = 0
  /** When it gives up waiting for a connection; set by who lets it wait. */
  waitsUntilMs = 0
  /** How often it was sent before. */
  repeats = 0
  /** How many of these the server refused without carrying it out. */
  refusals = 0
  /** Until when errors that mean "not now" are answered by trying again; 0: none has come. */
  patienceEndsAtMs = 0

  readonly #receiver: CallReceiver
  #replies: Reply[] | undefined
  #onAbort: (() => void) | undefined

  constructor(
    command: Command,
    options: CallOptions,
    receiver: CallReceiver,
    following?: readonly Command[],
    isAtomic = false,
  ) {
    this.command = command
    this.following = following
    this.isAtomic = isAtomic
    this.options = options
    this.limitMs = options.timeoutMs
    this.replyCount = following === undefined ? 1 : 1 + following.length
    this.#receiver = receiver
    if (options.signal !== undefined) this.#listen(options.signal)
  }

  /** How strings of the replies are wanted. */
  get stringsAs(): boolean | 'data' | 'text' {
    const { buffers } = this.options
    const takesText = buffers === 'data' && this.replyCount === 1 && this.#receiver.resolveText !== undefined
    return takesText ? 'text' : buffers
  }

  /** The same as `answer`, for who takes texts. */
  answerText(text: string): void {
    if (this.isSettled) return
    this.#end()
    this.#receiver.resolveText!(text)
  }

  /** One reply has come. Returns whether it was the last. A lone error rejects; errors among several are values. */
  answer(reply: Reply): boolean {
    if (this.replyCount > 1) return this.#collect(reply)
    if (reply instanceof ReplyError) {
      reply.command = String(this.command[0])
      if (this.isSettled || this.home?.follow(this, reply) !== true) this.fail(reply)
    } else {
      this.succeed(reply)
    }
    return true
  }

  succeed(reply: Reply): void {
    if (this.isSettled) return
    this.#end()
    this.#receiver.resolve(reply)
  }

  fail(error: unknown): void {
    if (this.isSettled) return
    this.#end()
    this.#receiver.reject(error)
  }

  /** Forgets the replies that came before the connection died, to be sent once more. */
  rewind(): void {
    this.#replies = undefined
    this.waitsUntilMs = 0
    this.repeats++
  }

  #collect(reply: Reply): boolean {
    this.#replies ??= []
    this.#replies.push(reply)
    if (this.#replies.length < this.replyCount) return false
    const replies = this.#replies
    this.#replies = undefined
    const refusal = refusalOfAll(replies, this.isAtomic)
    if (refusal !== undefined && !this.isSettled && this.home?.follow(this, refusal) === true) return true
    this.succeed(replies)
    return true
  }

  #end(): void {
    this.isSettled = true
    if (this.#onAbort !== undefined) this.#forget()
    if (this.whenSettled !== undefined) this.whenSettled()
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

/** The error for which nothing of a pipeline or transaction was carried out; undefined: something was, or no error. */
function refusalOfAll(replies: readonly Reply[], isAtomic: boolean): ReplyError | undefined {
  const last = replies.at(-1)
  if (!(last instanceof ReplyError)) return undefined
  const errors = replies.filter((reply) => reply instanceof ReplyError)
  return isAtomic || errors.length === replies.length ? errors[0] : undefined
}

/** Sends one command and gives its reply. */
export function request(
  dispatcher: Dispatcher,
  command: Command,
  options = defaultCallOptions,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    dispatcher.dispatch(new Call(command, options, { resolve, reject }))
  })
}

/**
 * Sends commands together and gives their replies, errors as values among them. `isAtomic`: they are a
 * transaction, so they stay together whatever carries them out.
 */
export function requestAll(
  dispatcher: Dispatcher,
  commands: readonly Command[],
  options = defaultCallOptions,
  isAtomic = false,
): Promise<Reply[]> {
  const [first, ...following] = commands
  if (first === undefined) return Promise.resolve([])
  return new Promise((resolve, reject) => {
    const receiver: CallReceiver =
      following.length > 0
        ? { resolve: (replies) => resolve(replies as Reply[]), reject }
        : {
            resolve: (reply) => resolve([reply]),
            reject: (error) => (error instanceof ReplyError ? resolve([error]) : reject(error)),
          }
    const call =
      following.length > 0
        ? new Call(first, options, receiver, following, isAtomic)
        : new Call(first, options, receiver)
    dispatcher.dispatch(call)
  })
}
