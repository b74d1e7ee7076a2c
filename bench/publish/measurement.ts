/** Runs one of the programs and reads what its meter counted. */
import { fileURLToPath } from 'node:url'
import { pinnedNode } from '../../scripts/paths.mjs'
import type { Command } from '../command.ts'
import { pinned } from '../cores.ts'
import { coreSharesBetween, sampleUsage } from '../disturbance.ts'
import { LatencyHistogram } from '../latency-histogram.ts'
import { LoadProcess } from '../load-process.ts'
import type { ServerProcess } from '../server-process.ts'
import type { Measurement, Task } from './contender.ts'
import type { MeterResult } from './programs/meter.ts'

export type ProgramName = 'centrifuge' | 'redis' | 'sqlite'

/** Measures what a program publishes to a server. Throws BenchError `load-failed`, `server-failed`. */
export async function measurePublishers(
  program: ProgramName,
  server: ServerProcess,
  task: Task,
): Promise<Measurement> {
  const args = ['--port', server.address.port]
  using load = new LoadProcess<MeterResult>(pinned(programCommand(program, task, args), task.cores.load))
  try {
    return await measure(load, server.pid, [load.pid], task)
  } catch (error) {
    // A server that has died explains a load that failed, not the other way round.
    server.requireRunning()
    throw error
  }
}

/** Measures a program that needs no server, on the server's core. Throws BenchError `load-failed`. */
export async function measureAlone(
  program: ProgramName,
  args: readonly string[],
  task: Task,
): Promise<Measurement> {
  using load = new LoadProcess<MeterResult>(pinned(programCommand(program, task, args), task.cores.server))
  return await measure(load, load.pid, [], task)
}

async function measure(
  load: LoadProcess<MeterResult>,
  serverPid: number,
  loadPids: readonly number[],
  { cores }: Task,
): Promise<Measurement> {
  await load.until('measuring')
  const before = sampleUsage(serverPid, loadPids, cores)
  await load.until('measured')
  const after = sampleUsage(serverPid, loadPids, cores)
  const { measuredNs, operations, latencyCounts } = await load.finish()
  const latency = LatencyHistogram.fromCounts(latencyCounts)
  return {
    ...coreSharesBetween(before, after),
    acknowledgedPerSecond: operations / (measuredNs / 1e9),
    p50Ns: latency.percentileNs(0.5) ?? Number.NaN,
    p99Ns: latency.percentileNs(0.99) ?? Number.NaN,
  }
}

function programCommand(
  name: ProgramName,
  { rooms, publishers, warmupMs, measureMs }: Task,
  args: readonly string[],
): Command {
  const program = fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url))
  const task = [
    ...['--rooms', String(rooms), '--publishers', String(publishers)],
    ...['--warmup-ms', String(warmupMs), '--measure-ms', String(measureMs)],
  ]
  return { program: pinnedNode, args: [program, ...task, ...args] }
}
