/** What measured processes used of their two cores, and how much others disturbed them there. */
import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { hasEnded } from './child-process.ts'
import { busySeconds, coresAreQuiet } from './core-usage.ts'
import type { Cores } from './cores.ts'
import { cpuSeconds } from './process-usage.ts'

/** Shares of a core in the time between two samples. */
export interface CoreShares {
  /** Share of its core that the server used, and who shares the other core of theirs. */
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

/** `loadPids`: all measured processes of the load's core. */
export function sampleUsage(serverPid: number, loadPids: readonly number[], cores: Cores): UsageSample {
  return {
    seconds: performance.now() / 1_000,
    serverCpuSeconds: cpuSeconds(serverPid),
    loadCpuSeconds: loadPids.reduce((sum, pid) => sum + cpuSeconds(pid), 0),
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

/** How often a program that says nothing on its way is looked at: the last look before its end counts. */
const lookMs = 10

/**
 * What was used from a program's start to the last look before its end.
 *
 * @param sharing other measured processes of the load's core
 */
export async function watchLoad(
  load: ChildProcess,
  serverPid: number,
  cores: Cores,
  sharing: readonly number[] = [],
): Promise<CoreShares> {
  let first: UsageSample | undefined
  let last: UsageSample | undefined
  while (!hasEnded(load) && load.pid !== undefined) {
    try {
      last = sampleUsage(serverPid, [load.pid, ...sharing], cores)
    } catch (error) {
      // It has ended between our looks, and its figures with it.
      if (error instanceof Error && 'code' in error) break
      throw error
    }
    first ??= last
    await sleep(lookMs)
  }
  if (first === undefined || last === undefined || first === last) {
    return { serverCoreShare: Number.NaN, loadCoreShare: Number.NaN, disturbedShare: Number.NaN }
  }
  return coreSharesBetween(first, last)
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
