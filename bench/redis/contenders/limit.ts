/**
 * redis-benchmark with as much on the way over one connection as Longwire has: about what server and wire bear. It
 * checks no values and waits for all replies of a round before it sends the next.
 */
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { BenchError } from '../../bench-error.ts'
import { startChild } from '../../child-process.ts'
import type { Command } from '../../command.ts'
import { pinned } from '../../cores.ts'
import { watchLoad } from '../../disturbance.ts'
import type { ServerProcess } from '../../server-process.ts'
import type { Contender, Task } from '../contender.ts'
import { createDataset, keyCount } from '../dataset.ts'
import type { Measurement } from '../measurement.ts'
import { versionOf } from '../redis-server.ts'
import { type Workload, workloads } from '../workloads.ts'

const program = 'redis-benchmark'
const trialOperations = 200_000

export const limit: Contender = {
  name: 'limit',
  about:
    'redis-benchmark (in C), one connection with as many commands on the way as there are callers; checks no ' +
    'values, has no mixed workload, and its latency is that of a command in its round',
  lacks: ['mixed'],

  prepare() {
    return {
      version: `redis-benchmark ${versionOf(program)}`,
      measure,
    }
  },
}

async function measure(server: ServerProcess, task: Task): Promise<Measurement> {
  // It runs for a number of commands, not for a time: a trial tells how many are enough.
  const trial = await run(server, task, trialOperations)
  const { measureMs } = task
  const operations = Math.ceil((trial.operationsPerSecond * measureMs) / 1_000)
  return run(server, task, operations)
}

async function run(server: ServerProcess, task: Task, operations: number): Promise<Measurement> {
  const child = startChild(pinned(commandOf(server, task, operations), task.cores.load), [
    'ignore',
    'pipe',
    'pipe',
  ])
  const { stdout, stderr } = child
  if (stdout === null || stderr === null) throw new BenchError('load-failed', 'it has no output')
  const ended = once(child, 'exit')
  const [shares, output, complaint] = await Promise.all([
    watchLoad(child, server.pid, task.cores),
    text(stdout),
    text(stderr),
    ended,
  ])
  server.requireRunning()
  const row = output.trim().split('\n').at(-1)?.split(',').map(unquoted) ?? []
  const [, operationsPerSecond, , , p50Ms, , p99Ms] = row.map(Number)
  if (!(operationsPerSecond! > 0)) throw new BenchError('load-failed', `${program}: ${complaint || output}`)
  return {
    ...shares,
    operationsPerSecond: operationsPerSecond!,
    p50Ns: p50Ms! * 1e6,
    p99Ns: p99Ms! * 1e6,
    clientCpuNsPerOperation: (shares.loadCoreShare / operationsPerSecond!) * 1e9,
  }
}

function commandOf(server: ServerProcess, { workload, callers }: Task, operations: number): Command {
  const { setEvery, valueBytes }: Workload = workloads[workload]
  const key = 'key:__rand_int__'
  const command = setEvery === 1 ? ['SET', key, createDataset(valueBytes).values[0]!] : ['GET', key]
  return {
    program,
    args: [
      ...['-p', server.address.port, '-c', '1', '-P', String(callers)],
      ...['-n', String(operations), '-r', String(keyCount), '--csv', ...command],
    ],
  }
}

function unquoted(cell: string): string {
  return cell.replaceAll('"', '')
}
