/**
 * One connection to a Redis server: calls go out in the order they came, replies are matched to them first-in
 * first-out. This order is never broken: a call that nobody waits for any more (a timeout, an abort) keeps its
 * place until its reply has come and been discarded.
 *
 * When the connection ends, every call without its reply is handed back with what is known of it: not sent for
 * certain, or maybe. What to do with it then is the owner's business.
 */
import type { Cause, Ending } from '../connection/cause.ts'
import { ProtocolError } from '../connection/errors.ts'
import { Call, type Dispatcher, defaultCallOptions } from './call.ts'
import { nameOf } from './commands/traits.ts'
import { CommandTimeoutError, InterruptedError, type Sent } from './errors.ts'
import { type HandshakeResult, type HandshakeWishes, shakeHands } from './handshake.ts'
import { Queue } from './queue.ts'
import { CommandEncoder, checkArguments } from './resp/encoder.ts'
import { Push, type Reply } from './resp/reply.ts'
import { atTurnEnd } from './turn.ts'
import type { Wire, WireSink } from './wire.ts'

/** A call whose connection ended before its reply. */
export interface ReturnedCall {
  readonly call: Call
  readonly sent: Sent
}

/** Who owns the connection hears of it here. */
export interface ConnectionOwner {
  /** The last reply that was expected has come. */
  connectionIdle(connection: RedisConnection): void
  connectionPush(push: Push, connection: RedisConnection): void
  /** Exactly once. The owner settles every returned call. */
  connectionEnded(connection: RedisConnection, ending: Ending, returned: readonly ReturnedCall[]): void
}

export interface ConnectionLimits {
  /** For replies to calls that say nothing else, in milliseconds; 0: none. */
  readonly commandTimeoutMs: number
  /** For the answer to a ping. */
  readonly pingTimeoutMs: number
}

type State =
  | { readonly kind: 'open' }
  | { readonly kind: 'closing' }
  | { readonly kind: 'ended'; readonly ending: Ending }

let lastId = 0

export class RedisConnection implements Dispatcher, WireSink {
  /** Counts up over the life of the process; names the connection in events. */
  readonly id = ++lastId
  readonly openedAtMs = performance.now()
  /** Calls that this connection has answered. */
  answered = 0
  /** The last round trip of a ping, in milliseconds. */
  roundTripMs: number | undefined
  readonly #wire: Wire
  readonly #limits: ConnectionLimits
  readonly #owner: ConnectionOwner
  readonly #encoder = new CommandEncoder()
  readonly #pending = new Queue<Call>()
  /** Calls whose time limit is their own; looked through one by one. */
  readonly #limited = new Set<Call>()
  readonly #flush = (): void => this.#sendTurn()
  #state: State = { kind: 'open' }
  #isFlushDue = false
  #turnAtMs = this.openedAtMs
  #isPinging = false
  #isSubscriber = false
  #handshake: HandshakeResult = { protocol: 2, serverTimeoutMs: undefined }

  constructor(wire: Wire, limits: ConnectionLimits, owner: ConnectionOwner) {
    this.#wire = wire
    this.#limits = limits
    this.#owner = owner
    wire.open(this)
  }

  /** Calls whose replies have not come. */
  get inFlight(): number {
    return this.#pending.length
  }

  get isOpen(): boolean {
    return this.#state.kind === 'open'
  }

  get protocol(): 2 | 3 {
    return this.#handshake.protocol
  }

  /** When a call was last sent, by `performance.now()`. */
  get lastUsedAtMs(): number {
    return this.#turnAtMs
  }

  /** When something was last heard, by `performance.now()`. */
  get lastHeardAtMs(): number {
    return this.#wire.lastReadAtMs
  }

  async shakeHands(wishes: HandshakeWishes): Promise<HandshakeResult> {
    this.#handshake = await shakeHands(this, wishes)
    return this.#handshake
  }

  /** Takes a call. One that cannot be sent is failed here. */
  dispatch(call: Call): void {
    if (call.isSettled) return
    if (this.#state.kind !== 'open') {
      call.fail(new InterruptedError(nameOf(call.command), 'no', this.#endingNow()))
      return
    }
    const startsAtByte = this.#encoder.totalBytes
    try {
      if (call.following !== undefined) call.following.forEach(checkArguments)
      this.#encoder.add(call.command)
    } catch (error) {
      call.fail(error)
      return
    }
    if (call.following !== undefined) for (const command of call.following) this.#encoder.add(command)
    if (!this.#isFlushDue) {
      this.#isFlushDue = true
      this.#turnAtMs = performance.now()
      atTurnEnd(this.#flush)
    }
    call.startsAtByte = startsAtByte
    call.sentAtMs = this.#turnAtMs
    if (call.limitMs !== undefined) this.#limited.add(call)
    this.#pending.add(call)
  }

  /**
   * From here on RESP2 messages of subscriptions are told from replies; strings of messages are buffers, so
   * that whoever listens decides what they become.
   */
  becomeSubscriber(): void {
    this.#isSubscriber = true
    this.#wire.pushAsBuffers = true
  }

  /**
   * To be called now and then: fails calls whose time is over, and ends the connection if the server has been
   * silent for longer than any of them could explain.
   */
  checkDeadlines(nowMs: number): void {
    const { commandTimeoutMs, pingTimeoutMs } = this.#limits
    if (commandTimeoutMs > 0) {
      for (let index = 0; ; index++) {
        const call = this.#pending.at(index)
        if (call === undefined || nowMs - call.sentAtMs < commandTimeoutMs) break
        if (call.limitMs === undefined) this.#giveUp(call, commandTimeoutMs)
      }
    }
    for (const call of this.#limited) {
      if (call.isSettled) this.#limited.delete(call)
      else if (call.limitMs! > 0 && nowMs - call.sentAtMs >= call.limitMs!) this.#giveUp(call, call.limitMs!)
    }
    const oldest = this.#pending.at(0)
    if (oldest === undefined) return
    const replyLimitMs = oldest.limitMs ?? commandTimeoutMs
    if (replyLimitMs === 0) return
    const limitMs = replyLimitMs + pingTimeoutMs
    const silentSinceMs = Math.max(oldest.sentAtMs, this.#wire.lastReadAtMs)
    if (nowMs - silentSinceMs > limitMs) {
      this.destroy(
        'read-deadline',
        `The server has said nothing for ${Math.round(nowMs - silentSinceMs)} ms.`,
      )
    }
  }

  /** Pings if nothing was heard for so long and nothing is awaited. An unanswered ping ends the connection. */
  keepAlive(nowMs: number, intervalMs: number): void {
    if (this.#pending.length > 0 || nowMs - this.#wire.lastReadAtMs < intervalMs) return
    this.ping().catch(() => {
      // It has ended the connection, which its owner hears.
    })
  }

  /** Asks the server for a sign of life; the connection ends if none comes in time. */
  ping(): Promise<void> {
    if (this.#isPinging || this.#state.kind !== 'open') return Promise.resolve()
    this.#isPinging = true
    const startedAtMs = performance.now()
    const { pingTimeoutMs } = this.#limits
    return new Promise((resolve, reject) => {
      const done = (): void => {
        this.#isPinging = false
        this.roundTripMs = performance.now() - startedAtMs
        resolve()
      }
      const fail = (error: unknown): void => {
        this.#isPinging = false
        // A server that refuses PING (its rules may) is alive all the same.
        if (!(error instanceof CommandTimeoutError)) {
          resolve()
          return
        }
        this.destroy('read-deadline', `A ping was not answered within ${pingTimeoutMs} ms.`)
        reject(error)
      }
      const call = new Call(['PING'], defaultCallOptions, done, fail)
      call.limitMs = pingTimeoutMs
      this.dispatch(call)
    })
  }

  /** Ends the connection once all expected replies have come. */
  close(): void {
    if (this.#state.kind !== 'open') return
    if (this.#isFlushDue) this.#sendTurn()
    this.#state = { kind: 'closing' }
    if (this.#pending.length === 0) this.#wire.end()
  }

  /** Ends the connection at once; what is in flight is handed back. */
  destroy(cause: Cause, detail: string): void {
    if (this.#state.kind !== 'ended') this.#wire.destroy(cause, detail)
  }

  // --- what the wire tells us ------------------------------------------------------------------------------

  reply(reply: Reply): void {
    if (this.#isSubscriber && Array.isArray(reply) && subscriptionKinds.has(String(reply[0]))) {
      this.push(new Push(reply))
      return
    }
    const call = this.#pending.at(0)
    if (call === undefined) throw new ProtocolError('A reply that nothing asked for.')
    if (!call.answer(reply)) return
    this.#pending.take()
    this.answered++
    if (this.#pending.length > 0) return
    if (this.#state.kind === 'closing') this.#wire.end()
    else this.#owner.connectionIdle(this)
  }

  push(push: Push): void {
    const call = this.#pending.at(0)
    // SUBSCRIBE and its kin have no other answer than these.
    if (call !== undefined && push.kind === String(call.command[0]).toLowerCase()) this.reply(null)
    this.#owner.connectionPush(push, this)
  }

  replyAsBuffers(): boolean {
    return this.#isSubscriber || this.#pending.at(0)?.options.buffers === true
  }

  ended(ending: Ending): void {
    this.#state = { kind: 'ended', ending }
    this.#limited.clear()
    const returned: ReturnedCall[] = []
    for (const call of this.#pending.takeAll()) {
      if (call.isSettled) continue
      returned.push({ call, sent: call.startsAtByte < this.#wire.sentBytes ? 'maybe' : 'no' })
    }
    this.#owner.connectionEnded(this, ending, returned)
  }

  #sendTurn(): void {
    this.#isFlushDue = false
    if (this.#state.kind !== 'ended' && this.#encoder.bytes > 0) this.#wire.write(this.#encoder.take())
  }

  #giveUp(call: Call, limitMs: number): void {
    if (!call.isSettled) call.fail(new CommandTimeoutError(nameOf(call.command), limitMs, 'maybe'))
  }

  #endingNow(): Ending {
    if (this.#state.kind === 'ended') return this.#state.ending
    return this.#wire.endingNow('local', 'The connection is being closed.')
  }
}

const subscriptionKinds: ReadonlySet<string> = new Set([
  ...['message', 'pmessage', 'smessage', 'subscribe', 'psubscribe', 'ssubscribe'],
  ...['unsubscribe', 'punsubscribe', 'sunsubscribe'],
])
