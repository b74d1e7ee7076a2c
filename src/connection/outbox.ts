import type { Bytes } from './transport.ts'

/**
 * What waits to be written to one peer, bounded in bytes. It holds references only: a buffer that goes to a
 * thousand peers stands in a thousand outboxes and in memory once. Hot path: mostly it holds one message or none, and
 * then needs no list.
 */
export class Outbox {
  #first: Bytes | undefined
  #firstBytes = 0
  #rest: Bytes[] | undefined
  #restBytes: number[] | undefined
  #bytes = 0

  get bytes(): number {
    return this.#bytes
  }

  get length(): number {
    if (this.#first === undefined) return 0
    return this.#rest === undefined ? 1 : 1 + this.#rest.length
  }

  push(chunk: Bytes, sizeBytes: number): void {
    this.#bytes += sizeBytes
    if (this.#first === undefined) {
      this.#first = chunk
      this.#firstBytes = sizeBytes
      return
    }
    this.#rest ??= []
    this.#restBytes ??= []
    this.#rest.push(chunk)
    this.#restBytes.push(sizeBytes)
  }

  /** Drops the oldest until `roomBytes` are free below `limitBytes`. Returns how many messages it dropped. */
  dropOldest(roomBytes: number, limitBytes: number): number {
    let count = 0
    while (this.#first !== undefined && this.#bytes + roomBytes > limitBytes) {
      this.#bytes -= this.#firstBytes
      this.#first = this.#rest?.shift()
      this.#firstBytes = this.#restBytes?.shift() ?? 0
      count++
    }
    return count
  }

  /** Takes the message, where there is one and no more. */
  takeOnly(): Bytes | undefined {
    if (this.#rest !== undefined) return undefined
    const only = this.#first
    this.#first = undefined
    this.#bytes = 0
    return only
  }

  /** Takes all chunks, in order. */
  takeAll(): Bytes[] {
    const chunks = this.#first === undefined ? [] : [this.#first, ...(this.#rest ?? [])]
    this.clear()
    return chunks
  }

  clear(): void {
    this.#first = undefined
    this.#rest = undefined
    this.#restBytes = undefined
    this.#bytes = 0
  }
}
