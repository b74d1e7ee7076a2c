/**
 * Counts of durations in buckets whose width grows with the value, so that every value is known to within 1/128 of
 * itself, from a nanosecond to half an hour, in a fixed amount of memory. The C load generator counts in the same
 * buckets (bench/native/histogram.h).
 */

const precisionBits = 7
const maxBits = 41
const bucketsPerDoubling = 2 ** precisionBits
const bucketCount = (maxBits - precisionBits + 1) * bucketsPerDoubling

export class LatencyHistogram {
  readonly #counts = new Float64Array(bucketCount)
  #total = 0

  /** A histogram from the buckets that are not empty: pairs of bucket and count. */
  static fromCounts(counts: readonly (readonly [bucket: number, count: number])[]): LatencyHistogram {
    const histogram = new LatencyHistogram()
    for (const [bucket, count] of counts) histogram.#add(bucket, count)
    return histogram
  }

  /** How many durations were recorded. */
  get total(): number {
    return this.#total
  }

  /** Counts one duration. What is beyond half an hour counts as half an hour. */
  record(durationNs: number): void {
    this.#add(bucketOf(Math.min(Math.max(0, Math.floor(durationNs)), 2 ** maxBits - 1)), 1)
  }

  /**
   * The duration that this share of all is not above, in nanoseconds, to within 1/128; `undefined` when nothing was
   * recorded.
   *
   * @param share from 0 to 1: 0.99 gives p99
   */
  percentileNs(share: number): number | undefined {
    if (this.#total === 0) return undefined
    const wanted = Math.max(1, Math.ceil(share * this.#total))
    let seen = 0
    for (let bucket = 0; bucket < bucketCount; bucket++) {
      seen += this.#counts[bucket] ?? 0
      if (seen >= wanted) return highestIn(bucket)
    }
    return undefined
  }

  /** The buckets that are not empty, for {@link fromCounts}. */
  counts(): [bucket: number, count: number][] {
    return [...this.#counts.entries()].filter(([, count]) => count > 0)
  }

  #add(bucket: number, count: number): void {
    if (!(bucket >= 0 && bucket < bucketCount)) throw new RangeError(`there is no bucket ${bucket}`)
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + count
    this.#total += count
  }
}

function bucketOf(value: number): number {
  const shift = Math.max(0, topBit(value) - precisionBits)
  return shift * bucketsPerDoubling + Math.floor(value / 2 ** shift)
}

/** The largest whole value that falls into a bucket. */
function highestIn(bucket: number): number {
  const shift = Math.max(0, Math.floor(bucket / bucketsPerDoubling) - 1)
  return (bucket - shift * bucketsPerDoubling + 1) * 2 ** shift - 1
}

/** The place of the highest bit that is set, also beyond 32 bits. */
function topBit(value: number): number {
  return value < 2 ** 32 ? 31 - Math.clz32(value) : 63 - Math.clz32(Math.floor(value / 2 ** 32))
}
