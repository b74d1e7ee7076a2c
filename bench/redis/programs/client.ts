/**
 * The process of a client library for Node: lets callers call through it and reports as LoadProcess wants it.
 *
 *     node client.ts LIBRARY --port N --workload NAME --callers N --warmup-ms N --measure-ms N
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { LatencyHistogram } from '../../latency-histogram.ts'
import { createDataset } from '../dataset.ts'
import type { LoadResult } from '../measurement.ts'
import { type Workload, type WorkloadName, workloads } from '../workloads.ts'
import { Callers } from './callers.ts'
import { type LibraryName, libraries } from './libraries.ts'

const text = { type: 'string', default: '' } as const
const { values, positionals } = parseArgs({
  options: { port: text, workload: text, callers: text, 'warmup-ms': text, 'measure-ms': text },
  allowPositionals: true,
})
// The bench has checked these names.
const library = positionals[0] as LibraryName
const workload: Workload = workloads[values.workload as WorkloadName]

const client = await libraries[library](Number(values.port))
const callers = new Callers(client, workload, createDataset(workload.valueBytes))
const done = callers.run(Number(values.callers))
// A wrong reply ends the process before its time, with the reason on the standard error.
await Promise.race([measure(), done])
await done
await client.close()

async function measure(): Promise<void> {
  await sleep(Number(values['warmup-ms']))
  report({ event: 'measuring' })
  callers.latencies = new LatencyHistogram()
  const before = moment()
  await sleep(Number(values['measure-ms']))
  const after = moment()
  callers.end()
  report({ event: 'measured' })
  await done
  const result: LoadResult = {
    measuredNs: (after.nowMs - before.nowMs) * 1e6,
    operations: after.operations - before.operations,
    cpuNs: after.cpuNs - before.cpuNs,
    latencyCounts: callers.latencies.counts(),
  }
  report({ event: 'result', ...result })
}

function moment() {
  const { user, system } = process.cpuUsage()
  return { nowMs: performance.now(), operations: callers.operations, cpuNs: (user + system) * 1e3 }
}

function report(line: { readonly event: string }): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
