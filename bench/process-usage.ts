/** What a process uses, from Linux's /proc (proc(5)): all its threads together. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Processor time in seconds, in user and in kernel mode, since the process started. */
export function cpuSeconds(pid: number): number {
  return ticksOf(readFileSync(`/proc/${pid}/stat`, 'utf8')) / ticksPerSecond()
}

/** Resident memory in bytes, exact where the kernel's quick counters are not. */
export function residentBytes(pid: number): number {
  return residentBytesOf(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))
}

/** The most resident memory that it ever had, in bytes. */
export function peakResidentBytes(pid: number): number {
  return peakResidentBytesOf(readFileSync(`/proc/${pid}/status`, 'utf8'))
}

/** The row `VmHWM` of /proc/PID/status. */
export function peakResidentBytesOf(status: string): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1_024
}

/** utime and stime, the 14th and 15th fields of /proc/PID/stat; the second, a name, may hold anything. */
export function ticksOf(stat: string): number {
  const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return Number(afterName[11]) + Number(afterName[12])
}

/** The row `Rss` of /proc/PID/smaps_rollup. */
export function residentBytesOf(rollup: string): number {
  return Number(/^Rss:\s+(\d+) kB$/m.exec(rollup)?.[1]) * 1_024
}

let knownTicksPerSecond: number | undefined

function ticksPerSecond(): number {
  knownTicksPerSecond ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))
  return knownTicksPerSecond
}
