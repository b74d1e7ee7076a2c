/**
 * How long a group waits for those who answer what their room was just told. A turn that tells many members takes long,
 * and the last of them can answer only after it: a group that left without them would have them wait for it, and its
 * own publishers for them in turn, for good: two groups, each told to everybody by itself, at twice the cost.
 *
 * So a group waits after a turn end that took long: until as many have come as were told of, nobody has come for a while, or
 * it has waited for a quarter of what that turn end took. After one that took next to nothing it does not wait.
 */
export class Patience {
  readonly #pauseMs: number
  readonly #untilMs: number
  readonly #enough: number
  #count = 0
  #cameMs: number

  /** `tookMs`: the turn end so far. `enough`: publications in the group before. */
  constructor(tookMs: number, nowMs: number, enough: number) {
    this.#pauseMs = tookMs / 16
    this.#untilMs = tookMs < leastMs ? nowMs : nowMs + tookMs / 4
    this.#enough = enough
    this.#cameMs = nowMs
  }

  /** Whether a group of so many publications waits for another turn. */
  isWorthIt(count: number, nowMs: number): boolean {
    if (count > this.#count) {
      this.#count = count
      this.#cameMs = nowMs
    }
    return count < this.#enough && nowMs < this.#untilMs && nowMs - this.#cameMs <= this.#pauseMs
  }
}

/** A turn end that took less is not worth waiting for. */
const leastMs = 0.5
