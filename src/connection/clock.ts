import { performance } from 'node:perf_hooks'

/** Time, so that tests can own it. */
export interface Clock {
  /** Milliseconds on a clock that never goes back; only differences mean anything. */
  now(): number
  /** Milliseconds since the Unix epoch. */
  wallTime(): number
  /** Runs `work` once after `delayMs`; the returned function cancels it. Never keeps a process alive. */
  after(delayMs: number, work: () => void): () => void
}

export const systemClock: Clock = {
  now: () => performance.now(),
  wallTime: () => Date.now(),
  after(delayMs, work) {
    const timer = setTimeout(work, delayMs)
    timer.unref()
    return () => clearTimeout(timer)
  },
}
