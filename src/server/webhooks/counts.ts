/** What webhooks have done, for metrics. */
import type { WebhookErrorCode } from './errors.ts'

export class WebhookCounts {
  /** Calls by hook and outcome: `ok`, or the code of their error. */
  readonly calls = new Map<string, Map<string, number>>()
  /** Milliseconds that calls took, by hook. */
  readonly durations = new Map<string, number>()
  /** Events by what became of them. */
  readonly events = { delivered: 0, dropped: 0 }

  note(hook: string, code: WebhookErrorCode | undefined, durationMs: number): void {
    const outcome = code ?? 'ok'
    const byOutcome = this.calls.get(hook) ?? new Map<string, number>()
    byOutcome.set(outcome, (byOutcome.get(outcome) ?? 0) + 1)
    this.calls.set(hook, byOutcome)
    this.durations.set(hook, (this.durations.get(hook) ?? 0) + durationMs)
  }
}
