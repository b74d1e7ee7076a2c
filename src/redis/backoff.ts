/**
 * When to dial again while a server is down: quickly at first, since most outages are restarts that end within
 * seconds, then as the kernel's back-off has it. All pauses are drawn evenly between zero and their bound, so that
 * many pools do not come back in step.
 */
import { Backoff } from '../connection/backoff.ts'

/** Bound of the pauses at first: from a server's return to the first success it takes under 100 ms. */
export const QUICK_MS = 50
/** How long the pauses stay so. */
export const QUICK_FOR_MS = 5000

export class RedialBackoff {
  readonly #slow: Backoff
  readonly #maxMs: number
  readonly #random: () => number
  #downSinceMs: number | undefined

  /** `maxMs`: bound that the pauses grow to. */
  constructor(maxMs: number, random: () => number = Math.random) {
    this.#maxMs = maxMs
    this.#random = random
    this.#slow = new Backoff({ firstMs: Math.min(QUICK_MS * 2, maxMs), maxMs }, random)
  }

  /** A dial has failed. Returns how long to wait before the next, in milliseconds. */
  failed(nowMs: number): number {
    this.#downSinceMs ??= nowMs
    if (nowMs - this.#downSinceMs < QUICK_FOR_MS) return this.#random() * Math.min(QUICK_MS, this.#maxMs)
    return this.#slow.next()
  }

  /** A dial has succeeded. */
  succeeded(): void {
    this.#downSinceMs = undefined
    this.#slow.reset()
  }
}
