/**
 * How long a connection may be silent before it is pinged.
 *
 * Redis closes connections that are idle for longer than its `timeout`, and load balancers and NATs forget idle
 * flows without a word. So silence is kept below half the server's `timeout` where that may be read, below half of
 * what the server was seen to bear where not, and below 30 s in any case.
 */
export const MAX_SILENCE_MS = 30_000

/** Redis counts whole seconds and looks a few times a second; less than this is never needed. */
const MIN_SILENCE_MS = 250

export class KeepAlive {
  readonly #fixedMs: number | undefined
  #learntMs = MAX_SILENCE_MS

  /** `fixedMs`: what the user wants, whatever is learnt; undefined: learn. */
  constructor(fixedMs: number | undefined) {
    this.#fixedMs = fixedMs
  }

  get intervalMs(): number {
    return this.#fixedMs ?? this.#learntMs
  }

  /** The server said its `timeout`; 0: it has none. */
  readFromServer(timeoutMs: number): void {
    this.#learntMs = timeoutMs === 0 ? MAX_SILENCE_MS : clamp(timeoutMs / 2)
  }

  /** The peer closed a connection that had been silent for so long. */
  observeClose(silentMs: number): void {
    if (silentMs >= MIN_SILENCE_MS) this.#learntMs = Math.min(this.#learntMs, clamp(silentMs / 2))
  }
}

function clamp(silenceMs: number): number {
  return Math.max(MIN_SILENCE_MS, Math.min(MAX_SILENCE_MS, silenceMs))
}
