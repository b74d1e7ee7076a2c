/**
 * A WebSocket client for load: it sends texts and hands over the payloads of the texts that come, as bytes, and does
 * nothing else, so that thousands of them cost one core little. Only for servers that are known: what it does not
 * understand ends it.
 */
import { createConnection, type Socket } from 'node:net'

const opcodes = { text: 1, close: 8, ping: 9 } as const
/** RFC 6455's own; what it is good for (caches) does not matter here. */
const key = 'dGhlIHNhbXBsZSBub25jZQ=='
const answerEnd = Buffer.from('\r\n\r\n')

export interface WebSocketClientEvents {
  /** The upgrade is done. */
  opened(): void
  /** One text; the bytes are only good during the call. */
  text(payload: Buffer): void
  /** It is over, for whatever reason; at most once. */
  closed(why: string): void
}

export class WebSocketClient {
  readonly #socket: Socket
  readonly #events: WebSocketClientEvents
  #isUpgraded = false
  #isOver = false
  /** What came of a frame, or of the answer to the upgrade, that is not whole yet. */
  #parts: Buffer[] = []
  #partsBytes = 0
  #neededBytes = 2

  constructor(port: number, path: string, events: WebSocketClientEvents) {
    this.#events = events
    this.#socket = createConnection({ port, host: '127.0.0.1', noDelay: true })
    this.#socket.on('connect', () => this.#socket.write(upgradeRequest(port, path)))
    this.#socket.on('data', (chunk) => this.#take(chunk))
    this.#socket.on('error', (error) => this.#end(error.message))
    this.#socket.on('close', () => this.#end('the server closed it'))
  }

  /** Sends one frame. */
  send(text: string): void {
    this.#socket.write(clientFrame(text))
  }

  /** Cuts the connection; `closed` is told. */
  destroy(): void {
    this.#socket.destroy()
  }

  #end(why: string): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#events.closed(why)
  }

  #take(chunk: Buffer): void {
    this.#parts.push(chunk)
    this.#partsBytes += chunk.byteLength
    if (this.#partsBytes < this.#neededBytes) return
    let bytes = this.#parts.length === 1 ? chunk : Buffer.concat(this.#parts)
    this.#neededBytes = 2
    if (!this.#isUpgraded) {
      const end = bytes.indexOf(answerEnd)
      if (end !== -1) {
        if (!bytes.toString('latin1', 0, 13).startsWith('HTTP/1.1 101 ')) {
          this.#end(`the server answered ${bytes.toString('latin1', 0, end).split('\r\n')[0]}`)
          this.#socket.destroy()
          return
        }
        this.#isUpgraded = true
        this.#events.opened()
        bytes = bytes.subarray(end + answerEnd.byteLength)
      }
    }
    if (this.#isUpgraded) bytes = this.#takeFrames(bytes)
    this.#parts = bytes.byteLength === 0 ? [] : [bytes]
    this.#partsBytes = bytes.byteLength
  }

  /** Returns what belongs to the next frame, which is not whole. */
  #takeFrames(bytes: Buffer): Buffer {
    let at = 0
    while (bytes.byteLength - at >= 2) {
      const short = bytes[at + 1]!
      const headerBytes = short === 127 ? 10 : short === 126 ? 4 : 2
      if (bytes.byteLength - at < headerBytes) break
      let length = short
      if (short === 126) length = bytes.readUInt16BE(at + 2)
      else if (short === 127) length = Number(bytes.readBigUInt64BE(at + 2))
      const end = at + headerBytes + length
      if (end > bytes.byteLength) {
        this.#neededBytes = headerBytes + length
        break
      }
      this.#frame(bytes[at]! & 0x0f, bytes.subarray(at + headerBytes, end))
      at = end
    }
    return bytes.subarray(at)
  }

  #frame(opcode: number, payload: Buffer): void {
    if (opcode === opcodes.text) this.#events.text(payload)
    else if (opcode === opcodes.ping) this.#socket.write(Buffer.from([0x8a, 0x80, 0, 0, 0, 0]))
    else {
      this.#end(opcode === opcodes.close ? `closed: ${payload.toString('utf8', 2)}` : `frame ${opcode} came`)
      this.#socket.destroy()
    }
  }
}

function upgradeRequest(port: number, path: string): string {
  return [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${key}`,
    '\r\n',
  ].join('\r\n')
}

/** A text frame, masked as a client's must be (RFC 6455, section 5.3); the mask changes with what is sent. */
export function clientFrame(text: string): Buffer {
  const length = Buffer.byteLength(text)
  const headerBytes = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const frame = Buffer.allocUnsafe(headerBytes + 4 + length)
  frame[0] = 0x80 | opcodes.text
  if (headerBytes === 2) frame[1] = 0x80 | length
  else if (headerBytes === 4) {
    frame[1] = 0x80 | 126
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = 0x80 | 127
    frame.writeBigUInt64BE(BigInt(length), 2)
  }
  const mask = (length * 2_654_435_761 + text.charCodeAt(length >> 1)) >>> 0
  frame.writeUInt32BE(mask, headerBytes)
  const at = headerBytes + 4
  frame.write(text, at, 'utf8')
  for (let index = 0; index < length; index++) frame[at + index]! ^= frame[headerBytes + (index & 3)]!
  return frame
}
