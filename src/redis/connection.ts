/**
 * One connection to a Redis server: a kernel connection whose dialect is RESP. Calls go out in the order they
 * came, replies are matched to them first-in first-out. This order is never broken: a call that nobody waits
 * for any more (a timeout, an abort) keeps its place until its reply has come and been discarded.
 *
 * When the connection ends, every call without its reply is handed back with what is known of it: not sent for
 * certain, or maybe. What to do with it then is the owner's business.
 *
 * A hot path (bench `redis`): the calls of one event-loop turn are encoded into one piece of memory and leave
 * with few writes; nothing is allocated for a call here. Where a turn has many calls, the first of them leave before
 * its end, so that the server works while we do and neither sleeps waiting for the other. (*Measured*, GET with a core
 * each, medians: 512 callers 0.71 -> 1.02 million a second, 64 callers 0.27 -> 0.39 million.)
 */
import { Buffer } from 'node:buffer'
import { performance } from 'node:perf_hooks'
import type { Cause, Ending } from '../connection/cause.ts'
import { Connection } from '../connection/connection.ts'
import { ProtocolError } from '../connection/errors.ts'
import type { Handler } from '../connection/handler.ts'
import { sharedOptions } from '../connection/options.ts'
import { Queue } from '../connection/queue.ts'
import type { Transport } from '../connection/transport.ts'
import { fanOutAtReadEnd, fanOutAtTurnEnd, type TurnWork } from '../connection/turn.ts'
import { Call, type Dispatcher, defaultCallOptions } from './call.ts'
import { nameOf } from './commands/traits.ts'
import { CommandTimeoutError, InterruptedError, ReplyTooLargeError, type Sent } from './errors.ts'
import { type HandshakeResult, type HandshakeWishes, shakeHands } from './handshake.ts'
import { RespCodec, type ServerMessage } from './resp/codec.ts'
import { CommandEncoder, checkArguments } from './resp/encoder.ts'
import { ByteText, Push, type Reply } from './resp/reply.ts'

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
  /** The connection is ending and takes no more calls; this one was not sent. */
  connectionRefused(connection: RedisConnection, call: Call): void
  /** Exactly once. The owner settles every returned call. */
  connectionEnded(connection: RedisConnection, ending: Ending, returned: readonly ReturnedCall[]): void
}

export interface ConnectionLimits {
  /** For replies to calls that say nothing else, in milliseconds; 0: none. */
  readonly commandTimeoutMs: number
  /** For the answer to a ping. */
  readonly pingTimeoutMs: number
  readonly maxReplyBytes: number
}

/** About a dozen short commands: fewer are not worth a write of their own. */
const FIRST_EARLY_BYTES = 512
/** Each early piece of a turn is so much larger than the one before: few writes, however many calls. */
const EARLY_GROWTH = 4

/**
 * The kernel's part: it pings when we say so and cuts stuck writes. Silence has no limit of its own there: how
 * long a server may be silent depends on what it was asked, so each call's limit sees to that.
 */
const kernelOptions = sharedOptions({
  overflow: 'wait',
  writesAfter: 'read',
  pingIntervalMs: 0,
  readDeadlineMs: 0,
  closeTimeoutMs: 500,
})

export class RedisConnection implements Dispatcher, Handler<ServerMessage, Uint8Array>, TurnWork {
  readonly openedAtMs = performance.now()
  /** Calls that this connection has answered. */
  answered = 0
  /** Calls that were given up before their replies came. */
  timeouts = 0
  /** The last round trip of a ping, in milliseconds. */
  roundTripMs: number | undefined
  /** No pings at present: between MULTI and EXEC they would be queued with the rest. */
  holdsPings = false
  readonly #codec: RespCodec
  readonly #link: Connection<ServerMessage, Uint8Array>
  readonly #limits: ConnectionLimits
  readonly #owner: ConnectionOwner
  readonly #encoder = new CommandEncoder()
  /** What the kernel's full outbox has not taken yet. */
  #backlog: Uint8Array[] = []
  readonly #pending = new Queue<Call>()
  /** Calls whose time limit is their own; looked through one by one. */
  readonly #limited = new Set<Call>()
  #isFlushDue = false
  /** What was added waits for the end of the next turn. */
  #isGathering = false
  /** Calls that were added since the last flush. */
  #unsent = 0
  /** Whether the last call that found nothing on its way was the only one of its turn: the next may be too. */
  #comesAlone = true
  /** What is encoded leaves before the turn's end when it is so much. */
  #earlyBytes = FIRST_EARLY_BYTES
  #isClosing = false
  #turnAtMs = this.openedAtMs
  #isPinging = false
  #isSubscriber = false
  #isMonitor = false
  #handshake: HandshakeResult = { protocol: 2, serverTimeoutMs: undefined }

  constructor(transport: Transport, limits: ConnectionLimits, owner: ConnectionOwner) {
    this.#limits = limits
    this.#owner = owner
    this.#codec = new RespCodec({ maxReplyBytes: limits.maxReplyBytes }, () => this.#heartbeat())
    this.#codec.decoder.replyAsBuffers = () => this.#isSubscriber || (this.#pending.at(0)?.stringsAs ?? false)
    this.#link = new Connection(transport, this.#codec, this, kernelOptions)
  }

  /** Counts up over the life of the process; names the connection in events. */
  get id(): number {
    return this.#link.id
  }

  /** Whether calls were added that have not left, so that another leaves with them. */
  get hasUnsent(): boolean {
    return this.#isFlushDue
  }

  /** Calls whose replies have not come. */
  get inFlight(): number {
    return this.#pending.length
  }

  get isOpen(): boolean {
    return !this.#isClosing && this.#link.isOpen
  }

  get protocol(): 2 | 3 {
    return this.#handshake.protocol
  }

  get readBytes(): number {
    return this.#link.readBytes
  }

  get writtenBytes(): number {
    return this.#link.writtenBytes
  }

  /** When a call was last sent, by `performance.now()`. */
  get lastUsedAtMs(): number {
    return this.#turnAtMs
  }

  /** When something was last heard, by `performance.now()`. */
  get lastHeardAtMs(): number {
    return this.#link.lastReadAtMs
  }

  async shakeHands(wishes: HandshakeWishes): Promise<HandshakeResult> {
    this.#handshake = await shakeHands(this, wishes)
    return this.#handshake
  }

  /** How much silence is borne before a ping, in milliseconds. */
  setKeepAlive(intervalMs: number): void {
    this.#link.setPingInterval(intervalMs)
  }

  /** Takes a call. One that cannot be sent is failed here; one that comes too late goes back to the owner. */
  dispatch(call: Call): void {
    if (call.isSettled) return
    if (this.#isClosing || !this.#link.isOpen) {
      this.#owner.connectionRefused(this, call)
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
      if (this.#comesAlone && this.#pending.length === 0) fanOutAtReadEnd(this)
      else fanOutAtTurnEnd(this)
    }
    this.#expect(call, startsAtByte)
    if (this.#encoder.bytes >= this.#earlyBytes) this.#sendEarly()
  }

  /**
   * From here on RESP2 messages of subscriptions are told from replies; strings of messages are buffers, so
   * that whoever listens decides what they become.
   */
  becomeSubscriber(): void {
    this.#isSubscriber = true
    this.#codec.decoder.pushAsBuffers = true
  }

  /** From here on lines of MONITOR, which are statuses, are told from replies. */
  becomeMonitor(): void {
    this.#isMonitor = true
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
    const silentMs = nowMs - Math.max(oldest.sentAtMs, this.#link.lastReadAtMs)
    if (silentMs > replyLimitMs + pingTimeoutMs) {
      this.destroy('read-deadline', `The server has said nothing for ${Math.round(silentMs)} ms.`)
    }
  }

  /** Asks the server for a sign of life; the connection ends, and this rejects, if none comes in time. */
  ping(): Promise<void> {
    return new Promise((resolve, reject) => this.dispatch(this.#pingCall(resolve, reject)))
  }

  /** Ends the connection once all expected replies have come. */
  close(): void {
    if (!this.isOpen) return
    this.#isClosing = true
    if (this.#pending.length === 0) this.#link.close()
  }

  /** Ends the connection at once; what is in flight is handed back. */
  destroy(cause: Cause, detail: string): void {
    this.#link.destroy(cause, detail)
  }

  // --- what the kernel tells us ------------------------------------------------------------------------------

  /** A reply or a push has come. */
  message(message: ServerMessage): void {
    if (message instanceof ByteText) this.#text(message.text)
    else if (message instanceof Push) this.#push(message)
    else this.#reply(message)
  }

  closed(ending: Ending): void {
    this.#limited.clear()
    this.#backlog = []
    const returned: ReturnedCall[] = []
    const calls = this.#pending.takeAll()
    if (ending.cause === 'message-too-large') this.#failTooLarge(calls[0])
    for (const call of calls) {
      if (call.isSettled) continue
      returned.push({ call, sent: call.startsAtByte < this.#link.writtenBytes ? 'maybe' : 'no' })
    }
    this.#owner.connectionEnded(this, ending, returned)
  }

  /**
   * The end of the turn: what was added leaves. While the server works on earlier calls, what was added gathers for one
   * turn more, for which the loop does not sleep: a write, and a server woken for it, cost more than a call.
   * (*Measured* in alternating runs, gateway, GET: 128 connections 41 -> 49 thousand a second, 16 connections 32 -> 36.)
   * A call alone leaves at once: where a turn brings one, the next brings hardly another. It does not even wait for the
   * turn's end, while calls come one by one, and the server has nothing else to do.
   */
  flush(nowMs: number): void {
    this.#comesAlone = this.#pending.length === this.#unsent && (this.#unsent === 1 || this.#comesAlone)
    if (!this.#isGathering && this.#unsent > 1 && this.#pending.length > this.#unsent) {
      this.#isGathering = true
      fanOutAtTurnEnd(this)
      return
    }
    this.#isGathering = false
    this.#unsent = 0
    this.#isFlushDue = false
    this.#earlyBytes = FIRST_EARLY_BYTES
    if (this.#sendOnly(nowMs)) return
    if (this.#backlog.length === 0) this.#backlog = this.#encoder.take()
    else this.#backlog.push(...this.#encoder.take())
    this.#sendBacklog()
  }

  /** Sends what is encoded before the turn's end. What stands in several pieces, or behind something, leaves at the end. */
  #sendEarly(): void {
    this.#earlyBytes *= EARLY_GROWTH
    this.#sendOnly(this.#turnAtMs)
  }

  /** Writes what is encoded, if it is one piece and nothing is before it. Returns whether it has. */
  #sendOnly(nowMs: number): boolean {
    if (this.#backlog.length > 0 || this.#link.queuedBytes > 0) return false
    const only = this.#encoder.takeOnly()
    if (only === undefined) return false
    this.#link.sendShared(only, nowMs)
    if (this.#link.queuedBytes === 0) this.#encoder.reuse()
    return true
  }

  #sendBacklog(): void {
    let sent = 0
    while (sent < this.#backlog.length && this.#link.sendBytes(this.#backlog[sent]!)) sent++
    this.#backlog = sent === this.#backlog.length ? [] : this.#backlog.slice(sent)
    if (this.#backlog.length === 0 || !this.#link.isOpen) return
    void this.#link.writable().then(() => this.#sendBacklog())
  }

  #reply(reply: Reply): void {
    if (this.#isSubscriber && Array.isArray(reply) && subscriptionKinds.has(String(reply[0]))) {
      this.#push(new Push(reply))
      return
    }
    if (this.#isMonitor && typeof reply === 'string' && monitorLine.test(reply)) {
      this.#owner.connectionPush(new Push(['monitor', reply]), this)
      return
    }
    const call = this.#pending.at(0)
    if (call === undefined) {
      // A server that is full, or shutting down, says so unasked; anything else is not our protocol.
      const error = new ProtocolError(`A reply that nothing asked for: ${String(reply).slice(0, 100)}`)
      this.#link.destroy('protocol', error.message, error)
      return
    }
    if (call.answer(reply)) this.#answered()
  }

  /** Only a call that is expected asks for texts. */
  #text(text: string): void {
    this.#pending.at(0)!.answerText(text)
    this.#answered()
  }

  #answered(): void {
    this.#pending.shift()
    this.answered++
    if (this.#pending.length > 0) return
    if (this.#isClosing) this.#link.close()
    else this.#owner.connectionIdle(this)
  }

  #push(push: Push): void {
    const call = this.#pending.at(0)
    // SUBSCRIBE and its kin have no other answer than these.
    if (call !== undefined && push.kind === String(call.command[0]).toLowerCase()) this.#reply(null)
    this.#owner.connectionPush(push, this)
  }

  #expect(call: Call, startsAtByte: number): void {
    call.startsAtByte = startsAtByte
    call.sentAtMs = this.#turnAtMs
    if (call.limitMs !== undefined) this.#limited.add(call)
    this.#pending.push(call)
    this.#unsent++
  }

  /** The kernel has heard nothing for the ping interval. Whatever is awaited has a limit of its own. */
  #heartbeat(): Uint8Array | undefined {
    if (this.#pending.length > 0 || this.holdsPings || this.#isPinging || this.#isClosing) return undefined
    const call = this.#pingCall(
      () => this.#codec.pong(),
      () => {
        // It has ended the connection, which the owner hears.
      },
    )
    const startsAtByte = this.#encoder.totalBytes
    this.#encoder.add(call.command)
    const usedAtMs = this.#turnAtMs
    this.#turnAtMs = performance.now()
    this.#expect(call, startsAtByte)
    // A ping is no use: idleness goes on.
    this.#turnAtMs = usedAtMs
    return Buffer.concat(this.#encoder.take())
  }

  #giveUp(call: Call, limitMs: number): void {
    if (call.isSettled) return
    this.timeouts++
    call.fail(new CommandTimeoutError(nameOf(call.command), limitMs, 'maybe'))
  }

  /** Its reply was being read. Sent again it would end the next connection too. */
  #failTooLarge(call: Call | undefined): void {
    // What a subscriber hears are messages, which nobody has called for.
    if (call === undefined || call.isSettled || this.#isSubscriber) return
    call.fail(new ReplyTooLargeError(nameOf(call.command), this.#limits.maxReplyBytes))
  }

  #pingCall(answered: () => void, failed: (error: unknown) => void): Call {
    this.#isPinging = true
    const startedAtMs = performance.now()
    const { pingTimeoutMs } = this.#limits
    const call = new Call(['PING'], defaultCallOptions, {
      resolve: () => {
        this.#isPinging = false
        this.roundTripMs = performance.now() - startedAtMs
        answered()
      },
      reject: (error) => {
        this.#isPinging = false
        if (error instanceof CommandTimeoutError) {
          this.destroy('read-deadline', `A ping was not answered within ${pingTimeoutMs} ms.`)
        } else if (!(error instanceof InterruptedError)) {
          // A server whose rules refuse PING is alive all the same.
          answered()
          return
        }
        failed(error)
      },
    })
    call.limitMs = pingTimeoutMs
    return call
  }
}

/** `1700000000.123456 [0 127.0.0.1:5000] "GET" "key"`: no other command answers like that. */
const monitorLine = /^\d+\.\d+ \[/

const subscriptionKinds: ReadonlySet<string> = new Set([
  ...['message', 'pmessage', 'smessage', 'subscribe', 'psubscribe', 'ssubscribe'],
  ...['unsubscribe', 'punsubscribe', 'sunsubscribe'],
])
