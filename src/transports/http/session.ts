/**
 * The requests of one connection: each is handed to the handler as it comes, their replies leave in order.
 *
 * Bounded: so many requests may wait for their replies, then no more are taken until some are answered; and none
 * is taken while the client doesn't read what it has asked for.
 */
import { Buffer } from 'node:buffer'
import type { Cause, Ending } from '../../connection/cause.ts'
import type { Connection } from '../../connection/connection.ts'
import type { Handler } from '../../connection/handler.ts'
import { Queue } from '../../connection/queue.ts'
import { type Bytes, sizeOf } from '../../connection/transport.ts'
import { clientEnded, departure, expectation, type HttpCodec, type HttpMessage } from './codec.ts'
import { dateLine } from './header-lines.ts'
import { HttpFault } from './http-error.ts'
import { HttpReply, type ReplyCarrier } from './reply.ts'
import { HttpRequest } from './request.ts'
import { requestIdOf } from './request-id.ts'
import { statusLine } from './status.ts'

export type HttpConnection = Connection<HttpMessage, Bytes>

export interface HttpSessionOptions {
  /** Answers a request, now or later. */
  readonly handle: (request: HttpRequest, reply: HttpReply) => void | Promise<void>
  /** The handler threw, or its promise rejected; the client has got a 500 where that was still possible. */
  readonly failed: (error: unknown, request: HttpRequest) => void
  /** A reply is whole, if not sent: for logs and metrics. Hot path: once a request. */
  readonly answered?: (reply: HttpReply) => void
  /** What came was no request that could be answered; the client was told so, and the connection ends. */
  readonly refused?: (fault: HttpFault, requestId: string, connection: HttpConnection) => void
  /** How a client is told what kept it from a reply of the handler's. Default: the sentence as plain text. */
  readonly explain?: (sentence: string) => Explanation
  /** The connection has ended. */
  readonly ended?: (ending: Ending, connection: HttpConnection) => void
  /** Requests of one connection that may wait for their replies. */
  readonly pipelinedRequests: number
  /** How long a connection may be silent between requests. */
  readonly idleTimeoutMs: number
  /** How long a request may take to arrive. */
  readonly requestTimeoutMs: number
  readonly isSecure: boolean
}

/** A sentence as a body. */
export interface Explanation {
  readonly contentType: string
  readonly body: string
}

/** Where a connection goes with a request that is not ours. */
export interface Departure {
  /** Nothing more is to be read here. */
  begin(): void
  /** All replies are out: the connection ends here now, and goes on with these bytes, which nobody has read. */
  leave(unread: Buffer): void
}

/** Larger pieces are sent in parts, so that deadlines measure progress. Also the outbox's bound. */
export const pieceBytes = 262_144
/** Timeouts are looked at so many times while they run. */
const looks = 4

export class HttpSession implements Handler<HttpMessage, Bytes>, ReplyCarrier {
  readonly #options: HttpSessionOptions
  readonly #codec: HttpCodec
  readonly #departure: Departure | undefined
  #connection!: HttpConnection
  /** Requests without a whole reply, the oldest first. */
  readonly #pending = new Queue<HttpReply>()
  /** What the connection has not taken yet; mostly nothing. */
  #unsent: Buffer[] | undefined
  #isPumping = false
  /** Who waits for progress of any kind: room, or a reply. */
  #waiters: (() => void)[] | undefined
  /** No more requests are taken: a reply ends the connection. */
  #isEnding = false
  #taken = 0
  #takenAtLook = 0
  /** Looks in a row that found the connection idle, and a request that was not whole. */
  #idleLooks = 0
  #arrivingLooks = 0

  constructor(codec: HttpCodec, options: HttpSessionOptions, departure?: Departure) {
    this.#codec = codec
    this.#departure = departure
    this.#options = options
  }

  opened(connection: HttpConnection): void {
    this.#connection = connection
    this.#watch()
  }

  /** Hot path: once a request. */
  message(message: HttpMessage): void | Promise<void> {
    if (this.#isEnding && message !== clientEnded) return undefined
    if (message instanceof HttpRequest) return this.#take(message)
    if (message instanceof HttpFault) return this.#refuse(message)
    switch (message) {
      case expectation:
        return this.#continue()
      case clientEnded:
        return this.#finish()
      case departure:
        return this.#depart()
    }
  }

  closed(ending: Ending, connection: HttpConnection): void {
    const left = this.#pending.takeAll()
    this.#unsent = undefined
    for (const reply of left) reply.clientLeft()
    this.#progress()
    this.#options.ended?.(ending, connection)
  }

  /** Ends the connection once all replies that are due are out; streams get their client's leave at once. */
  close(cause: Cause, detail: string): void {
    this.#isEnding = true
    for (const reply of this.#pending.toArray()) if (reply.hasBegun) reply.clientLeft()
    const last = this.#pending.at(this.#pending.length - 1)
    if (last === undefined) this.#connection.close(cause, detail)
    else last.isLast = true
  }

  // --- requests ----------------------------------------------------------------------------------------------

  #take(request: HttpRequest): void | Promise<void> {
    request.remoteAddress = this.#connection.remoteAddress
    request.isSecure = this.#options.isSecure
    this.#taken++
    const { lastReadAtMs } = this.#connection
    const reply = new HttpReply(request, this, this.#pending.length === 0, lastReadAtMs)
    this.#pending.push(reply)
    if (reply.isLast) this.#isEnding = true
    try {
      const handling = this.#options.handle(request, reply)
      if (handling !== undefined) handling.catch((error: unknown) => this.failed(error, reply))
    } catch (error) {
      this.failed(error, reply)
    }
    return this.#pending.length >= this.#options.pipelinedRequests || !this.hasRoom
      ? this.#untilRoom()
      : undefined
  }

  failed(error: unknown, reply: HttpReply): void {
    this.#options.failed(error, reply.request)
    if (reply.isWhole) return
    if (reply.hasBegun)
      this.#connection.destroy('handler-error', `A reply broke off: ${String(error)}`, error)
    else {
      const { contentType, body } = this.#explain('The server failed to answer this request.')
      reply.send(500, { 'Content-Type': contentType }, body)
    }
  }

  async #untilRoom(): Promise<void> {
    const { pipelinedRequests } = this.#options
    while (!this.#isOver && (this.#pending.length >= pipelinedRequests || !this.hasRoom))
      await this.#changed()
  }

  /** After the replies to what came before. */
  async #refuse(fault: HttpFault): Promise<void> {
    this.#isEnding = true
    await this.#untilAnswered()
    const { contentType, body } = this.#explain(fault.message)
    const id = requestIdOf(undefined)
    this.send(
      `${statusLine(fault.status)}Content-Type: ${contentType}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nX-Request-Id: ${id}\r\nConnection: close\r\n${dateLine()}\r\n${body}`,
    )
    this.#options.refused?.(fault, id, this.#connection)
    this.#connection.close('protocol', fault.message, fault)
  }

  #explain(sentence: string): Explanation {
    const { explain = asPlainText } = this.#options
    return explain(sentence)
  }

  async #continue(): Promise<void> {
    await this.#untilAnswered()
    this.send('HTTP/1.1 100 Continue\r\n\r\n')
  }

  /** The client sends no more: who streams or blocks for it may stop, what is due is still answered. */
  async #finish(): Promise<void> {
    for (const reply of this.#pending.toArray()) reply.clientLeft()
    await this.#untilAnswered()
    await this.#flushed()
  }

  async #depart(): Promise<void> {
    this.#isEnding = true
    this.#departure?.begin()
    await this.#untilAnswered()
    await this.#flushed()
    if (this.#isOver) return
    this.#departure?.leave(this.#codec.takeUnread())
    this.#connection.close('local', 'A request for another part of the server has come.')
  }

  async #untilAnswered(): Promise<void> {
    while (this.#pending.length > 0 && !this.#isOver) await this.#changed()
  }

  #changed(): Promise<void> {
    if (!this.hasRoom) this.#pump()
    return new Promise((resolve) => {
      this.#waiters ??= []
      this.#waiters.push(resolve)
    })
  }

  #progress(): void {
    if (this.#waiters === undefined) return
    const waiters = this.#waiters
    this.#waiters = undefined
    for (const waiter of waiters) waiter()
  }

  get #isOver(): boolean {
    return !this.#connection.isWritable
  }

  // --- replies -----------------------------------------------------------------------------------------------

  get hasRoom(): boolean {
    return this.#unsent === undefined && this.#connection.queuedBytes < pieceBytes
  }

  send(bytes: Bytes, sizeBytes = sizeOf(bytes)): void {
    if (this.#unsent === undefined && sizeBytes <= pieceBytes && this.#connection.sendBytes(bytes, sizeBytes))
      return
    if (this.#isOver) return
    const all =
      typeof bytes === 'string'
        ? Buffer.from(bytes)
        : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    this.#unsent ??= []
    for (let at = 0; at < all.length; at += pieceBytes) this.#unsent.push(all.subarray(at, at + pieceBytes))
    this.#pump()
  }

  async room(): Promise<void> {
    while (!this.hasRoom && !this.#isOver) await this.#changed()
  }

  finished(reply: HttpReply): void {
    this.#options.answered?.(reply)
    if (this.#pending.at(0) !== reply) return
    do {
      const done = this.#pending.shift()!
      if (done.isLast) {
        this.#endAfter()
        break
      }
      this.#pending.at(0)?.takeTurn()
    } while (this.#pending.at(0)?.isWhole === true)
    this.#progress()
  }

  #endAfter(): void {
    this.#isEnding = true
    for (const reply of this.#pending.takeAll()) reply.clientLeft()
    void this.#flushed().then(() =>
      this.#connection.close('local', 'The last reply of this connection is out.'),
    )
  }

  async #flushed(): Promise<void> {
    while (this.#unsent !== undefined && !this.#isOver) await this.#changed()
  }

  /** Sends what waits, as the client takes it. */
  #pump(): void {
    if (this.#isPumping) return
    this.#isPumping = true
    void this.#connection.writable().then(() => {
      this.#isPumping = false
      const unsent = this.#unsent ?? []
      let sent = 0
      while (sent < unsent.length && this.#connection.sendBytes(unsent[sent]!)) sent++
      this.#unsent = this.#isOver || sent === unsent.length ? undefined : unsent.slice(sent)
      if (this.#unsent !== undefined) this.#pump()
      this.#progress()
    })
  }

  // --- time --------------------------------------------------------------------------------------------------

  /**
   * Looks now and then whether anything has happened. It costs a request nothing; a timeout is kept to within a
   * fourth of itself.
   */
  #watch(): void {
    this.#connection.after(this.#lookMs, this.#look)
  }

  get #lookMs(): number {
    return Math.min(this.#options.idleTimeoutMs, this.#options.requestTimeoutMs) / looks
  }

  readonly #look = (): void | Promise<void> => {
    const { idleTimeoutMs, requestTimeoutMs } = this.#options
    const isBusy = this.#pending.length > 0 || this.#taken !== this.#takenAtLook
    const isArriving = this.#codec.isWithinRequest
    this.#takenAtLook = this.#taken
    this.#idleLooks = isBusy || isArriving ? 0 : this.#idleLooks + 1
    this.#arrivingLooks = !isBusy && isArriving ? this.#arrivingLooks + 1 : 0
    if (this.#arrivingLooks * this.#lookMs > requestTimeoutMs) {
      return this.#refuse(
        new HttpFault(408, `The request took longer than ${requestTimeoutMs} ms to arrive.`),
      )
    }
    if (this.#idleLooks * this.#lookMs > idleTimeoutMs) {
      this.#connection.close('expired', `There was no request for ${idleTimeoutMs} ms.`)
      return undefined
    }
    this.#watch()
    return undefined
  }
}

function asPlainText(sentence: string): Explanation {
  return { contentType: 'text/plain; charset=utf-8', body: `${sentence}\n` }
}
