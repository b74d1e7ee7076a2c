/**
 * The reply to one request. What is said before its turn has come (replies leave in the order of the requests)
 * is held, then sent.
 */
import { Buffer } from 'node:buffer'
import { type Bytes, sizeOf } from '../../connection/transport.ts'
import { dateLine, headerLines } from './header-lines.ts'
import { commonHeadEnd, headBeginning, lengthAndName, namePrefix, tagEnd } from './reply-head.ts'
import type { HttpRequest } from './request.ts'
import { isBodiless } from './status.ts'

/** What a reply needs of its connection. */
export interface ReplyCarrier {
  /** Whether there is room for more bytes. */
  readonly hasRoom: boolean
  /** `sizeBytes`: what they are on the wire. */
  send(bytes: Bytes, sizeBytes: number): void
  /** Resolves when there is room, or nobody to send to. */
  room(): Promise<void>
  /** The reply is whole. */
  finished(reply: HttpReply): void
  /** The handler has none to give. */
  failed(error: unknown, reply: HttpReply): void
}

/**
 * Buffers up to here are copied behind their head, so that they leave in one piece with it: together they fit into Node's
 * pool of small buffers. What is larger would be memory of its own, which costs more than a second piece.
 */
const joinedBytes = 3_072
/** What waits for its turn before whoever streams is asked to pause. */
const heldBytes = 16_384
/** The status, for logs and metrics alone, of a request whose client left before it was answered (nginx's word for it). */
export const clientGone = 499
const lastChunk = '0\r\n\r\n'

export class HttpReply {
  readonly request: HttpRequest
  /** Whether the connection ends behind this reply. */
  isLast: boolean
  /** When its request came, by `performance.now()`. */
  readonly receivedAtMs: number
  /** What the request is about, in one word, and who asks: noted by whoever handles it, for logs and metrics. */
  subject = ''
  user: string | undefined
  readonly #carrier: ReplyCarrier
  /** What was said before its turn; `undefined` once it has come. */
  #held: Bytes[] | undefined
  #heldBytes = 0
  #state: 'waiting' | 'streaming' | 'whole' = 'waiting'
  #status = 0
  #bodyBytes = 0
  /** Lines of headers that go with whatever is replied. */
  #added = ''
  #isChunked = false
  #hasClientLeft = false
  #abort: AbortController | undefined
  #turn: PromiseWithResolvers<void> | undefined

  constructor(request: HttpRequest, carrier: ReplyCarrier, isFirst: boolean, receivedAtMs: number) {
    this.request = request
    this.receivedAtMs = receivedAtMs
    this.isLast = !request.keepsAlive
    this.#carrier = carrier
    this.#held = isFirst ? undefined : []
  }

  get isWhole(): boolean {
    return this.#state === 'whole'
  }

  get hasBegun(): boolean {
    return this.#state !== 'waiting'
  }

  /** 0 before there is one; {@link clientGone} where the client left before that. */
  get status(): number {
    return this.#status
  }

  /** Bytes of the body so far, as they were given. */
  get bodyBytes(): number {
    return this.#bodyBytes
  }

  /** Headers that go with the reply beside those of `send` or `stream`; to be called before these. */
  add(headers: Readonly<Record<string, string>>): void {
    this.#added += headerLines(headers)
  }

  /** Aborts when the client leaves before the reply is whole. */
  get closed(): AbortSignal {
    this.#abort ??= new AbortController()
    if (this.#hasClientLeft) this.#abort.abort()
    return this.#abort.signal
  }

  /**
   * The whole reply. Hot path: once a request, watched by the bench `gateway`. A frozen `headers` is encoded once;
   * `etag`, which differs from reply to reply, stands beside it, without its quotes.
   */
  send(
    status: number,
    headers: Readonly<Record<string, string>>,
    body: Buffer | string,
    etag?: string,
    bodyBytes = sizeOf(body),
  ): void {
    this.#begin(status)
    const hasBody = !isBodiless(status)
    const isTagged = etag !== undefined
    const head =
      headBeginning(status, headers, etag) +
      (hasBody ? lengthAndName(bodyBytes, isTagged) : isTagged ? tagEnd + namePrefix : namePrefix) +
      this.request.id +
      this.#headEnd()
    this.#state = 'whole'
    const isSent = hasBody && bodyBytes > 0 && this.request.method !== 'HEAD'
    if (isSent) this.#bodyBytes = bodyBytes
    if (!isSent) this.#say(head, head.length)
    else if (typeof body === 'string') this.#say(head + body, head.length + bodyBytes)
    else if (bodyBytes <= joinedBytes) this.#say(joined(head, body))
    else {
      this.#say(head, head.length)
      this.#say(body)
    }
    this.#carrier.finished(this)
  }

  /** Begins a reply that comes in pieces; its head leaves at once. `length`: of its body, where that is known. */
  stream(status: number, headers: Readonly<Record<string, string>>, length?: number): this {
    this.#begin(status)
    this.#isChunked = length === undefined && this.request.isVersion11
    // Without chunks and length the end of the connection is the end of the reply.
    if (length === undefined && !this.#isChunked) this.isLast = true
    const framing = this.#isChunked
      ? 'Transfer-Encoding: chunked\r\n'
      : length === undefined
        ? ''
        : `Content-Length: ${length}\r\n`
    this.#state = 'streaming'
    this.#say(headBeginning(status, headers) + framing + namePrefix + this.request.id + this.#headEnd())
    return this
  }

  /** Queues bytes of the stream. `false`: write more after `drained`. */
  write(bytes: Buffer | string): boolean {
    if (this.#state !== 'streaming') return false
    const size = sizeOf(bytes)
    if (size === 0 || this.request.method === 'HEAD') return true
    this.#bodyBytes += size
    if (!this.#isChunked) this.#say(bytes)
    else if (typeof bytes === 'string') this.#say(`${size.toString(16)}\r\n${bytes}\r\n`)
    else {
      this.#say(`${size.toString(16)}\r\n`)
      this.#say(bytes)
      this.#say('\r\n')
    }
    return this.#held === undefined ? this.#carrier.hasRoom : this.#heldBytes < heldBytes
  }

  /** Resolves when there is room for more of the stream, and also when the client has left. */
  async drained(): Promise<void> {
    if (this.#held !== undefined && this.#heldBytes >= heldBytes && !this.#hasClientLeft) {
      this.#turn ??= Promise.withResolvers()
      await this.#turn.promise
    }
    if (this.#held === undefined && !this.#carrier.hasRoom) await this.#carrier.room()
  }

  /** Ends the stream. */
  end(): void {
    if (this.#state !== 'streaming') return
    this.#state = 'whole'
    if (this.#isChunked && this.request.method !== 'HEAD') this.#say(lastChunk)
    this.#carrier.finished(this)
  }

  /** There will be no reply, as if the handler had thrown this. */
  fail(error: unknown): void {
    this.#carrier.failed(error, this)
  }

  // --- for the session ---------------------------------------------------------------------------------------

  /** All replies before this one are out: sends what was held. */
  takeTurn(): void {
    const held = this.#held ?? []
    this.#held = undefined
    for (const bytes of held) this.#carrier.send(bytes, sizeOf(bytes))
    this.#turn?.resolve()
  }

  clientLeft(): void {
    this.#hasClientLeft = true
    if (this.#state === 'waiting') this.#status = clientGone
    this.#abort?.abort()
    this.#turn?.resolve()
  }

  #begin(status: number): void {
    if (this.#state !== 'waiting') throw new TypeError('A request is answered once.')
    if (!this.#hasClientLeft) this.#status = status
  }

  #headEnd(): string {
    if (this.#added === '' && !this.isLast && this.request.isVersion11) return commonHeadEnd()
    return `\r\n${this.#added}${this.#connectionLine()}${dateLine()}\r\n`
  }

  #connectionLine(): string {
    if (this.isLast) return 'Connection: close\r\n'
    return this.request.isVersion11 ? '' : 'Connection: keep-alive\r\n'
  }

  /** `sizeBytes`: what it is on the wire, where that is known. */
  #say(bytes: Bytes, sizeBytes = sizeOf(bytes)): void {
    if (this.#held === undefined) {
      this.#carrier.send(bytes, sizeBytes)
      return
    }
    this.#held.push(bytes)
    this.#heldBytes += sizeBytes
  }
}

function joined(head: string, body: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(head.length + body.length)
  bytes.write(head, 0, 'latin1')
  body.copy(bytes, head.length)
  return bytes
}
