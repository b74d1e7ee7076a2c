/** What the server API has done, for metrics. */

export class ApiCounts {
  /** Calls by operation and the code of their error; 0: a result. */
  readonly calls = new Map<string, Map<number, number>>()
  /** Milliseconds that calls have taken, by operation. */
  readonly durations = new Map<string, number>()
  /** Requests that were not carried out, by HTTP status. */
  readonly refused = new Map<number, number>()

  /** Notes a call; `code` 0: it had a result. */
  note(operation: string, code: number, durationMs: number): void {
    const byCode = this.calls.get(operation) ?? new Map<number, number>()
    byCode.set(code, (byCode.get(code) ?? 0) + 1)
    this.calls.set(operation, byCode)
    this.durations.set(operation, (this.durations.get(operation) ?? 0) + durationMs)
  }

  /** Notes a request without a right key, over the rate, too large, or for nothing that there is. */
  refuse(status: number): void {
    this.refused.set(status, (this.refused.get(status) ?? 0) + 1)
  }
}
