/**
 * Readings of one room's history that are under way. Members who want the same share one: after a restart all come back
 * at once, from the same position, and one reading serves them all.
 *
 * Sharing is safe because the room notes what it hears for as long as anybody waits, from before the reading on: who
 * joins a reading finds in what was noted all that came after it. Where the room stops noting, or has missed
 * something, nobody joins any more.
 */
import type { Publication } from './publication.ts'

/** What a reading found. */
export interface Found {
  /** Oldest first. The same array for all who share the reading. */
  readonly publications: readonly Publication[]
  /** The stream's position when it was read. */
  readonly offset: number
  readonly epoch: string
  readonly isRecovered: boolean
}

export class Readings {
  readonly #underWay = new Map<string, Promise<Found>>()

  /** The reading with this key that is under way, or a new one. Rejects with what `read` rejects with. */
  share(key: string, read: () => Promise<Found>): Promise<Found> {
    const before = this.#underWay.get(key)
    if (before !== undefined) return before
    const reading = read()
    this.#underWay.set(key, reading)
    const over = (): void => {
      if (this.#underWay.get(key) === reading) this.#underWay.delete(key)
    }
    // First of all who wait for it, so that nobody joins what is over.
    reading.then(over, over)
    return reading
  }

  /** Nobody joins what is under way any more. */
  forget(): void {
    this.#underWay.clear()
  }
}
