/** Time, handed in so that tests need not wait for it. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number
  /** Runs `action` once after `delayMs`, unless the returned function is called first. */
  after(delayMs: number, action: () => void): () => void
}

/** The time that everybody has. */
export const realClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, action) => {
    const timer = setTimeout(action, delayMs)
    return () => clearTimeout(timer)
  },
}
