/** The bytes that were read and not yet understood. What was handed out of it never changes. */
import { Buffer } from 'node:buffer'

const empty = Buffer.alloc(0)

export class Input {
  bytes: Buffer = empty
  /** Where the next unread byte stands, and where the bytes end. */
  at = 0
  end = 0
  /** Whether `bytes` is ours to append to. */
  #isOwn = false

  get length(): number {
    return this.end - this.at
  }

  push(chunk: Buffer): void {
    const held = this.end - this.at
    if (held === 0) {
      this.bytes = chunk
      this.at = 0
      this.end = chunk.length
      this.#isOwn = false
      return
    }
    if (!this.#isOwn || this.bytes.length - this.end < chunk.length) {
      // Twice what is needed, so that bytes that come one by one are not copied each time.
      const grown = Buffer.allocUnsafeSlow(2 * (held + chunk.length))
      this.bytes.copy(grown, 0, this.at, this.end)
      this.bytes = grown
      this.at = 0
      this.end = held
      this.#isOwn = true
    }
    chunk.copy(this.bytes, this.end)
    this.end += chunk.length
  }

  /** Where the byte stands, or -1. */
  indexOf(byte: number, from: number): number {
    const index = this.bytes.indexOf(byte, from)
    return index < this.end ? index : -1
  }

  /** Takes all that is left. */
  takeAll(): Buffer {
    const rest = this.bytes.subarray(this.at, this.end)
    this.#letGo()
    return rest
  }

  /** Lets go of memory that nothing is left in. */
  release(): void {
    if (this.at === this.end) this.#letGo()
  }

  #letGo(): void {
    this.bytes = empty
    this.at = 0
    this.end = 0
  }
}
