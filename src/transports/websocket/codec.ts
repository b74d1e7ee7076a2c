/**
 * WebSocket frames of a client, decoded by a server (RFC 6455 section 5).
 *
 * Why not the library: its object for each connection takes more memory than a whole connection may
 * (docs/decisions/websocket-codec.md). It is the oracle of the tests instead.
 */
import { Buffer, isUtf8 } from 'node:buffer'
import type { Ending } from '../../connection/cause.ts'
import type { Codec, CodecControl } from '../../connection/codec.ts'
import { MessageTooLargeError, ProtocolError } from '../../connection/errors.ts'
import { closeCodes, isSendableCloseCode } from './close-codes.ts'
import { encodeCloseFrame, encodeFrame, opcodes } from './frame.ts'

const empty = Buffer.alloc(0)
const pingFrame = encodeFrame(opcodes.ping, empty)
const maskBytes = 4

/** A text message is a string, a binary one a buffer. */
export type WebSocketMessage = string | Buffer

/** What a dialect says last on a WebSocket. */
export interface Farewell {
  /** Frames that go before the close frame. */
  readonly last?: Uint8Array | undefined
  readonly code: number
  readonly reason: string
}

export class WebSocketCodec implements Codec<WebSocketMessage, string | Uint8Array> {
  readonly #messageBytes: number
  readonly #farewell: ((ending: Ending) => Farewell) | undefined
  #control: CodecControl | undefined
  #chunk: Buffer = empty
  #position = 0
  /** A frame that came in part: its header's first bytes, or its payload so far. */
  #header: Buffer | undefined
  #frame: PartialFrame | undefined
  #fragments: Fragments | undefined
  #ping: Buffer | undefined
  #peerCloseCode: number | undefined
  #isClosed = false

  /**
   * `messageBytes`: the largest message, all its fragments together. `farewell`: what the dialect says instead of the
   * close codes of RFC 6455, where the ending is not about WebSocket itself.
   */
  constructor(messageBytes: number, farewell?: (ending: Ending) => Farewell) {
    this.#messageBytes = messageBytes
    this.#farewell = farewell
  }

  attach(control: CodecControl): void {
    this.#control = control
  }

  push(chunk: Buffer): void {
    this.#chunk = this.#header === undefined ? chunk : Buffer.concat([this.#header, chunk])
    this.#header = undefined
    this.#position = 0
  }

  next(): WebSocketMessage | undefined {
    while (!this.#isClosed) {
      const frame = this.#frame ?? this.#readHeader()
      if (frame === undefined) break
      const payload = this.#readPayload(frame)
      if (payload === undefined) break
      this.#frame = undefined
      const message = this.#take(frame, payload)
      if (message === undefined) continue
      // What is answered goes before what this message may bring about.
      this.#answerPing()
      return message
    }
    this.#answerPing()
    this.#chunk = empty
    return undefined
  }

  encode(message: string | Uint8Array): Buffer {
    return encodeFrame(typeof message === 'string' ? opcodes.text : opcodes.binary, message)
  }

  ping(): Buffer {
    return pingFrame
  }

  goodbye(ending: Ending): Uint8Array | undefined {
    const farewell = this.#farewell?.(ending)
    const close = this.#closeFrame(ending, farewell)
    const last = farewell?.last
    if (last === undefined) return close
    return close === undefined ? last : Buffer.concat([last, close])
  }

  #closeFrame(ending: Ending, farewell: Farewell | undefined): Buffer | undefined {
    // Without a close frame of the peer's there is nobody left to answer to.
    if (ending.cause === 'peer-closed' && !this.#isClosed) return undefined
    const { error } = ending
    const code = this.#peerCloseCode ?? (error instanceof ProtocolError ? error.status : undefined)
    return encodeCloseFrame(
      code ?? farewell?.code ?? closeCodes[ending.cause],
      ending.cause === 'peer-closed' ? '' : (farewell?.reason ?? ending.detail),
    )
  }

  #readHeader(): PartialFrame | undefined {
    const chunk = this.#chunk
    const at = this.#position
    const available = chunk.byteLength - at
    if (available < 2) return this.#keepHeader()
    const first = chunk[at]!
    const second = chunk[at + 1]!
    this.#checkFirst(first, second)
    const short = second & 0x7f
    const maskAt = short === 126 ? 4 : short === 127 ? 10 : 2
    if (available < maskAt) return this.#keepHeader()
    let length = short
    if (short === 126) length = chunk.readUInt16BE(at + 2)
    else if (short === 127) length = chunk.readUInt32BE(at + 2) * 2 ** 32 + chunk.readUInt32BE(at + 6)
    if (length + (this.#fragments?.bytes ?? 0) > this.#messageBytes && (first & 0x08) === 0) {
      throw new MessageTooLargeError(this.#messageBytes, 1009)
    }
    if (available < maskAt + maskBytes) return this.#keepHeader()
    const mask = chunk.readInt32BE(at + maskAt)
    this.#position = at + maskAt + maskBytes
    this.#frame = { first, length, mask, payload: undefined, filled: 0 }
    return this.#frame
  }

  #keepHeader(): undefined {
    // A copy: a chunk must not live on for a few bytes of it.
    if (this.#position < this.#chunk.byteLength) {
      this.#header = Buffer.from(this.#chunk.subarray(this.#position))
    }
    return undefined
  }

  #checkFirst(first: number, second: number): void {
    const opcode = first & 0x0f
    const isFinal = (first & 0x80) !== 0
    if ((first & 0x70) !== 0) throw broken('Reserved bits are set, and no extension was agreed on.')
    if ((second & 0x80) === 0) throw broken('A client must mask its frames.')
    if (opcode === opcodes.continuation) {
      if (this.#fragments === undefined) throw broken('A continuation of nothing.')
    } else if (opcode === opcodes.text || opcode === opcodes.binary) {
      if (this.#fragments !== undefined) throw broken('A new message inside an unfinished one.')
    } else if (opcode < opcodes.close || opcode > opcodes.pong) {
      throw broken(`Unknown opcode ${opcode}.`)
    } else if (!isFinal || (second & 0x7f) > 125) {
      throw broken('A control frame must be whole and short.')
    }
  }

  /** The frame's whole payload, unmasked, or `undefined` while bytes are missing. */
  #readPayload(frame: PartialFrame): Buffer | undefined {
    const available = this.#chunk.byteLength - this.#position
    const missing = frame.length - frame.filled
    if (frame.payload === undefined && available >= missing) {
      const payload = this.#chunk.subarray(this.#position, this.#position + missing)
      this.#position += missing
      return unmask(payload, frame.mask)
    }
    frame.payload ??= Buffer.allocUnsafe(frame.length)
    const taken = Math.min(available, missing)
    this.#chunk.copy(frame.payload, frame.filled, this.#position, this.#position + taken)
    this.#position += taken
    frame.filled += taken
    return frame.filled === frame.length ? unmask(frame.payload, frame.mask) : undefined
  }

  #take(frame: PartialFrame, payload: Buffer): WebSocketMessage | undefined {
    const opcode = frame.first & 0x0f
    const isFinal = (frame.first & 0x80) !== 0
    switch (opcode) {
      case opcodes.ping:
        // Only the latest needs an answer (section 5.5.3), so that a flood is not answered with another.
        this.#ping = payload
        return undefined
      case opcodes.pong:
        this.#control?.pong()
        return undefined
      case opcodes.close:
        this.#takeClose(payload)
        return undefined
    }
    if (opcode !== opcodes.continuation) {
      if (isFinal) return messageOf(opcode, payload)
      this.#fragments = { opcode, parts: [Buffer.from(payload)], bytes: payload.byteLength }
      return undefined
    }
    const fragments = this.#fragments!
    fragments.parts.push(Buffer.from(payload))
    fragments.bytes += payload.byteLength
    // A message of very many small fragments must not cost an object for each.
    if (fragments.parts.length >= 64) fragments.parts = [Buffer.concat(fragments.parts)]
    if (!isFinal) return undefined
    this.#fragments = undefined
    return messageOf(fragments.opcode, Buffer.concat(fragments.parts, fragments.bytes))
  }

  #takeClose(payload: Buffer): void {
    if (payload.byteLength === 1) throw broken('A close frame of one byte.')
    const code = payload.byteLength === 0 ? undefined : payload.readUInt16BE(0)
    const reason = payload.subarray(2)
    if (code !== undefined && !isSendableCloseCode(code)) throw broken(`Close code ${code} must not be sent.`)
    if (!isUtf8(reason)) throw new ProtocolError('The close reason is not UTF-8.', { status: 1007 })
    this.#isClosed = true
    this.#peerCloseCode = code
    const said = reason.byteLength > 0 ? `: ${reason.toString()}` : ''
    this.#control?.peerClosing(`The peer closed (${code ?? 'no code'})${said}.`)
  }

  #answerPing(): void {
    if (this.#ping === undefined) return
    const ping = this.#ping
    this.#ping = undefined
    if (!this.#isClosed) this.#control?.reply(encodeFrame(opcodes.pong, ping))
  }
}

interface PartialFrame {
  readonly first: number
  readonly length: number
  readonly mask: number
  payload: Buffer | undefined
  filled: number
}

interface Fragments {
  readonly opcode: number
  parts: Buffer[]
  bytes: number
}

function broken(message: string): ProtocolError {
  return new ProtocolError(message, { status: 1002 })
}

function messageOf(opcode: number, payload: Buffer): WebSocketMessage {
  if (opcode === opcodes.binary) return payload
  if (!isUtf8(payload)) throw new ProtocolError('The text message is not UTF-8.', { status: 1007 })
  return payload.toString('utf8')
}

/** In place: the bytes are ours. */
function unmask(payload: Buffer, mask: number): Buffer {
  const m0 = (mask >>> 24) & 0xff
  const m1 = (mask >>> 16) & 0xff
  const m2 = (mask >>> 8) & 0xff
  const m3 = mask & 0xff
  const length = payload.byteLength
  const whole = length - (length % 4)
  for (let index = 0; index < whole; index += 4) {
    payload[index]! ^= m0
    payload[index + 1]! ^= m1
    payload[index + 2]! ^= m2
    payload[index + 3]! ^= m3
  }
  const masks = [m0, m1, m2]
  for (let index = whole; index < length; index++) payload[index]! ^= masks[index - whole]!
  return payload
}
