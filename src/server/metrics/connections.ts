/** Metrics of the connections that peers open to this server. */
import { type Cause, causes } from '../../connection/cause.ts'
import { type RefusalReason, type Registry, refusals } from '../../connection/registry.ts'
import type { Sample, Samples } from './samples.ts'

export function measureConnections(samples: Samples, registry: Registry): void {
  const { counts } = registry
  samples.gauge('longwire_connections', 'Connections that are open now.', ['kind'], () =>
    sumsOf(registry, () => 1),
  )
  samples.counter('longwire_connections_opened_total', 'Connections that were opened.', ['kind'], () =>
    [...counts.byKind].map(([kind, { opened }]) => [{ kind }, opened]),
  )
  samples.counter(
    'longwire_connections_closed_total',
    'Connections that ended, by cause; a slow reader is `outbox-full`.',
    ['kind', 'cause'],
    () =>
      [...counts.byKind].flatMap(([kind, { closed }]) =>
        // All causes, so that the first of a kind shows as a rise and not as a new line.
        (Object.keys(causes) as Cause[]).map((cause): Sample => [{ kind, cause }, closed.get(cause) ?? 0]),
      ),
  )
  samples.counter(
    'longwire_connections_refused_total',
    'Connections that a limit or a drain did not admit, by reason.',
    ['reason'],
    () =>
      (Object.keys(refusals) as RefusalReason[]).map((reason) => [
        { reason },
        counts.refused.get(reason) ?? 0,
      ]),
  )
  samples.counter('longwire_read_bytes_total', 'Bytes that came from peers.', ['kind'], () => [
    ...sumsOf(registry, (member) => member.readBytes),
    ...[...counts.byKind].map(([kind, { readBytes }]): Sample => [{ kind }, readBytes]),
  ])
  samples.counter('longwire_written_bytes_total', 'Bytes that were written to peers.', ['kind'], () => [
    ...sumsOf(registry, (member) => member.writtenBytes),
    ...[...counts.byKind].map(([kind, { writtenBytes }]): Sample => [{ kind }, writtenBytes]),
  ])
  samples.gauge('longwire_queued_bytes', 'Bytes that wait for peers that read slowly.', ['kind'], () =>
    sumsOf(registry, (member) => member.queuedBytes),
  )
  samples.gauge('longwire_draining', '1 while the process is ending and asks its peers to move.', [], () => [
    [{}, registry.isDraining ? 1 : 0],
  ])
}

/** A number of every connection that is open, added up for each kind. */
function sumsOf(registry: Registry, read: (member: Iterated) => number): Sample[] {
  const sums = new Map<string, number>()
  for (const kind of registry.counts.byKind.keys()) sums.set(kind, 0)
  for (const member of registry) sums.set(member.kind, (sums.get(member.kind) ?? 0) + read(member))
  return [...sums].map(([kind, sum]) => [{ kind }, sum])
}

type Iterated = Registry extends Iterable<infer Member> ? Member : never
