/**
 * When to dial again while a server is down: quickly at first, since most outages are restarts that end within
 * seconds, then at exponentially growing pauses. Each pause is drawn evenly between zero and its bound (full
 * jitter), so that many pools do not come back in step.
 *
 * Source: "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 */
export interface BackoffOptions {
  /** Bound of the pauses at first. */
  readonly quickMs: number
  /** How long the pauses stay so. */
  readonly quickForMs: number
  /** Bound that the pauses grow to. */
  readonly maxMs: number
}

/** Under 100 ms from a server's return to the first success, for outages of up to 5 s. */
export const quickAtFirst: Omit<BackoffOptions, 'maxMs'> = { quickMs: 50, quickForMs: 5000 }

export class Backoff {
  readonly #options: BackoffOptions
  readonly #random: () => number
  #downSinceMs: number | undefined
  #boundMs: number

  constructor(options: BackoffOptions, random: () => number = Math.random) {
    this.#options = options
    this.#random = random
    this.#boundMs = options.quickMs
  }

  /** A dial has failed. Returns how long to wait before the next, in milliseconds. */
  failed(nowMs: number): number {
    this.#downSinceMs ??= nowMs
    if (nowMs - this.#downSinceMs > this.#options.quickForMs) {
      this.#boundMs = Math.min(this.#boundMs * 2, this.#options.maxMs)
    }
    return this.#random() * Math.min(this.#boundMs, this.#options.maxMs)
  }

  /** A dial has succeeded. */
  succeeded(): void {
    this.#downSinceMs = undefined
    this.#boundMs = this.#options.quickMs
  }
}
