/** Metrics of webhooks. */
import type { Webhooks } from '../webhooks/webhooks.ts'
import type { Sample, Samples } from './samples.ts'

/** Webhooks, as far as they are measured. */
export type MeasuredWebhooks = Pick<Webhooks, 'counts' | 'state'>

export function measureWebhooks(samples: Samples, webhooks: MeasuredWebhooks): void {
  const { calls, durations, events } = webhooks.counts
  samples.counter(
    'longwire_webhook_calls_total',
    'Calls to the back end, by hook and by what came of them: ok, or the code of a failure.',
    ['hook', 'outcome'],
    () =>
      [...calls].flatMap(([hook, byOutcome]) =>
        [...byOutcome].map(([outcome, count]): Sample => [{ hook, outcome }, count]),
      ),
  )
  samples.counter('longwire_webhook_seconds_total', 'Time that calls to the back end took.', ['hook'], () =>
    [...durations].map(([hook, ms]): Sample => [{ hook }, ms / 1000]),
  )
  samples.gauge(
    'longwire_webhook_calls',
    'Calls to the back end, by whether they are under way or wait.',
    ['state'],
    () => {
      const { underWay, waiting } = webhooks.state
      return [
        [{ state: 'under-way' }, underWay],
        [{ state: 'waiting' }, waiting],
      ]
    },
  )
  samples.gauge(
    'longwire_webhook_paused',
    '1 for each hook whose back end is left alone for now.',
    ['hook'],
    () => webhooks.state.paused.map((hook): Sample => [{ hook }, 1]),
  )
  samples.gauge('longwire_webhook_queued_events', 'Events that wait to be told to the back end.', [], () => [
    [{}, webhooks.state.queuedEvents],
  ])
  samples.counter('longwire_webhook_events_total', 'Events, by what became of them.', ['outcome'], () =>
    Object.entries(events).map(([outcome, count]): Sample => [{ outcome }, count]),
  )
}
