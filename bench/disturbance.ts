/** What a measured pair of processes used of its two cores, and how much others disturbed it there. */
import { busySeconds, coresAreQuiet } from './core-usage.ts'
import type { Cores } from './cores.ts'
import { cpuSeconds } from './process-usage.ts'

/** Shares of a core in the time between two samples. */
export interface CoreShares {
  /** Share of its core that the server used, and the load generator of its own. */
  readonly serverCoreShare: number
  readonly loadCoreShare: number
  /** Share of the more disturbed of the two cores that neither of them used and that was not idle. */
  readonly disturbedShare: number
}

/** Clocks at one moment, in seconds. */
export interface UsageSample {
  readonly seconds: number
  readonly serverCpuSeconds: number
  readonly loadCpuSeconds: number
  readonly serverCoreBusySeconds: number
  readonly loadCoreBusySeconds: number
}

export function sampleUsage(serverPid: number, loadPid: number, cores: Cores): UsageSample {
  return {
    seconds: performance.now() / 1_000,
    serverCpuSeconds: cpuSeconds(serverPid),
    loadCpuSeconds: cpuSeconds(loadPid),
    serverCoreBusySeconds: busySeconds(cores.server),
    loadCoreBusySeconds: busySeconds(cores.load),
  }
}

export function coreSharesBetween(before: UsageSample, after: UsageSample): CoreShares {
  const share = (key: Exclude<keyof UsageSample, 'seconds'>) =>
    (after[key] - before[key]) / (after.seconds - before.seconds)
  const serverCoreShare = share('serverCpuSeconds')
  const loadCoreShare = share('loadCpuSeconds')
  return {
    serverCoreShare,
    loadCoreShare,
    disturbedShare: Math.max(
      0,
      share('serverCoreBusySeconds') - serverCoreShare,
      share('loadCoreBusySeconds') - loadCoreShare,
    ),
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
export async function leastDisturbed<Measurement extends CoreShares>(
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
