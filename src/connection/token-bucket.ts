import { type Clock, systemClock } from './clock.ts'

/**
 * A rate limit that forgives bursts: `rate` tokens a second flow in, at most `burst` are kept, and each thing
 * done takes one.
 */
export class TokenBucket {
  readonly #rate: number
  readonly #burst: number
  readonly #clock: Clock
  #tokens: number
  #filledAtMs: number

  /** `rate` per second; 0 means no limit. */
  constructor(rate: number, burst: number, clock: Clock = systemClock) {
    this.#rate = rate
    this.#burst = burst
    this.#clock = clock
    this.#tokens = burst
    this.#filledAtMs = clock.now()
  }

  /** Takes so many tokens if there are so many, or none. */
  take(count = 1): boolean {
    if (this.#rate === 0) return true
    const nowMs = this.#clock.now()
    this.#tokens = Math.min(this.#burst, this.#tokens + ((nowMs - this.#filledAtMs) / 1000) * this.#rate)
    this.#filledAtMs = nowMs
    if (this.#tokens < count) return false
    this.#tokens -= count
    return true
  }
}
