/**
 * When to dial again while a server is down: quickly at first, since most outages are restarts that end within
 * seconds, then in proportion to how long it has been down, so that waiting for the next dial never prolongs an
 * outage by more than a small share of it. Pauses that are a share of the time passed grow exponentially. Each is
 * drawn evenly between zero and its bound (full jitter), so that many pools do not come back in step.
 */

/** Bound of the pauses at first: from a server's return to the first success it takes under 100 ms. */
export const QUICK_MS = 50
/** Bound of the pauses later, as a share of the outage: the quick ones last for 10 s, two seconds are reached after 400 s. */
export const OUTAGE_SHARE = 1 / 200

export class RedialBackoff {
  readonly #maxMs: number
  readonly #random: () => number
  #downSinceMs: number | undefined

  /** `maxMs`: bound that the pauses grow to. */
  constructor(maxMs: number, random: () => number = Math.random) {
    this.#maxMs = maxMs
    this.#random = random
  }

  /** A dial has failed. Returns how long to wait before the next, in milliseconds. */
  failed(nowMs: number): number {
    this.#downSinceMs ??= nowMs
    const boundMs = Math.max(QUICK_MS, (nowMs - this.#downSinceMs) * OUTAGE_SHARE)
    return this.#random() * Math.min(this.#maxMs, boundMs)
  }

  /** A dial has succeeded. */
  succeeded(): void {
    this.#downSinceMs = undefined
  }
}
