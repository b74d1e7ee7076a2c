/** The middle of some numbers, which one disturbed run does not move. */

/**
 * The median; with an even count, the mean of the two in the middle.
 *
 * @throws RangeError if there are no numbers
 */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle]
  if (upper === undefined) throw new RangeError('no numbers to take the median of')
  const lower = sorted[middle - 1]
  return sorted.length % 2 === 1 || lower === undefined ? upper : (lower + upper) / 2
}
