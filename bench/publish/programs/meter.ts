/**
 * Counts what is acknowledged in the measured time, and how late, and reports it as LoadProcess wants it. It needs no
 * timer, so that a program that never leaves its loop can use it.
 */
import { LatencyHistogram } from '../../latency-histogram.ts'

export interface MeterResult {
  readonly measuredNs: number
  readonly operations: number
  readonly latencyCounts: readonly (readonly [bucket: number, count: number])[]
}

export class Meter {
  readonly #fromMs: number
  readonly #untilMs: number
  readonly #latency = new LatencyHistogram()
  #beganMs: number | undefined
  #measuredMs: number | undefined
  /** Acknowledged in all, measured or not. */
  acknowledged = 0

  constructor(warmupMs: number, measureMs: number) {
    this.#fromMs = performance.now() + warmupMs
    this.#untilMs = this.#fromMs + measureMs
  }

  /** Nobody begins anything new. */
  get isOver(): boolean {
    return this.#measuredMs !== undefined
  }

  /** Publications that began at `startedMs` are acknowledged now. */
  acknowledge(startedMs: number, nowMs: number, count = 1): void {
    this.acknowledged += count
    if (this.isOver || nowMs < this.#fromMs) return
    if (this.#beganMs === undefined) {
      this.#beganMs = nowMs
      report({ event: 'measuring' })
      return
    }
    if (nowMs >= this.#untilMs) {
      this.#measuredMs = nowMs - this.#beganMs
      report({ event: 'measured' })
    } else for (let one = 0; one < count; one++) this.#latency.record((nowMs - startedMs) * 1e6)
  }

  /** Says the result, when everything that was begun is over. */
  finish(): void {
    const result: MeterResult = {
      measuredNs: (this.#measuredMs ?? 0) * 1e6,
      operations: this.#latency.total,
      latencyCounts: this.#latency.counts(),
    }
    report({ event: 'result', ...result })
  }
}

function report(line: { readonly event: string }): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
