/**
 * How long to wait before the next attempt: exponential back-off with full jitter, so that a thousand pages whose
 * server restarts don't all come back in the same instant.
 */
export interface BackoffOptions {
  /** Upper bound of the first wait, in milliseconds. */
  readonly firstMs: number
  /** Upper bound of every wait, in milliseconds. */
  readonly maxMs: number
}

/** A second is short enough for a restart, half a minute long enough for a server in trouble. */
export const defaultBackoff: BackoffOptions = { firstMs: 1_000, maxMs: 30_000 }

/**
 * The wait before attempt number `failures` + 1, in milliseconds: anything from zero up to a bound that doubles
 * with each failure.
 *
 * @param failures how many attempts have failed in a row, from 1
 * @param random gives numbers from 0 up to 1, 1 excluded
 */
export function backoffMs(failures: number, random: () => number, options = defaultBackoff): number {
  const bound = Math.min(options.maxMs, options.firstMs * 2 ** Math.max(0, failures - 1))
  return Math.floor(random() * bound)
}
