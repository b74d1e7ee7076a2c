/**
 * When to try again: pauses drawn evenly between zero and a bound that doubles (exponential back-off with full
 * jitter), so that many clients of one server that went away do not come back in step.
 *
 * Source: "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 */
export interface BackoffOptions {
  /** Bound of the first pause. */
  readonly firstMs: number
  /** Bound that the pauses grow to. */
  readonly maxMs: number
}

export const defaultBackoff: BackoffOptions = {
  // A restart often takes less than a second.
  firstMs: 100,
  maxMs: 10_000,
}

export class Backoff {
  readonly #options: BackoffOptions
  readonly #random: () => number
  #failures = 0

  constructor(options: BackoffOptions = defaultBackoff, random: () => number = Math.random) {
    this.#options = options
    this.#random = random
  }

  /** The next pause in milliseconds, after one more failure. */
  next(): number {
    const boundMs = Math.min(this.#options.maxMs, this.#options.firstMs * 2 ** Math.min(this.#failures, 30))
    this.#failures++
    return this.#random() * boundMs
  }

  /** It worked: the next failure starts small again. */
  reset(): void {
    this.#failures = 0
  }
}
