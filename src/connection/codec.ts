import type { Ending } from './cause.ts'
import type { Bytes } from './transport.ts'

/**
 * A codec cuts the byte stream of one connection into messages and turns messages into bytes: lines, length
 * prefixes, WebSocket frames, RESP. Each connection has one of its own; it may keep state.
 *
 * Decoding is pulled: the connection pushes the chunk that it read and takes messages with `next` for as long
 * as it has room for them. So a codec never queues messages, and what it holds is bounded by one chunk and one
 * message up to the size limit.
 *
 * What an implementation promises:
 * - `next` gives the same messages however the bytes were cut into chunks.
 * - It throws {@link ProtocolError} (or {@link MessageTooLargeError}) as soon as it can know, never hangs and
 *   never holds more than its limit; after a throw it isn't called again.
 * - A returned message doesn't change afterwards; it may share memory with the pushed chunk.
 */
export interface Codec<In, Out> {
  /** Takes the next chunk. Called only when the last `next` returned `undefined`. */
  push(chunk: Buffer): void

  /**
   * Takes the next chunk out of memory that is lent: its first `length` bytes stay as they are until `keepLent`, and no
   * message may share them. Spares a copy of each chunk; a codec without it gets chunks of its own.
   */
  pushLent?(memory: Buffer, length: number): void

  /** What was lent goes back: what of it was not taken yet must be copied. */
  keepLent?(): void

  /** The next whole message, or `undefined`: more bytes are needed. */
  next(): In | undefined

  /** The peer has ended its side. Returns a last message that the end completes, if there is one. */
  end?(): In | undefined

  /** The bytes of one message. Throws where the message cannot be expressed; nothing is sent then. */
  encode(message: Out): Bytes

  /** Called once, before anything else, by the connection that owns this codec. */
  attach?(control: CodecControl): void

  /** Bytes that make a live peer answer, or `undefined` where the protocol has none (or not now). */
  ping?(): Bytes | undefined

  /** What is said last, before our side ends; `undefined`: nothing. */
  goodbye?(ending: Ending): Bytes | undefined
}

/** What a codec may ask of its connection while decoding. */
export interface CodecControl {
  /** Sends protocol bytes (such as a pong), in order with the messages. */
  reply(bytes: Bytes): void
  /** The answer to our ping has come. */
  pong(): void
  /** The peer said, in its protocol, that it is closing. The connection answers with `goodbye` and ends. */
  peerClosing(detail: string): void
}
