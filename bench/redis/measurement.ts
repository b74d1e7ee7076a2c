/** One measurement of a client that runs in a process of its own. */
import type { Command } from '../command.ts'
import { pinned } from '../cores.ts'
import { type CoreShares, coreSharesBetween, sampleUsage } from '../disturbance.ts'
import { LatencyHistogram } from '../latency-histogram.ts'
import { LoadProcess } from '../load-process.ts'
import type { ServerProcess } from '../server-process.ts'
import type { Task } from './contender.ts'

export interface Measurement extends CoreShares {
  readonly operationsPerSecond: number
  readonly p50Ns: number
  readonly p99Ns: number
  /** Processor time of the client's process, user and kernel, per operation. */
  readonly clientCpuNsPerOperation: number
}

/** What a client's process reports at its end. */
export interface LoadResult {
  readonly measuredNs: number
  readonly operations: number
  readonly cpuNs: number
  readonly latencyCounts: readonly (readonly [bucket: number, count: number])[]
}

/**
 * Measures a program that takes the options below and reports as {@link LoadProcess} wants it.
 *
 * @throws BenchError `load-failed`, `server-failed`
 */
export async function measureProgram(
  { program, args }: Command,
  server: ServerProcess,
  { workload, callers, warmupMs, measureMs, cores }: Task,
): Promise<Measurement> {
  const options = [
    ...['--port', server.address.port, '--workload', workload, '--callers', String(callers)],
    ...['--warmup-ms', String(warmupMs), '--measure-ms', String(measureMs)],
  ]
  using load = new LoadProcess<LoadResult>(pinned({ program, args: [...args, ...options] }, cores.load))
  await load.until('measuring')
  const before = sampleUsage(server.pid, [load.pid], cores)
  await load.until('measured')
  const after = sampleUsage(server.pid, [load.pid], cores)
  const { measuredNs, operations, cpuNs, latencyCounts } = await load.finish()
  server.requireRunning()
  const latency = LatencyHistogram.fromCounts(latencyCounts)
  return {
    ...coreSharesBetween(before, after),
    operationsPerSecond: operations / (measuredNs / 1e9),
    p50Ns: latency.percentileNs(0.5) ?? Number.NaN,
    p99Ns: latency.percentileNs(0.99) ?? Number.NaN,
    clientCpuNsPerOperation: cpuNs / operations,
  }
}
