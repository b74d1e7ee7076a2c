/** WebSocket frames as a server sends them: unmasked and whole (RFC 6455 section 5.2). */
import { Buffer } from 'node:buffer'
export const opcodes = {
  continuation: 0x0,
  text: 0x1,
  binary: 0x2,
  close: 0x8,
  ping: 0x9,
  pong: 0xa,
} as const

export type Opcode = (typeof opcodes)[keyof typeof opcodes]

const final = 0x80

/** One frame. For a room: encoded once, sent to every member. */
export function encodeFrame(opcode: Opcode, payload: string | Uint8Array): Buffer {
  const length = typeof payload === 'string' ? Buffer.byteLength(payload) : payload.byteLength
  const headerBytes = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const frame = Buffer.allocUnsafe(headerBytes + length)
  frame[0] = final | opcode
  if (headerBytes === 2) frame[1] = length
  else if (headerBytes === 4) {
    frame[1] = 126
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = 127
    frame.writeUInt32BE(Math.floor(length / 2 ** 32), 2)
    frame.writeUInt32BE(length >>> 0, 6)
  }
  if (typeof payload === 'string') frame.write(payload, headerBytes, 'utf8')
  else frame.set(payload, headerBytes)
  return frame
}

/** A close frame. The reason is cut to what fits, at a character's border. */
export function encodeCloseFrame(code: number, reason: string): Buffer {
  let text = Buffer.from(reason)
  if (text.byteLength > 123) {
    let end = 123
    while (end > 0 && ((text[end] ?? 0) & 0xc0) === 0x80) end--
    text = text.subarray(0, end)
  }
  const payload = Buffer.allocUnsafe(2 + text.byteLength)
  payload.writeUInt16BE(code, 0)
  payload.set(text, 2)
  return encodeFrame(opcodes.close, payload)
}
