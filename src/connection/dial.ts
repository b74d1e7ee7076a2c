import { setTimeout as delay } from 'node:timers/promises'
import { Backoff, type BackoffOptions, defaultBackoff } from './backoff.ts'
import type { Transport } from './transport.ts'

/** Opens a transport to a peer, or rejects. Must end early when the signal aborts. */
export type Dialer = (signal: AbortSignal) => Promise<Transport>

export interface DialOptions {
  readonly backoff?: BackoffOptions
  /** Attempts before it gives up with the last error; unlimited by default. */
  readonly attempts?: number
  /** Ends the waiting and the dial under way; the promise rejects with its reason. */
  readonly signal?: AbortSignal
  /** Told of each failure and of the pause that follows it. */
  readonly failed?: (error: unknown, pauseMs: number) => void
  /** Injected by tests. */
  readonly random?: () => number
  /** Waits between attempts; must reject when the signal aborts. Injected by tests. */
  readonly pause?: (pauseMs: number, signal: AbortSignal) => Promise<void>
}

const sleep = (pauseMs: number, signal: AbortSignal): Promise<void> => delay(pauseMs, undefined, { signal })

/** Dials until it succeeds, with exponential back-off and full jitter. */
export async function dial(dialer: Dialer, options: DialOptions = {}): Promise<Transport> {
  const {
    attempts = Number.POSITIVE_INFINITY,
    signal = new AbortController().signal,
    pause = sleep,
  } = options
  const backoff = new Backoff(options.backoff ?? defaultBackoff, options.random)
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted()
    try {
      return await dialer(signal)
    } catch (error) {
      // However the dialer tells of the abort, who aborted knows its own reason.
      signal.throwIfAborted()
      if (attempt >= attempts) throw error
      const pauseMs = backoff.next()
      options.failed?.(error, pauseMs)
      await pause(pauseMs, signal).catch((interruption: unknown) => {
        signal.throwIfAborted()
        throw interruption
      })
    }
  }
}
