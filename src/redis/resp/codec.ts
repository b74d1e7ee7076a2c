/** RESP as the dialect of a kernel connection. Commands come encoded, many at a time; see `encoder.ts`. */
import type { Codec, CodecControl } from '../../connection/codec.ts'
import { type DecoderLimits, ReplyDecoder } from './decoder.ts'
import type { ByteText, Push, Reply } from './reply.ts'

/** What a server says. */
export type ServerMessage = Reply | Push | ByteText

export class RespCodec implements Codec<ServerMessage, Uint8Array> {
  readonly decoder: ReplyDecoder<ByteText>
  readonly #heartbeat: () => Uint8Array | undefined
  #control: CodecControl | undefined

  /** `heartbeat` gives the bytes of a PING whose answer `pong` tells of, or `undefined`: not now. */
  constructor(limits: Partial<DecoderLimits>, heartbeat: () => Uint8Array | undefined) {
    this.decoder = new ReplyDecoder(limits)
    this.#heartbeat = heartbeat
  }

  attach(control: CodecControl): void {
    this.#control = control
  }

  push(chunk: Buffer): void {
    this.decoder.push(chunk)
  }

  pushLent(memory: Buffer, length: number): void {
    this.decoder.pushLent(memory, length)
  }

  keepLent(): void {
    this.decoder.keepLent()
  }

  next(): ServerMessage | undefined {
    return this.decoder.next()
  }

  encode(commands: Uint8Array): Uint8Array {
    return commands
  }

  ping(): Uint8Array | undefined {
    return this.#heartbeat()
  }

  /** The PING was answered. */
  pong(): void {
    this.#control?.pong()
  }
}
