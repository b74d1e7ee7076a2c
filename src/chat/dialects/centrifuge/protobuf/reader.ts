/**
 * Reads Protobuf that a client sent, whatever that is: what breaks its rules throws `Disconnect` (3501), and nothing is
 * read beyond the bytes that came.
 */
import { isUtf8 } from 'node:buffer'
import { Disconnect } from '../disconnects.ts'
import { type WireType, wireTypes } from './wire.ts'

const longestVarintBytes = 10

export class WireReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.byteLength
  }

  /** What begins here: a field's number and how to read it. */
  tag(): { readonly number: number; readonly type: WireType } {
    const tag = this.varint()
    const number = Math.floor(tag / 8)
    if (number === 0 || number >= 2 ** 29) throw broken(`A field has the number ${number}.`)
    return { number, type: wireTypeOf(tag % 8) }
  }

  /** A number without a sign. Above 2⁵³ it is not exact, and still above. */
  varint(): number {
    let value = 0
    let scale = 1
    for (let count = 0; count < longestVarintBytes; count++) {
      const byte = this.#byte()
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
      scale *= 0x80
    }
    throw tooLong()
  }

  /** The lowest 32 bits of a number, as one with a sign. */
  signed(): number {
    let value = 0
    for (let count = 0; count < longestVarintBytes; count++) {
      const byte = this.#byte()
      if (count < 5) value |= (byte & 0x7f) << (7 * count)
      if (byte < 0x80) return value
    }
    throw tooLong()
  }

  /** So many bytes as are said before them: a view. */
  delimited(): Buffer {
    const length = this.varint()
    return this.#take(length)
  }

  text(): string {
    const bytes = this.delimited()
    if (!isUtf8(bytes)) throw broken('A text is not UTF-8.')
    return bytes.toString()
  }

  /** Passes over what nobody here knows. */
  skip(type: WireType): void {
    if (type === wireTypes.varint) this.varint()
    else if (type === wireTypes.delimited) this.delimited()
    else this.#take(type === wireTypes.fixed64 ? 8 : 4)
  }

  #byte(): number {
    const byte = this.#bytes[this.#at]
    if (byte === undefined) throw broken('A number ends before its end.')
    this.#at++
    return byte
  }

  #take(length: number): Buffer {
    const end = this.#at + length
    if (end > this.#bytes.byteLength) throw broken('Something is to be longer than what came.')
    const taken = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return taken
  }
}

function wireTypeOf(bits: number): WireType {
  switch (bits) {
    case wireTypes.varint:
    case wireTypes.fixed64:
    case wireTypes.delimited:
    case wireTypes.fixed32:
      return bits
    default:
      throw broken(`A field has the wire type ${bits}.`)
  }
}

function tooLong(): Disconnect {
  return broken('A number has more than 64 bits.')
}

function broken(detail: string): Disconnect {
  return new Disconnect('bad-request', `What came is not Protobuf: ${detail}`)
}
