/** Writes Protobuf: fields one after the other, messages in messages. */
import { Buffer } from 'node:buffer'
import { type WireType, wireTypes } from './wire.ts'

const longestVarintBytes = 10

export class WireWriter {
  #bytes: Buffer
  #end = 0

  /** `expectedBytes`: more is grown for. */
  constructor(expectedBytes: number) {
    this.#bytes = Buffer.allocUnsafe(Math.max(16, expectedBytes))
  }

  /** What has been written: a view, which the next write may change. */
  get written(): Buffer {
    return this.#bytes.subarray(0, this.#end)
  }

  tag(number: number, type: WireType): void {
    this.varint(number * 8 + type)
  }

  /** A whole number from 0 to 2⁵³ - 1. */
  varint(value: number): void {
    this.#reserve(longestVarintBytes)
    let rest = value
    while (rest > 0x7f) {
      this.#bytes[this.#end++] = (rest % 0x80) | 0x80
      rest = Math.floor(rest / 0x80)
    }
    this.#bytes[this.#end++] = rest
  }

  /** A text, or bytes that are one, with its length before it. */
  text(text: string): void {
    const length = Buffer.byteLength(text)
    this.varint(length)
    this.#reserve(length)
    this.#end += this.#bytes.write(text, this.#end, 'utf8')
  }

  /** A field that holds a message. */
  message(number: number, write: () => void): void {
    this.tag(number, wireTypes.delimited)
    this.delimited(write)
  }

  /** What `write` writes, with its length before it. */
  delimited(write: () => void): void {
    const start = this.#end
    this.varint(0)
    const from = this.#end
    write()
    const length = this.#end - from
    if (length > 0x7f) this.#reserve(longestVarintBytes)
    const end = this.#end
    this.#end = start
    if (length > 0x7f) {
      // Its length takes more bytes than were left for it.
      const lengthBytes = length < 0x4000 ? 2 : length < 0x20_0000 ? 3 : length < 0x1000_0000 ? 4 : 5
      this.#bytes.copyWithin(start + lengthBytes, from, end)
    }
    this.varint(length)
    this.#end += length
  }

  #reserve(bytes: number): void {
    const needed = this.#end + bytes
    if (needed <= this.#bytes.byteLength) return
    const grown = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.byteLength))
    this.#bytes.copy(grown, 0, 0, this.#end)
    this.#bytes = grown
  }
}
