/** Chance of this run: one seed, a stream of numbers of its own for each who asks, so that they do not depend on timing. */
import { randomSource } from '../../random-source.ts'

export class Chance {
  readonly #random: () => number

  private constructor(random: () => number) {
    this.#random = random
  }

  static of(seed: number, name: string): Chance {
    let mixed = seed
    for (const letter of name) mixed = Math.imul(mixed ^ letter.charCodeAt(0), 0x01000193)
    return new Chance(randomSource(mixed))
  }

  /** From `least` to below `most`. */
  between(least: number, most: number): number {
    return least + this.#random() * (most - least)
  }

  /** A whole number from `least` to `most`. */
  whole(least: number, most: number): number {
    return Math.floor(this.between(least, most + 1))
  }

  /** Whether something happens that happens in this share of cases. */
  happens(share: number): boolean {
    return this.#random() < share
  }

  /** One of them; throws without any. */
  one<T>(choices: readonly T[]): T {
    const chosen = choices[this.whole(0, choices.length - 1)]
    if (chosen === undefined) throw new RangeError('There is nothing to choose from.')
    return chosen
  }
}
