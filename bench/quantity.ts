/** Numbers with their units, as people read them in tables. */

/** A rate or a count in thousands: `1,234 k`. */
export function thousands(count: number): string {
  const inThousands = count / 1_000
  return `${withDigits(inThousands, inThousands < 10 ? 2 : inThousands < 100 ? 1 : 0)} k`
}

/** A whole number with separators: `12,345`. */
export function whole(count: number): string {
  return withDigits(count, 0)
}

/** Nanoseconds as milliseconds: `3.21 ms`. */
export function milliseconds(durationNs: number): string {
  const inMs = durationNs / 1e6
  return `${withDigits(inMs, inMs < 10 ? 2 : inMs < 100 ? 1 : 0)} ms`
}

/** A share of one as a percentage: `97 %`. */
export function percent(share: number): string {
  return `${withDigits(share * 100, 0)} %`
}

/** How many times: `3.4x`. */
export function times(ratio: number): string {
  return `${withDigits(ratio, 2)}x`
}

/** A size in KiB: `7.1 KiB`. */
export function kibibytes(sizeBytes: number): string {
  return `${withDigits(sizeBytes / 1_024, 1)} KiB`
}

/** A size in MiB: `71.3 MiB`. */
export function mebibytes(sizeBytes: number): string {
  return `${withDigits(sizeBytes / 2 ** 20, 1)} MiB`
}

function withDigits(value: number, digits: number): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}
