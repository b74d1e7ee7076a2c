/** A clock that goes when it is told to. */
import type { Clock } from '../../../src/connection/clock.ts'

export class ManualClock implements Clock {
  #nowMs = 0
  readonly #due = new Set<{ atMs: number; work: () => void }>()

  now(): number {
    return this.#nowMs
  }

  wallTime(): number {
    return 1_000_000 + this.#nowMs
  }

  after(delayMs: number, work: () => void): () => void {
    const entry = { atMs: this.#nowMs + delayMs, work }
    this.#due.add(entry)
    return () => this.#due.delete(entry)
  }

  /** Runs what comes due on the way, in order of time. */
  advance(byMs: number): void {
    const endMs = this.#nowMs + byMs
    for (;;) {
      const next = [...this.#due].sort((one, other) => one.atMs - other.atMs)[0]
      if (next === undefined || next.atMs > endMs) break
      this.#due.delete(next)
      this.#nowMs = Math.max(this.#nowMs, next.atMs)
      next.work()
    }
    this.#nowMs = endMs
  }

  /** The process stood still (a suspended machine): time has gone, and what is due runs late. */
  stall(byMs: number): void {
    this.#nowMs += byMs
    this.advance(0)
  }
}
