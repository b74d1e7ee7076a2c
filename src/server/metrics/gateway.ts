/** Metrics of the gateway's requests, by command. */
import { type CommandCounts, latencyBoundsMs } from '../../gateway/command-meter.ts'
import type { HistogramSample, Sample, Samples } from './samples.ts'

/** The gateway, as far as it is measured. */
export interface MeasuredGateway {
  readonly counts: ReadonlyMap<string, CommandCounts>
  /** Bytes of large replies on their way to clients. */
  readonly heldReplyBytes: number
}

export function measureGateway(samples: Samples, gateway: MeasuredGateway): void {
  const { counts } = gateway
  samples.gauge(
    'longwire_gateway_held_reply_bytes',
    'Bytes of large replies that clients have not read yet.',
    [],
    () => [[{}, gateway.heldReplyBytes]],
  )
  samples.counter(
    'longwire_gateway_requests_total',
    'Requests to the gateway, by command and by the status of their reply; 499: the client left before it.',
    ['command', 'status'],
    () =>
      [...counts].flatMap(([command, { ok, others }]): Sample[] => [
        ...(ok > 0 ? [[{ command, status: '200' }, ok] as const] : []),
        ...[...others].map(([status, count]): Sample => [{ command, status: String(status) }, count]),
      ]),
  )
  samples.counter(
    'longwire_gateway_batched_commands_total',
    'Commands that came in pipelines and transactions, which are one request each.',
    ['command'],
    () =>
      [...counts]
        .filter(([, { batched }]) => batched > 0)
        .map(([command, { batched }]): Sample => [{ command }, batched]),
  )
  samples.histogram(
    'longwire_gateway_request_seconds',
    'From the arrival of a request to its whole reply; a stream lasts as long as its client stays.',
    ['command'],
    latencyBoundsMs.map((bound) => bound / 1000),
    () =>
      [...counts].map(
        ([command, { totalMs, buckets }]): HistogramSample => [{ command }, buckets, totalMs / 1000],
      ),
  )
}
