/**
 * HTTP/1.1 on a kernel connection, the server's side: bytes to requests. Replies are made by the exchange
 * (exchange.ts), since they must wait for those of earlier requests.
 *
 * Strict: what two parties could read in two ways is answered with 400 and ends the connection. Hot path (bench
 * `gateway`): for a client that repeats its headers a request costs its first line and one comparison.
 */
import { Buffer } from 'node:buffer'
import type { Codec } from '../../connection/codec.ts'
import type { Bytes } from '../../connection/transport.ts'
import { type Body, bodyTooLarge, ChunkedBody, SizedBody } from './body.ts'
import { type HeaderBlock, isToken, parseHeaderBlock } from './header-block.ts'
import { HttpFault } from './http-error.ts'
import { Input } from './input.ts'
import { HttpRequest } from './request.ts'
import { parseRequestLine, type RequestLine } from './request-line.ts'

export interface HttpLimits {
  /** Request line and headers together. */
  readonly headBytes: number
  readonly bodyBytes: number
}

/** The client waits for `100 Continue` before it sends its body. */
export const expectation = Symbol('expectation')
/** The client sends no more. */
export const clientEnded = Symbol('clientEnded')
/** A request for somebody else has come: it and all behind it are in `takeUnread`. */
export const departure = Symbol('departure')

export type HttpMessage = HttpRequest | HttpFault | typeof expectation | typeof clientEnded | typeof departure

/** Whether a request is none of ours, so that its connection goes to somebody else. */
export type Leaves = (line: RequestLine, block: HeaderBlock) => boolean

const CR = 13
const LF = 10
const nothing = Buffer.alloc(0)
const headEnd = Buffer.from('\r\n\r\n')
/** A header block up to here is kept to be compared with the next. */
const keptBlockBytes = 2048
/** A block up to here is compared a byte at a time, which beats a call into the runtime. */
const shortBlock = 128

export class HttpCodec implements Codec<HttpMessage, Bytes> {
  readonly #limits: HttpLimits
  readonly #leaves: Leaves | undefined
  readonly #input = new Input()
  /** Bytes after the position that hold no end of a head. */
  #searched = 0
  #block: HeaderBlock | undefined
  #blockIsVersion11 = true
  #arriving: { readonly line: RequestLine; readonly block: HeaderBlock; readonly body: Body } | undefined
  /** After a fault bytes are dropped, after a departure they are kept for who gets them. */
  #state: 'reading' | 'faulty' | 'departing' = 'reading'
  #hasSkippedLine = false

  constructor(limits: HttpLimits, leaves?: Leaves) {
    this.#limits = limits
    this.#leaves = leaves
  }

  /** Whether a request has begun and is not whole. */
  get isWithinRequest(): boolean {
    return this.#arriving !== undefined || (this.#input.length > 0 && this.#state === 'reading')
  }

  push(chunk: Buffer): void {
    if (this.#state !== 'faulty') this.#input.push(chunk)
  }

  pushLent(memory: Buffer, length: number): void {
    if (this.#state !== 'faulty') this.#input.lend(memory, length)
  }

  keepLent(): void {
    this.#input.keepLent()
  }

  next(): HttpMessage | undefined {
    if (this.#state !== 'reading') return undefined
    try {
      const message = this.#arriving === undefined ? this.#readHead() : this.#readBody()
      if (message === undefined) this.#input.release()
      return message
    } catch (error) {
      if (!(error instanceof HttpFault)) throw error
      this.#state = 'faulty'
      this.#input.drop()
      return error
    }
  }

  end(): HttpMessage {
    return clientEnded
  }

  encode(bytes: Bytes): Bytes {
    return bytes
  }

  /** What came with and after the request that was for somebody else. */
  takeUnread(): Buffer {
    return this.#input.takeAll()
  }

  #readHead(): HttpMessage | undefined {
    const input = this.#input
    this.#skipEmptyLine()
    const { bytes, at } = input
    if (input.length === 0) return undefined
    if (!isToken(bytes[at]!) && bytes[at] !== CR)
      throw new HttpFault(400, 'A request does not begin with a method.')
    const lineEnd = input.indexOf(LF, at)
    if (lineEnd < 0) return this.#incompleteHead(414)
    if (lineEnd - at >= this.#limits.headBytes) throw headTooLarge(414, this.#limits.headBytes)
    if (bytes[lineEnd - 1] !== CR || lineEnd === at) throw new HttpFault(400, 'A line ends with LF alone.')
    const isRepeated = this.#isRepeated(lineEnd + 1)
    const blockEnd = isRepeated ? lineEnd + 1 + this.#block!.bytes.length : this.#blockEnd(lineEnd)
    if (blockEnd < 0) return this.#incompleteHead(431)
    if (blockEnd - at > this.#limits.headBytes) throw headTooLarge(431, this.#limits.headBytes)
    const line = parseRequestLine(bytes, at, lineEnd)
    const block =
      isRepeated && line.isVersion11 === this.#blockIsVersion11
        ? this.#block!
        : this.#parseBlock(bytes.subarray(lineEnd + 1, blockEnd), line.isVersion11)
    if (this.#leaves?.(line, block) === true) {
      this.#state = 'departing'
      return departure
    }
    input.at = blockEnd
    this.#searched = 0
    this.#hasSkippedLine = false
    if (block.bodyBytes === 0) return new HttpRequest(line, block, nothing)
    return this.#openBody(line, block, block.bodyBytes)
  }

  #openBody(line: RequestLine, block: HeaderBlock, bodyBytes: number | 'chunked'): HttpMessage | undefined {
    const { bodyBytes: maxBytes, headBytes } = this.#limits
    if (bodyBytes !== 'chunked' && bodyBytes > maxBytes) throw bodyTooLarge(maxBytes)
    const body = bodyBytes === 'chunked' ? new ChunkedBody(maxBytes, headBytes) : new SizedBody(bodyBytes)
    this.#arriving = { line, block, body }
    if (block.expectsContinue && this.#input.length === 0) return expectation
    return this.#readBody()
  }

  #readBody(): HttpMessage | undefined {
    const { line, block, body } = this.#arriving!
    const whole = body.read(this.#input)
    if (whole === undefined) return undefined
    this.#arriving = undefined
    return new HttpRequest(line, block, whole)
  }

  /** One is allowed before a request (RFC 9112 section 2.2). */
  #skipEmptyLine(): void {
    const { bytes, at, end } = this.#input
    if (this.#hasSkippedLine || at + 1 >= end || bytes[at] !== CR || bytes[at + 1] !== LF) return
    this.#hasSkippedLine = true
    this.#input.at += 2
  }

  /** Whether the same headers as the last time follow. */
  #isRepeated(from: number): boolean {
    const { bytes, end } = this.#input
    const last = this.#block?.bytes
    if (last === undefined || end - from < last.length) return false
    if (last.length > shortBlock) return bytes.compare(last, 0, last.length, from, from + last.length) === 0
    for (let index = 0; index < last.length; index++) if (bytes[from + index] !== last[index]) return false
    return true
  }

  /** Behind the empty line, or -1. */
  #blockEnd(lineEnd: number): number {
    const { bytes, at, end } = this.#input
    const from = Math.max(lineEnd - 1, at + this.#searched - headEnd.length)
    const index = bytes.subarray(from, end).indexOf(headEnd)
    return index < 0 ? -1 : from + index + headEnd.length
  }

  #incompleteHead(status: 414 | 431): undefined {
    this.#searched = this.#input.length
    if (this.#searched > this.#limits.headBytes) throw headTooLarge(status, this.#limits.headBytes)
    return undefined
  }

  #parseBlock(bytes: Buffer, isVersion11: boolean): HeaderBlock {
    // A copy: a chunk must not live on for its headers, and may be lent.
    const block = parseHeaderBlock(Buffer.from(bytes), isVersion11)
    this.#block = bytes.length <= keptBlockBytes ? block : undefined
    this.#blockIsVersion11 = isVersion11
    return block
  }
}

function headTooLarge(status: 414 | 431, limit: number): HttpFault {
  return new HttpFault(status, `The request line and headers are larger than the limit of ${limit} bytes.`)
}
