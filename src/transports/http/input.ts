/** The bytes that were read and not yet understood. What was handed out of it never changes. */
import { Buffer } from 'node:buffer'

const empty = Buffer.alloc(0)
/** So far it is quicker to look at each byte than to call into the runtime. */
const nearBytes = 128

export class Input {
  bytes: Buffer = empty
  /** Where the next unread byte stands, and where the bytes end: there may be others behind, which mean nothing. */
  at = 0
  end = 0
  /** Whose `bytes` are: `own` may be appended to, `given` may be handed out, `lent` may be neither. */
  #memory: 'own' | 'given' | 'lent' = 'given'

  get length(): number {
    return this.end - this.at
  }

  push(chunk: Buffer): void {
    if (this.at === this.end) this.#set(chunk, chunk.length, 'given')
    else this.#append(chunk, chunk.length)
  }

  /** The same for the first `length` bytes of memory that must not be used any more after `keepLent`. */
  lend(memory: Buffer, length: number): void {
    if (this.at === this.end) this.#set(memory, length, 'lent')
    else this.#append(memory, length)
  }

  /** The lent memory goes back to its owner: what is unread is copied. */
  keepLent(): void {
    if (this.#memory !== 'lent') return
    const { bytes, at, end } = this
    this.#letGo()
    if (at < end) this.#append(bytes.subarray(at, end), end - at)
  }

  /** Where the byte stands, or -1. */
  indexOf(byte: number, from: number): number {
    const { bytes, end } = this
    const near = Math.min(end, from + nearBytes)
    for (let index = from; index < near; index++) if (bytes[index] === byte) return index
    if (near === end) return -1
    const index = bytes.subarray(near, end).indexOf(byte)
    return index < 0 ? -1 : near + index
  }

  /** Takes so many bytes, which are there. */
  take(length: number): Buffer {
    const from = this.at
    this.at += length
    const taken = this.bytes.subarray(from, this.at)
    return this.#memory === 'lent' ? Buffer.from(taken) : taken
  }

  /** Takes all that is left. */
  takeAll(): Buffer {
    const rest = this.take(this.length)
    this.#letGo()
    return rest
  }

  /** Drops all that is left. */
  drop(): void {
    this.#letGo()
  }

  /** Lets go of memory that nothing is left in. */
  release(): void {
    if (this.at === this.end) this.#letGo()
  }

  #append(chunk: Buffer, length: number): void {
    const held = this.end - this.at
    if (this.#memory !== 'own' || this.bytes.length - this.end < length) {
      // Twice what is needed, so that bytes that come one by one are not copied each time.
      const grown = Buffer.allocUnsafeSlow(2 * (held + length))
      this.bytes.copy(grown, 0, this.at, this.end)
      this.#set(grown, held, 'own')
    }
    chunk.copy(this.bytes, this.end, 0, length)
    this.end += length
  }

  #letGo(): void {
    this.#set(empty, 0, 'given')
  }

  #set(bytes: Buffer, length: number, memory: 'own' | 'given' | 'lent'): void {
    this.bytes = bytes
    this.at = 0
    this.end = length
    this.#memory = memory
  }
}
