/** One measurement: one server, one size of room, one number of senders. */
import { busySeconds, coresAreQuiet } from '../core-usage.ts'
import type { Cores } from '../cores.ts'
import { LatencyHistogram } from '../latency-histogram.ts'
import { cpuSeconds } from '../process-usage.ts'
import type { ServerProcess } from '../server-process.ts'
import { LoadGenerator, type LoadOptions, type LoadResult } from './load-generator.ts'
import type { Peer } from './peer.ts'

export interface Measurement {
  readonly deliveriesPerSecond: number
  readonly p50Ns: number
  readonly p99Ns: number
  /** Processor time of the server per delivery, whatever the load generator could take. */
  readonly serverCpuNsPerDelivery: number
  /** Share of its core that the server used, and the load generator of its own. */
  readonly serverCoreShare: number
  readonly loadCoreShare: number
  /** Share of the more disturbed of the two cores that neither of them used and that was not idle. */
  readonly disturbedShare: number
  readonly gone: number
  readonly lost: number
  readonly doubled: number
  readonly foreign: number
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
    const before = sample(server.pid, load.pid, cores)
    await load.until('measured')
    const after = sample(server.pid, load.pid, cores)
    const result = await load.finish()
    server.requireRunning()
    return evaluate(result, before, after)
  } catch (error) {
    // A server that has died explains a load that failed, not the other way round.
    server.requireRunning()
    throw error
  }
}

/** A measurement during which others used more of a core than this is made again. */
export const disturbedShareBorne = 0.05
export const maxAttempts = 3
const quietPatienceMs = 10_000

/**
 * Measures when the cores are at rest, and again if somebody else's work came in between. What is chosen by is only
 * how much others disturbed it, never its result.
 */
export async function leastDisturbed(
  cores: Cores,
  attempt: () => Promise<Measurement>,
): Promise<Measurement> {
  let best: Measurement | undefined
  for (let i = 0; i < maxAttempts; i++) {
    await coresAreQuiet([cores.server, cores.load], quietPatienceMs)
    const found = await attempt()
    if (best === undefined || found.disturbedShare < best.disturbedShare) best = found
    if (best.disturbedShare <= disturbedShareBorne) break
  }
  if (best === undefined) throw new RangeError('no attempt was made')
  return best
}

interface Sample {
  readonly seconds: number
  readonly serverCpuSeconds: number
  readonly loadCpuSeconds: number
  readonly serverCoreBusySeconds: number
  readonly loadCoreBusySeconds: number
}

function sample(serverPid: number, loadPid: number, cores: Cores): Sample {
  return {
    seconds: performance.now() / 1_000,
    serverCpuSeconds: cpuSeconds(serverPid),
    loadCpuSeconds: cpuSeconds(loadPid),
    serverCoreBusySeconds: busySeconds(cores.server),
    loadCoreBusySeconds: busySeconds(cores.load),
  }
}

function evaluate(result: LoadResult, before: Sample, after: Sample): Measurement {
  const latency = LatencyHistogram.fromCounts(result.latencyCounts)
  const deliveriesPerSecond = result.deliveries / (result.measuredNs / 1e9)
  // The samples are taken a moment after the load generator's own clock; as shares of time they fit all the same.
  const share = (key: Exclude<keyof Sample, 'seconds'>) =>
    (after[key] - before[key]) / (after.seconds - before.seconds)
  const serverCoreShare = share('serverCpuSeconds')
  const loadCoreShare = share('loadCpuSeconds')
  return {
    deliveriesPerSecond,
    p50Ns: latency.percentileNs(0.5) ?? Number.NaN,
    p99Ns: latency.percentileNs(0.99) ?? Number.NaN,
    serverCpuNsPerDelivery: (serverCoreShare / deliveriesPerSecond) * 1e9,
    serverCoreShare,
    loadCoreShare,
    disturbedShare: Math.max(
      0,
      share('serverCoreBusySeconds') - serverCoreShare,
      share('loadCoreBusySeconds') - loadCoreShare,
    ),
    gone: result.gone,
    lost: result.lost,
    doubled: result.doubled,
    foreign: result.foreign,
  }
}
