/**
 * Large replies that are on their way to their clients, of all connections together. A client that reads slowly, or asks
 * for more than it reads, holds memory of the server's; here is the bound.
 */

/** A reply of at least so many bytes is sent in pieces and counted here; others are sent as a whole. */
export const largeBytes = 65_536

export const defaultHeldReplyBytes = 536_870_912

export class HeldReplies {
  readonly #maxBytes: number
  #bytes = 0

  constructor(maxBytes = defaultHeldReplyBytes) {
    this.#maxBytes = maxBytes
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Makes room for a reply; `false`: there is none. One that is alone always finds room. */
  take(bytes: number): boolean {
    if (this.#bytes > 0 && this.#bytes + bytes > this.#maxBytes) return false
    this.#bytes += bytes
    return true
  }

  release(bytes: number): void {
    this.#bytes -= bytes
  }
}
