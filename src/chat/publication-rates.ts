/** How much clients may publish to each room, all of them together: a bucket for each room that has a limit. */
import { type Clock, systemClock } from '../connection/clock.ts'
import { TokenBucket } from '../connection/token-bucket.ts'

/** A bucket is some hundred bytes; the one that was made first goes, and its room may have a second's worth anew. */
const defaultRooms = 10_000

export class PublicationRates {
  readonly #buckets = new Map<string, TokenBucket>()
  readonly #clock: Clock
  readonly #rooms: number

  constructor(clock: Clock = systemClock, rooms = defaultRooms) {
    this.#clock = clock
    this.#rooms = rooms
  }

  /** Whether one more may be published; it counts if so. `rate` a second, up to a second's worth at once. */
  take(room: string, rate: number): boolean {
    let bucket = this.#buckets.get(room)
    if (bucket === undefined) {
      bucket = new TokenBucket(rate, Math.max(1, rate), this.#clock)
      if (this.#buckets.size >= this.#rooms) this.#forgetOne()
      this.#buckets.set(room, bucket)
    }
    return bucket.take()
  }

  #forgetOne(): void {
    const { value } = this.#buckets.keys().next()
    if (value !== undefined) this.#buckets.delete(value)
  }
}
