/**
 * How busy cores are with anything at all, from /proc/stat: set against what the measured processes used, it tells
 * how much somebody else's work disturbed a measurement.
 */
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const quietShare = 0.1
const lookMs = 250

/** Seconds that the core was not idle, since boot. Time that the hypervisor gave to others counts as busy. */
export function busySeconds(core: number): number {
  return busyTicksOf(readFileSync('/proc/stat', 'utf8'), core) / 100
}

/**
 * Waits until the cores have next to nothing to do.
 *
 * @returns whether they came to rest before the patience ended
 */
export async function coresAreQuiet(cores: readonly number[], patienceMs: number): Promise<boolean> {
  const deadline = performance.now() + patienceMs
  const busiest = async () => {
    const before = cores.map(busySeconds)
    await sleep(lookMs)
    return Math.max(...cores.map((core, i) => busySeconds(core) - (before[i] ?? 0))) / (lookMs / 1_000)
  }
  while ((await busiest()) > quietShare) if (performance.now() > deadline) return false
  return true
}

/** user, nice, system, irq, softirq and steal of a core's row. USER_HZ is 100 on every Linux platform of Node's. */
export function busyTicksOf(stat: string, core: number): number {
  const row = stat.split('\n').find((line) => line.startsWith(`cpu${core} `))
  const [user, nice, system, , , irq, softirq, steal] = (row ?? '').split(' ').slice(1).map(Number)
  return (user ?? 0) + (nice ?? 0) + (system ?? 0) + (irq ?? 0) + (softirq ?? 0) + (steal ?? 0)
}
