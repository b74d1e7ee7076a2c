/** One measurement: one server, one size of room, one number of senders. */
import type { Cores } from '../cores.ts'
import { type CoreShares, coreSharesBetween, sampleUsage, type UsageSample } from '../disturbance.ts'
import { LatencyHistogram } from '../latency-histogram.ts'
import type { ServerProcess } from '../server-process.ts'
import { LoadGenerator, type LoadOptions, type LoadResult } from './load-generator.ts'
import type { Peer } from './peer.ts'

export interface Measurement extends CoreShares {
  readonly deliveriesPerSecond: number
  readonly p50Ns: number
  readonly p99Ns: number
  /** Processor time of the server per delivery, whatever the load generator could take. */
  readonly serverCpuNsPerDelivery: number
  readonly gone: number
  readonly lost: number
  readonly doubled: number
  readonly foreign: number
  /** Offsets or acknowledgements that were skipped or came again; 0 where the dialect has none. */
  readonly misplaced: number
  /** Publications that were never acknowledged; 0 where the dialect acknowledges none. */
  readonly unacknowledged: number
}

/** What must not happen, all together. */
export function failuresIn({ gone, lost, doubled, foreign, misplaced, unacknowledged }: Measurement): number {
  return gone + lost + doubled + foreign + misplaced + unacknowledged
}

/**
 * Measures a running server.
 *
 * @throws BenchError `load-failed`, `server-failed`
 */
export async function measure(
  server: ServerProcess,
  peer: Peer,
  loadProgram: string,
  cores: Cores,
  options: LoadOptions,
): Promise<Measurement> {
  using load = new LoadGenerator(loadProgram, cores.load, server.address, peer, options)
  try {
    await load.until('measuring')
    const before = sampleUsage(server.pid, [load.pid], cores)
    await load.until('measured')
    const after = sampleUsage(server.pid, [load.pid], cores)
    const result = await load.finish()
    server.requireRunning()
    return evaluate(result, before, after)
  } catch (error) {
    // A server that has died explains a load that failed, not the other way round.
    server.requireRunning()
    throw error
  }
}

function evaluate(result: LoadResult, before: UsageSample, after: UsageSample): Measurement {
  const latency = LatencyHistogram.fromCounts(result.latencyCounts)
  const deliveriesPerSecond = result.deliveries / (result.measuredNs / 1e9)
  // The samples are taken a moment after the load generator's own clock; as shares of time they fit all the same.
  const shares = coreSharesBetween(before, after)
  return {
    ...shares,
    deliveriesPerSecond,
    p50Ns: latency.percentileNs(0.5) ?? Number.NaN,
    p99Ns: latency.percentileNs(0.99) ?? Number.NaN,
    serverCpuNsPerDelivery: (shares.serverCoreShare / deliveriesPerSecond) * 1e9,
    gone: result.gone,
    lost: result.lost,
    doubled: result.doubled,
    foreign: result.foreign,
    misplaced: result.misplaced,
    unacknowledged: result.unacknowledged,
  }
}
