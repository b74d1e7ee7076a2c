/** Metrics of the server API. */
import type { ApiCounts } from '../api/counts.ts'
import type { Samples } from './samples.ts'

export function measureApi(samples: Samples, { calls, durations, refused }: ApiCounts): void {
  samples.counter(
    'longwire_api_calls_total',
    'Calls of the server API that were carried out, by the code of their error; 0: a result.',
    ['operation', 'code'],
    () =>
      [...calls].flatMap(([operation, byCode]) =>
        [...byCode].map(([code, count]) => [{ operation, code: String(code) }, count] as const),
      ),
  )
  samples.counter(
    'longwire_api_seconds_total',
    'Time that calls of the server API took.',
    ['operation'],
    () => [...durations].map(([operation, ms]) => [{ operation }, ms / 1000]),
  )
  samples.counter(
    'longwire_api_refused_total',
    'Requests to the server API that were not carried out, by HTTP status.',
    ['status'],
    () => [...refused].map(([status, count]) => [{ status: String(status) }, count]),
  )
}
