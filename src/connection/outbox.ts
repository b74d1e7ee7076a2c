import type { Bytes } from './transport.ts'

/**
 * What waits to be written to one peer, bounded in bytes. It holds references only: a buffer that goes to a
 * thousand peers stands in a thousand outboxes and in memory once.
 */
export class Outbox {
  #chunks: Bytes[] = []
  #sizes: number[] = []
  #bytes = 0

  get bytes(): number {
    return this.#bytes
  }

  get length(): number {
    return this.#chunks.length
  }

  push(chunk: Bytes, sizeBytes: number): void {
    this.#chunks.push(chunk)
    this.#sizes.push(sizeBytes)
    this.#bytes += sizeBytes
  }

  /** Drops the oldest until `roomBytes` are free below `limitBytes`. Returns how many messages it dropped. */
  dropOldest(roomBytes: number, limitBytes: number): number {
    let count = 0
    while (count < this.#sizes.length && this.#bytes + roomBytes > limitBytes) {
      this.#bytes -= this.#sizes[count]!
      count++
    }
    this.#chunks.splice(0, count)
    this.#sizes.splice(0, count)
    return count
  }

  /** Takes all chunks, in order. */
  takeAll(): Bytes[] {
    const chunks = this.#chunks
    this.clear()
    return chunks
  }

  clear(): void {
    this.#chunks = []
    this.#sizes = []
    this.#bytes = 0
  }
}
