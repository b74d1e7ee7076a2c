/** What a reader of a stream is given, and whether that is all it missed. */
import type { BrokerPublication, HistoryOptions, Position } from './broker.ts'

/** Where to read: offsets between these two, neither of them included. */
export interface Range {
  readonly above: number
  readonly below: number
}

/** The offsets that `since` asks for, of a stream that stands at `position`. */
export function rangeOf(position: Position, { since, isReversed = false }: HistoryOptions): Range {
  const all = { above: 0, below: position.offset + 1 }
  if (since === undefined || since.epoch !== position.epoch) return all
  return isReversed ? { above: 0, below: Math.min(since.offset, all.below) } : { ...all, above: since.offset }
}

/** Whether nothing is missing between `since` and the publications given, or within these. */
export function isRecovered(
  position: Position,
  { since, limit = Number.POSITIVE_INFINITY, isReversed = false }: HistoryOptions,
  given: readonly BrokerPublication[],
): boolean {
  if (since === undefined) return true
  if (since.epoch !== position.epoch) return false
  if (since.offset > position.offset + (isReversed ? 1 : 0)) return false
  const missed = isReversed ? Math.max(0, since.offset - 1) : position.offset - since.offset
  if (given.length !== Math.min(limit, missed)) return false
  const step = isReversed ? -1 : 1
  return given.every(({ offset }, index) => offset === since.offset + step * (index + 1))
}
