import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as ws from 'ws'
import type { CodecControl } from '../../../../src/connection/codec.ts'
import { MessageTooLargeError, ProtocolError } from '../../../../src/connection/errors.ts'
import { WebSocketCodec, type WebSocketMessage } from '../../../../src/transports/websocket/codec.ts'
import { encodeCloseFrame, encodeFrame, opcodes } from '../../../../src/transports/websocket/frame.ts'
import { clientFrame } from '../../../integration/server/peers.ts'

interface Decoded {
  readonly messages: WebSocketMessage[]
  readonly replies: Buffer[]
  pongs: number
  closing: string | undefined
  error: unknown
}

/** Decodes these chunks as a connection would. */
function decode(chunks: readonly Buffer[], messageBytes = 1 << 20): Decoded {
  const decoded: Decoded = { messages: [], replies: [], pongs: 0, closing: undefined, error: undefined }
  const control: CodecControl = {
    reply: (bytes) => void decoded.replies.push(bytes as Buffer),
    pong: () => {
      decoded.pongs++
    },
    peerClosing: (detail) => {
      decoded.closing = detail
    },
  }
  const codec = new WebSocketCodec(messageBytes)
  codec.attach(control)
  try {
    for (const chunk of chunks) {
      codec.push(Buffer.from(chunk))
      for (let message = codec.next(); message !== undefined; message = codec.next()) {
        decoded.messages.push(typeof message === 'string' ? message : Buffer.from(message))
      }
    }
  } catch (error) {
    decoded.error = error
  }
  return decoded
}

/** Cuts bytes at these places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const borders = [...new Set(places.map((place) => place % (bytes.byteLength + 1)))].sort((a, b) => a - b)
  return [0, ...borders].map((from, index) => bytes.subarray(from, borders[index]))
}

/** The library exports its decoder; its types do not say so. */
type ReceiverClass = new (options: object) => import('node:stream').Writable
const { Receiver } = ws as unknown as { Receiver: ReceiverClass }

const message = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom('x'.repeat(125), 'x'.repeat(126), 'é'.repeat(35_000), Buffer.alloc(65_536, 7)),
)

/** A message as the frames of a client that cuts it in `parts`, with pings in between. */
function framesOf(content: string | Buffer, parts: number): Buffer {
  const bytes = Buffer.from(content as string)
  const size = Math.max(1, Math.ceil(bytes.byteLength / parts))
  const frames: Buffer[] = []
  for (let at = 0; at === 0 || at < bytes.byteLength; at += size) {
    const isLast = at + size >= bytes.byteLength
    const opcode = at > 0 ? opcodes.continuation : typeof content === 'string' ? opcodes.text : opcodes.binary
    frames.push(clientFrame((isLast ? 0x80 : 0) | opcode, bytes.subarray(at, at + size)))
    if (!isLast) frames.push(clientFrame(0x89, 'p'))
  }
  return Buffer.concat(frames)
}

function failure(frame: Buffer, messageBytes?: number): ProtocolError {
  const { error } = decode([frame], messageBytes)
  expect(error).toBeInstanceOf(ProtocolError)
  return error as ProtocolError
}

describe('The WebSocket codec', () => {
  it('gives the messages that were sent, however they were fragmented and cut into chunks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(message, fc.integer({ min: 1, max: 5 })), { maxLength: 6 }),
        fc.array(fc.nat(500_000), { maxLength: 30 }),
        (sent, places) => {
          const bytes = Buffer.concat(sent.map(([content, parts]) => framesOf(content, parts)))
          const { messages, error } = decode(cut(bytes, places))
          expect(error).toBeUndefined()
          expect(messages).toEqual(sent.map(([content]) => content))
        },
      ),
      { numRuns: 150 },
    )
  })

  it('gives the same when every byte comes alone', () => {
    const bytes = Buffer.concat([framesOf('héllo', 3), framesOf(Buffer.alloc(70_000, 1), 1), framesOf('', 1)])
    const { messages } = decode([...bytes].map((byte) => Buffer.from([byte])))
    expect(messages).toEqual(['héllo', Buffer.alloc(70_000, 1), ''])
  })

  it('agrees with another decoder on what garbage is', async () => {
    const judge = (bytes: Buffer): Promise<{ messages: string[]; failed: boolean }> =>
      new Promise((resolve) => {
        const messages: string[] = []
        const receiver = new Receiver({ isServer: true, maxPayload: 1 << 20, allowSynchronousEvents: true })
        receiver.on('message', (data: Buffer, isBinary: boolean) =>
          messages.push(isBinary ? `b${data.toString('hex')}` : `t${data}`),
        )
        receiver.on('error', () => {
          // The write's callback tells of it.
        })
        receiver.write(Buffer.from(bytes), (error?: Error | null) =>
          resolve({ messages, failed: Boolean(error) }),
        )
      })
    const header = fc.tuple(fc.nat(255), fc.nat(255), fc.uint8Array({ minLength: 0, maxLength: 24 }))
    const valid = fc
      .tuple(message, fc.integer({ min: 1, max: 3 }))
      .map(([content, parts]) => framesOf(content, parts))
    const garbage = header.map(([first, second, rest]) => Buffer.from([first, second, ...rest]))
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(valid, garbage), { maxLength: 4 }), async (parts) => {
        const bytes = Buffer.concat(parts)
        const [ours, theirs] = [decode([bytes]), await judge(bytes)]
        const seen = ours.messages.map((one) =>
          typeof one === 'string' ? `t${one}` : `b${one.toString('hex')}`,
        )
        expect(ours.error !== undefined).toBe(theirs.failed)
        expect(seen).toEqual(theirs.messages)
      }),
      { numRuns: 500 },
    )
  })

  it('refuses a frame that is too large as soon as its length is there, and not before', () => {
    const header = Buffer.from([0x01, 0xff, 0, 0, 0, 1, 0, 0, 0, 0])
    expect(decode([header.subarray(0, 9)]).error).toBeUndefined()
    expect(decode([header]).error).toBeInstanceOf(MessageTooLargeError)
    expect(decode([...header].map((byte) => Buffer.from([byte]))).error).toBeInstanceOf(MessageTooLargeError)
  })

  it('answers a flood of pings in one chunk with one pong, for the latest', () => {
    const pings = Array.from({ length: 1000 }, (_, index) => clientFrame(0x89, String(index)))
    const { replies } = decode([Buffer.concat(pings)])
    expect(replies).toEqual([encodeFrame(opcodes.pong, Buffer.from('999'))])
  })

  it('tells of a pong, and of the peer closing with its reason', () => {
    const close = clientFrame(0x88, Buffer.from([0x0f, 0xa0, ...Buffer.from('enough')]))
    const { pongs, closing, messages } = decode([
      Buffer.concat([clientFrame(0x8a, ''), close, clientFrame(0x81, 'after the end')]),
    ])
    expect(pongs).toBe(1)
    expect(closing).toBe('The peer closed (4000): enough.')
    expect(messages).toEqual([])
  })

  it.each([
    ['an unmasked frame', clientFrame(0x81, 'hi', { mask: false }), 1002],
    ['reserved bits', clientFrame(0xc1, 'hi'), 1002],
    ['an unknown opcode', clientFrame(0x83, 'hi'), 1002],
    ['a continuation of nothing', clientFrame(0x80, 'hi'), 1002],
    ['a message inside a message', Buffer.concat([clientFrame(0x01, 'a'), clientFrame(0x81, 'b')]), 1002],
    ['a fragmented ping', clientFrame(0x09, 'hi'), 1002],
    ['a long ping', clientFrame(0x89, 'x'.repeat(126)), 1002],
    ['a close code that must not be sent', clientFrame(0x88, Buffer.from([0x03, 0xed])), 1002],
    ['a close frame of one byte', clientFrame(0x88, 'x'), 1002],
    ['text that is not UTF-8', clientFrame(0x81, Buffer.from([0xff, 0xfe])), 1007],
    ['a close reason that is not UTF-8', clientFrame(0x88, Buffer.from([0x03, 0xe8, 0xff])), 1007],
  ])('ends the connection at %s', (_what, frame, status) => {
    const error = failure(frame)
    expect(error.endsWith).toBe('protocol')
    expect(error.status).toBe(status)
  })

  it('refuses a message over the limit at its header, before its bytes have come', () => {
    const error = failure(clientFrame(0x81, '', { length: 1 << 30 }), 65_536)
    expect(error.endsWith).toBe('message-too-large')
    expect(error.status).toBe(1009)
  })

  it('counts all fragments of a message against the limit', () => {
    const fragments = [clientFrame(0x01, 'x'.repeat(60)), clientFrame(0x80, 'x'.repeat(41))]
    expect(failure(Buffer.concat(fragments), 100).endsWith).toBe('message-too-large')
    expect(decode([framesOf('x'.repeat(100), 4)], 100).messages).toEqual(['x'.repeat(100)])
  })

  it('cuts a close reason to what fits, never inside a character', () => {
    const frame = encodeCloseFrame(1000, 'é'.repeat(100))
    expect(frame.byteLength).toBeLessThanOrEqual(127)
    expect(frame.subarray(4).toString()).toBe('é'.repeat(61))
  })
})
