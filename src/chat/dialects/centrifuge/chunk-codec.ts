/** The codec of transports whose peers speak in whole requests: each chunk is a message. */
import type { Ending } from '../../../connection/cause.ts'
import type { Codec } from '../../../connection/codec.ts'
import type { Bytes } from '../../../connection/transport.ts'

export class ChunkCodec implements Codec<Buffer, Uint8Array> {
  readonly #goodbye: (ending: Ending) => Bytes | undefined
  #chunk: Buffer | undefined

  constructor(goodbye: (ending: Ending) => Bytes | undefined) {
    this.#goodbye = goodbye
  }

  push(chunk: Buffer): void {
    this.#chunk = chunk
  }

  next(): Buffer | undefined {
    const chunk = this.#chunk
    this.#chunk = undefined
    return chunk
  }

  encode(message: Uint8Array): Uint8Array {
    return message
  }

  goodbye(ending: Ending): Bytes | undefined {
    return this.#goodbye(ending)
  }
}
