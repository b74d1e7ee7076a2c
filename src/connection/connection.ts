/**
 * A connection: one peer, three loops.
 *
 * - *Read loop*: `bytesLent` or `bytesRead` pushes a chunk into the codec and takes messages as long as the inbox has
 *   room; when it has none, reading pauses and the peer's window closes.
 * - *Handle loop*: one item at a time (a message, a posted task, a timer), the next only when the handler's
 *   promise has settled. An idle loop handles a message at once, without queueing it.
 * - *Write loop*: what the outbox holds at the end of the event-loop turn, or of a read (`writesAfter`), leaves with one
 *   system call.
 *
 * Everything ends through `#end`, whoever starts it.
 */
import type { Cause, Ending } from './cause.ts'
import { systemClock } from './clock.ts'
import type { Codec, CodecControl } from './codec.ts'
import { type ConnectionState, openState } from './connection-state.ts'
import { ConnectionClosedError, ProtocolError, QueueFullError } from './errors.ts'
import type { Handler } from './handler.ts'
import { type ConnectionOptions, sharedOptions } from './options.ts'
import { Outbox } from './outbox.ts'
import { Queue } from './queue.ts'
import { Task } from './task.ts'
import { type TimerOwner, WheelTimer } from './timer-wheel.ts'
import { type Bytes, sizeOf, type Transport, type TransportSink } from './transport.ts'
import { beginRead, endRead, type TurnWork, writeAtReadEnd, writeAtTurnEnd } from './turn.ts'

/** Endings after which nothing more is said to the peer: it cannot hear. */
const abrupt: ReadonlySet<Cause> = new Set(['peer-reset', 'read-deadline', 'write-deadline'])

/** How long handlers may work on what a peer sent before it ended: past any sane one, short of for ever. */
const finishTimeoutMs = 60_000

let lastId = 0

export class Connection<In, Out> implements TransportSink, CodecControl, TimerOwner, TurnWork {
  /** Counts up over the life of the process; names the connection in logs. */
  readonly id = ++lastId
  readonly #transport: Transport
  readonly #codec: Codec<In, Out>
  readonly #handler: Handler<In, Out>
  readonly #options: ConnectionOptions
  readonly #outbox = new Outbox()
  readonly #timer = new WheelTimer(this)
  #inbox: Queue<In | Task> | undefined
  #state: ConnectionState = openState
  #tasks = 0
  #isHandling = false
  /** The task that runs, or the last that ran: it is answered when `closed` comes, if it never settles. */
  #lastTask: Task | undefined
  #isDecoding = false
  #isToldClosed = false
  #isPaused = false
  #isFlushDue = false
  #isStalled = false
  #hasUndecoded = false
  /** Chunks that came while the codec still held messages: after a pause at most one, as transports promise. */
  #heldChunks: Buffer[] | undefined
  #openedAt: number
  #readAtMs: number
  #wroteAtMs = 0
  #stalledAtMs = 0
  /** When the codec was last asked for a ping. */
  #pingedAtMs = Number.NEGATIVE_INFINITY
  #isPongDue = false
  #closingAtMs = 0
  #roundTripMs: number | undefined
  #readBytes = 0
  #writtenBytes = 0
  #pingIntervalMs: number
  #closedListeners: ((ending: Ending) => void)[] | undefined
  #writableListeners: (() => void)[] | undefined
  /** Mostly there is one or none. */
  #workTimers: WorkTimer[] | undefined

  /** Takes over the transport at once. `options` are checked here, once for all that share them. */
  constructor(
    transport: Transport,
    codec: Codec<In, Out>,
    handler: Handler<In, Out>,
    options: Partial<ConnectionOptions> = {},
  ) {
    this.#transport = transport
    this.#codec = codec
    this.#handler = handler
    this.#options = sharedOptions(options)
    this.#pingIntervalMs = this.#options.pingIntervalMs
    const { clock } = this.#options.wheel
    this.#openedAt = clock.wallTime()
    this.#readAtMs = clock.now()
    codec.attach?.(this)
    transport.open(this)
    this.#setTimer()
    this.#open()
  }

  /** What carries it: `tcp`, `tls`, `unix`, `websocket`, … */
  get kind(): string {
    return this.#transport.kind
  }

  get remoteAddress(): string {
    return this.#transport.remoteAddress
  }

  get isOpen(): boolean {
    return this.#state.kind === 'open'
  }

  /** Whether the peer may still hear us: also while what it sent before its own end is handled. */
  get isWritable(): boolean {
    return this.#state.kind === 'open' || (this.#state.kind === 'finishing' && !this.#state.isCut)
  }

  /** How it ended, once that is decided. */
  get ending(): Ending | undefined {
    return this.#state.kind === 'closing' || this.#state.kind === 'closed' ? this.#state.ending : undefined
  }

  /** Resolves with how it ended, when everything is over. Never rejects. */
  get closed(): Promise<Ending> {
    return new Promise((resolve) => this.whenClosed(resolve))
  }

  /** The same without a promise: the listener is told once, after the handler; at once where all is over already. */
  whenClosed(listener: (ending: Ending) => void): void {
    if (this.#state.kind === 'closed' && this.#isToldClosed) listener(this.#state.ending)
    else if (this.#closedListeners === undefined) this.#closedListeners = [listener]
    else this.#closedListeners.push(listener)
  }

  /** Bytes that wait for the peer: the outbox's and the transport's. */
  get queuedBytes(): number {
    return this.#outbox.bytes + this.#transport.pendingBytes
  }

  /** Bytes handed to the transport so far. What was queued after this count was provably never sent. */
  get writtenBytes(): number {
    return this.#writtenBytes
  }

  /** Bytes that came from the peer so far. */
  get readBytes(): number {
    return this.#readBytes
  }

  /** When something was last heard, on the wheel's clock. */
  get lastReadAtMs(): number {
    return this.#readAtMs
  }

  /** Round trip of the last answered ping, in milliseconds. */
  get roundTripMs(): number | undefined {
    return this.#roundTripMs
  }

  /**
   * Queues a message; it leaves at the end of the turn. Returns whether it was taken: `false` when the
   * connection is closing, or at the outbox bound by policy (with `disconnect` the connection ends then).
   * Throws what the codec throws for a message that cannot be expressed.
   */
  send(message: Out): boolean {
    return this.#isTaking && this.sendBytes(this.#codec.encode(message))
  }

  /**
   * Queues bytes that are already encoded, such as a frame that many members share. As `send`. `sizeBytes`: what they
   * are on the wire, from who knows it.
   */
  sendBytes(bytes: Bytes, sizeBytes = sizeOf(bytes)): boolean {
    return this.#isTaking && this.#enqueue(bytes, sizeBytes)
  }

  /**
   * Writes a shared buffer now, if nothing is queued before it; else queues it. For fan-outs at the end of the
   * turn. Hot path: once for each member of a room in each turn, watched by the bench `fanout`.
   */
  sendShared(bytes: Uint8Array, nowMs: number): void {
    if (this.#state.kind !== 'open') return
    if (this.#outbox.length > 0 || this.#isStalled) {
      this.#enqueue(bytes, bytes.byteLength)
      return
    }
    this.#wroteAtMs = nowMs
    this.#writtenBytes += bytes.byteLength
    this.#transport.write(bytes)
    if (this.#transport.pendingBytes > 0) this.#stall()
  }

  /** Resolves when the outbox is below its bound again, or nobody hears us. For the policy `wait`. */
  writable(): Promise<void> {
    if (!this.isWritable || this.queuedBytes < this.#options.outboxBytes) return Promise.resolve()
    return new Promise((resolve) => {
      this.#writableListeners ??= []
      this.#writableListeners.push(resolve)
    })
  }

  /**
   * Runs a task on the handle loop, after what waits there already, and returns its result. Rejects with
   * `ConnectionClosedError` if the connection ends first, `QueueFullError` at the bound of waiting tasks.
   */
  post<T>(task: () => T | Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.ending !== undefined) {
        reject(new ConnectionClosedError(this.ending))
      } else if (this.#tasks >= this.#options.inboxTasks) {
        reject(new QueueFullError("connection's task queue", this.#options.inboxTasks))
      } else {
        this.#take(new Task(task, resolve as (value: unknown) => void, reject))
      }
    })
  }

  /**
   * Runs `work` on the handle loop after `delayMs`, unless the connection ends first. The returned function
   * cancels it. Work that throws ends the connection with the cause `handler-error`.
   */
  after(delayMs: number, work: () => void | Promise<void>): () => void {
    if (this.ending !== undefined) return () => {}
    const timer = new WorkTimer(this, work)
    if (this.#workTimers === undefined) this.#workTimers = [timer]
    else this.#workTimers.push(timer)
    this.#options.wheel.set(timer, delayMs)
    return () => this.#forgetTimer(timer)
  }

  #forgetTimer(timer: WorkTimer): void {
    this.#options.wheel.cancel(timer)
    const index = this.#workTimers?.indexOf(timer) ?? -1
    if (index < 0) return
    if (this.#workTimers!.length === 1) this.#workTimers = undefined
    else this.#workTimers!.splice(index, 1)
  }

  #workDue(timer: WorkTimer): void {
    this.#forgetTimer(timer)
    this.post(timer.work).catch((error) => {
      // Refused because the connection has ended: that is told already, and this does nothing.
      this.#end('handler-error', `A timer's work failed: ${String(error)}`, error)
    })
  }

  /**
   * Changes how long nothing is heard before the peer is pinged (0: never), for peers that say only after a
   * handshake how much silence they bear.
   */
  setPingInterval(pingIntervalMs: number): void {
    this.#pingIntervalMs = pingIntervalMs
    if (this.isOpen) this.#setTimer()
  }

  /** Ends the connection: says goodbye, flushes, closes. The first call decides the cause. */
  close(cause: Cause = 'local', detail = 'Closed by the program.', error?: unknown): void {
    this.#end(cause, detail, error)
  }

  /** Cuts the connection at once; nothing more is sent. */
  destroy(cause: Cause = 'local', detail = 'Cut by the program.', error?: unknown): void {
    if (this.#isTaking) this.#end(cause, detail, error, true)
    else this.#transport.destroy()
  }

  // Called by the transport ---------------------------------------------------------------------------------

  /** Hot path: once a read. Nothing is copied where the codec can do with lent memory. */
  bytesLent(memory: Buffer, length: number): void {
    const isOuter = beginRead()
    try {
      this.#readLent(memory, length)
    } finally {
      if (isOuter) endRead()
    }
  }

  bytesRead(chunk: Buffer): void {
    const isOuter = beginRead()
    try {
      this.#readOwn(chunk)
    } finally {
      if (isOuter) endRead()
    }
  }

  #readLent(memory: Buffer, length: number): void {
    const codec = this.#codec
    if (this.#state.kind === 'open' && (codec.pushLent === undefined || this.#hasUndecoded)) {
      this.#readOwn(copyOf(memory, length))
      return
    }
    this.#readAtMs = this.#options.wheel.clock.now()
    this.#readBytes += length
    if (this.#state.kind !== 'open') return
    codec.pushLent?.(memory, length)
    this.#decode()
    codec.keepLent?.()
  }

  #readOwn(chunk: Buffer): void {
    this.#readAtMs = this.#options.wheel.clock.now()
    this.#readBytes += chunk.byteLength
    if (this.#state.kind !== 'open') return
    if (this.#hasUndecoded) {
      this.#heldChunks ??= []
      this.#heldChunks.push(chunk)
      return
    }
    this.#codec.push(chunk)
    this.#decode()
  }

  bytesDrained(): void {
    this.#isStalled = false
    this.#flush(this.#options.wheel.clock.now())
    if (this.#state.kind === 'closing' && this.#outbox.length === 0 && !this.#isStalled) this.#transport.end()
    this.#tellWritable()
  }

  peerEnded(): void {
    // While closing, our side ends when the last bytes have left, whenever the peer ended its own.
    this.#finish('The peer ended the connection.')
  }

  transportClosed(error: Error | undefined): void {
    if (this.#state.kind === 'finishing') {
      // All that the peer had to say is here, and is still handled; only answers have nowhere to go.
      this.#state = { ...this.#state, isCut: true }
      this.#outbox.clear()
      this.#isStalled = false
      this.#tellWritable()
      return
    }
    if (this.#isTaking) {
      const [cause, detail]: [Cause, string] =
        error !== undefined
          ? ['peer-reset', `The connection broke: ${error.message}`]
          : ['peer-closed', 'The peer ended the connection.']
      this.#end(cause, detail, error)
    }
    this.#over()
  }

  /** The transport is gone. */
  #over(): void {
    if (this.#state.kind !== 'closing') return
    const { ending } = this.#state
    if (this.#isHandling) this.#closingAtMs = this.#options.wheel.clock.now()
    this.#options.wheel.cancel(this.#timer)
    this.#state = { kind: 'closed', ending }
    // The last handler finishes first, within reason.
    if (this.#isHandling) this.#options.wheel.set(this.#timer, this.#options.closeTimeoutMs)
    else this.#tellClosed()
  }

  // Called by the codec -------------------------------------------------------------------------------------

  reply(bytes: Bytes): void {
    this.sendBytes(bytes)
  }

  pong(): void {
    if (!this.#isPongDue) return
    this.#isPongDue = false
    this.#roundTripMs = this.#options.wheel.clock.now() - this.#pingedAtMs
  }

  peerClosing(detail: string): void {
    this.#finish(detail)
  }

  #open(): void {
    if (this.#handler.opened === undefined) return
    this.#isHandling = true
    try {
      const result = this.#handler.opened(this)
      if (result === undefined) this.#handled()
      else this.#await(result)
    } catch (error) {
      this.#failed(error)
    }
  }

  // Read loop -----------------------------------------------------------------------------------------------

  #decode(): void {
    this.#isDecoding = true
    this.#decodeWhileRoom()
    this.#isDecoding = false
    if (this.#state.kind === 'finishing' && !this.#isHandling) this.#handleWaiting()
  }

  #decodeWhileRoom(): void {
    this.#hasUndecoded = true
    while (this.#state.kind === 'open') {
      if (this.#inbox !== undefined && this.#inbox.length - this.#tasks >= this.#options.inboxMessages) {
        this.#pause()
        return
      }
      let message: In | undefined
      try {
        message = this.#codec.next()
      } catch (error) {
        this.#refuse(error)
        return
      }
      if (message !== undefined) {
        this.#take(message)
        continue
      }
      const held = this.#heldChunks?.shift()
      if (held === undefined) {
        this.#hasUndecoded = false
        return
      }
      this.#codec.push(held)
    }
  }

  #pause(): void {
    if (this.#isPaused) return
    this.#isPaused = true
    this.#transport.pause()
  }

  /** The codec could make nothing of what it got. */
  #refuse(error: unknown): void {
    if (error instanceof ProtocolError) this.#end(error.endsWith, error.message, error)
    else this.#end('protocol', `The codec failed: ${String(error)}`, error)
  }

  /** The peer will send no more. What it sent is handled, then the connection ends. */
  #finish(detail: string): void {
    if (this.#state.kind !== 'open') return
    // What the codec still holds, because the inbox was full, was sent before the end and counts.
    this.#state = { kind: 'finishing', detail, isCodecEnded: false, isCut: false }
    this.#closingAtMs = this.#options.wheel.clock.now()
    this.#setTimer()
    // While decoding, the decoder's loop goes on with it.
    if (!this.#isHandling && !this.#isDecoding) this.#handleWaiting()
  }

  /** What is left to decode after the peer's end, one message at a time. */
  #nextAfterEnd(): In | undefined {
    for (;;) {
      const message = this.#hasUndecoded ? this.#codec.next() : undefined
      if (message !== undefined) return message
      const held = this.#heldChunks?.shift()
      if (held === undefined) {
        this.#hasUndecoded = false
        return this.#lastMessage()
      }
      this.#codec.push(held)
      this.#hasUndecoded = true
    }
  }

  /** The message that the peer's end completes. The codec is asked once. */
  #lastMessage(): In | undefined {
    if (this.#state.kind !== 'finishing' || this.#state.isCodecEnded) return undefined
    this.#state = { ...this.#state, isCodecEnded: true }
    return this.#codec.end?.()
  }

  // Handle loop ---------------------------------------------------------------------------------------------

  #take(item: In | Task): void {
    if (this.#isHandling || (this.#inbox !== undefined && this.#inbox.length > 0)) {
      this.#inbox ??= new Queue()
      this.#inbox.push(item)
      if (item instanceof Task) this.#tasks++
      return
    }
    this.#handle(item)
    // The handler may have posted tasks to its own connection.
    if (this.#inbox !== undefined && this.#inbox.length > 0) this.#handleWaiting()
  }

  /** Handles one item. Hot path: once a message. While it goes on asynchronously, `#isHandling` stays true. */
  #handle(item: In | Task): void {
    this.#isHandling = true
    if (item instanceof Task) this.#lastTask = item
    try {
      const result = item instanceof Task ? item.run() : this.#handler.message(item, this)
      if (result === undefined) this.#isHandling = false
      else this.#await(result)
    } catch (error) {
      this.#failed(error)
    }
  }

  #await(running: Promise<void>): void {
    // Resolved first, for handlers written in JavaScript: any thenable is awaited, anything else is done.
    Promise.resolve(running).then(
      () => this.#handled(),
      (error) => this.#failed(error),
    )
  }

  #handled(): void {
    this.#isHandling = false
    if (this.#state.kind === 'closed') this.#tellClosed()
    else this.#handleWaiting()
  }

  #failed(error: unknown): void {
    this.#isHandling = false
    if (this.#state.kind === 'closed') this.#tellClosed()
    else this.#end('handler-error', `The handler failed: ${String(error)}`, error)
  }

  /** Goes on with what waits, until something is handled asynchronously or nothing waits. */
  #handleWaiting(): void {
    while (!this.#isHandling && this.#isTaking) {
      const item = this.#nextWaiting()
      if (item === undefined) break
      this.#handle(item)
    }
    if (this.#isHandling) return
    if (this.#state.kind === 'finishing') this.#handleRest()
    else if (this.#state.kind === 'open' && this.#isPaused && !this.#isDecoding) this.#resume()
  }

  #nextWaiting(): In | Task | undefined {
    const item = this.#inbox?.shift()
    if (item instanceof Task) this.#tasks--
    return item
  }

  /** Whether messages are still handled. */
  get #isTaking(): boolean {
    return this.#state.kind === 'open' || this.#state.kind === 'finishing'
  }

  #resume(): void {
    // Our pause was no silence of the peer.
    this.#readAtMs = this.#options.wheel.clock.now()
    this.#decode()
    if (this.#hasUndecoded || this.#state.kind !== 'open') return
    this.#isPaused = false
    this.#transport.resume()
  }

  #handleRest(): void {
    if (this.#state.kind !== 'finishing') return
    const { detail } = this.#state
    for (;;) {
      let item: In | Task | undefined
      try {
        item = this.#nextWaiting() ?? this.#nextAfterEnd()
      } catch (error) {
        this.#refuse(error)
        return
      }
      if (item === undefined) break
      this.#handle(item)
      if (this.#isHandling || !this.#isTaking) return
    }
    this.#end('peer-closed', detail)
  }

  // Write loop ----------------------------------------------------------------------------------------------

  #enqueue(bytes: Bytes, sizeBytes: number): boolean {
    if (this.#state.kind === 'finishing' && this.#state.isCut) return false
    const { outboxBytes, overflow } = this.#options
    const queued = this.queuedBytes
    if (queued > 0 && queued + sizeBytes > outboxBytes) {
      switch (overflow) {
        case 'wait':
          // As `writable` has it: below the bound one more is taken, whatever its size, so nobody waits in vain.
          if (queued >= outboxBytes) return false
          break
        case 'drop-newest':
          return false
        case 'drop-oldest':
          this.#outbox.dropOldest(sizeBytes, outboxBytes - this.#transport.pendingBytes)
          break
        case 'disconnect':
          this.#end('outbox-full', `${queued} bytes were waiting for the peer, and ${sizeBytes} more came.`)
          return false
      }
    }
    this.#outbox.push(bytes, sizeBytes)
    if (!this.#isFlushDue && !this.#isStalled) {
      this.#isFlushDue = true
      if (this.#options.writesAfter === 'read') writeAtReadEnd(this)
      else writeAtTurnEnd(this)
    }
    return true
  }

  /** Called at the end of the turn, or of the read. */
  flush(nowMs: number): void {
    this.#isFlushDue = false
    const { clock } = this.#options.wheel
    this.#flush(clock === systemClock ? nowMs : clock.now())
  }

  #flush(nowMs: number): void {
    if (this.#state.kind === 'closed' || this.#isStalled || this.#outbox.length === 0) return
    const { bytes } = this.#outbox
    this.#writtenBytes += bytes
    this.#wroteAtMs = nowMs
    const only = this.#outbox.takeOnly()
    if (only !== undefined) this.#transport.write(only, bytes)
    else this.#transport.writeAll(this.#outbox.takeAll())
    if (this.#transport.pendingBytes > 0) this.#stall()
    else if (this.#writableListeners !== undefined) this.#tellWritable()
  }

  #stall(): void {
    this.#isStalled = true
    this.#stalledAtMs = this.#options.wheel.clock.now()
    this.#transport.notifyDrained()
    this.#setTimer()
  }

  #tellWritable(): void {
    if (this.#writableListeners === undefined) return
    if (this.isWritable && this.queuedBytes >= this.#options.outboxBytes) return
    const listeners = this.#writableListeners
    this.#writableListeners = undefined
    for (const listener of listeners) listener()
  }

  // Heartbeat and deadlines ---------------------------------------------------------------------------------

  /** Called by the wheel: at the earliest thing that could be due, and then it looks. */
  timerDue(timer: WheelTimer): void {
    if (timer instanceof WorkTimer) {
      this.#workDue(timer)
      return
    }
    if (this.#state.kind === 'closed') {
      this.#tellClosed()
      return
    }
    const { readDeadlineMs, writeDeadlineMs, closeTimeoutMs, wheel } = this.#options
    const pingIntervalMs = this.#pingIntervalMs
    const nowMs = wheel.clock.now()
    if (this.#state.kind === 'closing') {
      if (nowMs - this.#closingAtMs >= closeTimeoutMs) this.#transport.destroy()
    } else if (this.#state.kind === 'finishing' && nowMs - this.#closingAtMs >= finishTimeoutMs) {
      this.#end('handler-error', `The handler took longer than ${finishTimeoutMs} ms after the peer's end.`)
    } else if (this.#isStalled && writeDeadlineMs > 0 && nowMs - this.#stalledAtMs >= writeDeadlineMs) {
      const stuckMs = Math.round(nowMs - this.#stalledAtMs)
      this.#end('write-deadline', `The peer has not taken all of a write for ${stuckMs} ms.`)
    } else if (this.#state.kind === 'open' && !this.#isPaused) {
      const silentMs = nowMs - this.#readAtMs
      const unpingedMs = Math.min(silentMs, nowMs - this.#pingedAtMs)
      if (readDeadlineMs > 0 && silentMs >= readDeadlineMs) {
        this.#end('read-deadline', `Nothing was heard from the peer for ${Math.round(silentMs)} ms.`)
      } else if (pingIntervalMs > 0 && unpingedMs >= pingIntervalMs) this.#ping(nowMs)
    }
    this.#setTimer()
  }

  #ping(nowMs: number): void {
    // Without an answer too, so that the next is due an interval from here and not at once.
    this.#pingedAtMs = nowMs
    const bytes = this.#codec.ping?.()
    if (bytes === undefined) return
    this.#isPongDue = true
    this.sendBytes(bytes)
  }

  #setTimer(): void {
    const { readDeadlineMs, writeDeadlineMs, closeTimeoutMs, wheel } = this.#options
    const pingIntervalMs = this.#pingIntervalMs
    const nowMs = wheel.clock.now()
    let dueMs = Number.POSITIVE_INFINITY
    if (this.#state.kind === 'closed') return
    if (this.#state.kind === 'closing') dueMs = this.#closingAtMs + closeTimeoutMs
    else if (this.#state.kind === 'finishing') dueMs = this.#closingAtMs + finishTimeoutMs
    if (this.#isTaking && this.#isStalled && writeDeadlineMs > 0) {
      dueMs = Math.min(dueMs, this.#stalledAtMs + writeDeadlineMs)
    }
    if (this.#state.kind === 'open') {
      const readAtMs = this.#isPaused ? nowMs : this.#readAtMs
      if (readDeadlineMs > 0) dueMs = Math.min(dueMs, readAtMs + readDeadlineMs)
      if (pingIntervalMs > 0) {
        dueMs = Math.min(dueMs, Math.max(readAtMs, this.#pingedAtMs) + pingIntervalMs)
      }
    }
    if (dueMs < Number.POSITIVE_INFINITY) wheel.set(this.#timer, Math.max(0, dueMs - nowMs))
  }

  // The one way to end --------------------------------------------------------------------------------------

  #end(cause: Cause, detail: string, error?: unknown, isCut = abrupt.has(cause)): void {
    if (!this.#isTaking) return
    const { wheel } = this.#options
    const { clock } = wheel
    const ending: Ending = {
      cause,
      detail,
      evidence: this.#evidence(),
      ...(error === undefined ? {} : { error }),
    }
    const isGone = this.#state.kind === 'finishing' && this.#state.isCut
    this.#state = { kind: 'closing', ending }
    this.#closingAtMs = clock.now()
    const refusal = new ConnectionClosedError(ending)
    for (const item of this.#inbox?.takeAll() ?? []) if (item instanceof Task) item.refuse(refusal)
    this.#tasks = 0
    this.#heldChunks = undefined
    for (const timer of this.#workTimers ?? []) wheel.cancel(timer)
    this.#workTimers = undefined
    const listeners = this.#writableListeners
    this.#writableListeners = undefined
    for (const listener of listeners ?? []) listener()

    if (isGone) {
      this.#over()
      return
    }
    if (isCut) {
      this.#outbox.clear()
      this.#transport.destroy()
      return
    }
    // It did not read them; dropping them leaves room for the word why.
    if (cause === 'outbox-full') this.#outbox.clear()
    const goodbye = this.#codec.goodbye?.(ending)
    if (goodbye !== undefined) this.#outbox.push(goodbye, sizeOf(goodbye))
    this.#flush(clock.now())
    if (!this.#isStalled) this.#transport.end()
    // A peer whose bytes nobody reads any more can still fill its window and block its own end.
    if (this.#isPaused) this.#transport.resume()
    this.#setTimer()
  }

  #evidence(): Ending['evidence'] {
    const { clock } = this.#options.wheel
    const nowMs = clock.now()
    const endedAt = clock.wallTime()
    const wall = (atMs: number): number => Math.round(endedAt - (nowMs - atMs))
    return {
      openedAt: this.#openedAt,
      endedAt,
      lastReadAt: this.#readBytes === 0 ? undefined : wall(this.#readAtMs),
      lastWriteAt: this.#writtenBytes === 0 ? undefined : wall(this.#wroteAtMs),
      roundTripMs: this.#roundTripMs,
      readBytes: this.#readBytes,
      writtenBytes: this.#writtenBytes,
      queuedBytes: this.queuedBytes,
      inboxMessages: this.#inbox === undefined ? 0 : this.#inbox.length - this.#tasks,
    }
  }

  #tellClosed(): void {
    if (this.#state.kind !== 'closed' || this.#isToldClosed) return
    this.#isToldClosed = true
    this.#options.wheel.cancel(this.#timer)
    const { ending } = this.#state
    this.#lastTask?.refuse(new ConnectionClosedError(ending))
    this.#lastTask = undefined
    const listeners = this.#closedListeners
    this.#closedListeners = undefined
    try {
      this.#handler.closed?.(ending, this)
    } finally {
      for (const listener of listeners ?? []) listener(ending)
    }
  }
}

/** A timer of the program's. */
class WorkTimer extends WheelTimer {
  readonly work: () => void | Promise<void>

  constructor(owner: TimerOwner, work: () => void | Promise<void>) {
    super(owner)
    this.work = work
  }
}

/** Small ones stand side by side in Node's pool. */
function copyOf(memory: Buffer, length: number): Buffer {
  const chunk = Buffer.allocUnsafe(length)
  memory.copy(chunk, 0, 0, length)
  return chunk
}
