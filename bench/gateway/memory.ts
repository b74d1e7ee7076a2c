/** Whether the memory of Longwire's gateway stays where it is, however many requests it answers. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Fact } from '../machine.ts'
import { residentBytes } from '../process-usage.ts'
import { progress } from '../progress.ts'
import { mebibytes, percent, thousands } from '../quantity.ts'
import { machineSection, type Section } from '../report.ts'
import { type Target, targetTable } from '../target.ts'
import { runPipelined } from './load-generator.ts'
import type { GatewayOptions } from './options.ts'
import { peers } from './peers.ts'
import { startGateway } from './server.ts'
import { type Workload, workloads } from './workloads.ts'

export interface MemorySample {
  readonly requests: number
  readonly requestsPerSecond: number
  readonly residentBytes: number
}

const parts = 10
const load = { connections: 64, depth: 32 } as const
/** What the workloads get of each part: a SET to four GETs, as in the bench `redis`. */
const mix: readonly { readonly workload: Workload; readonly share: number }[] = [
  { workload: workloads.get, share: 0.8 },
  { workload: workloads.set, share: 0.2 },
]
/** In the first half code is compiled and V8 finds its sizes; a few bytes kept of each request of the rest are seen. */
const settledFrom = 5
const mostGrowth = 0.05
/** For what is let go of after the last connection. */
const restMs = 500

/**
 * Sends the requests and gives memory on the way, after each tenth.
 *
 * @throws BenchError `load-failed`, `server-failed`
 */
export async function measureMemory(
  { cores, memoryRequests }: GatewayOptions,
  loadProgram: string,
): Promise<MemorySample[]> {
  const { longwire } = peers
  await using server = await startGateway(longwire, longwire.prepare(), cores, workloads.get)
  const samples: MemorySample[] = []
  for (let part = 1; part <= parts; part++) {
    let seconds = 0
    for (const { workload, share } of mix) {
      const requests = Math.round((memoryRequests / parts) * share)
      const rate = await runPipelined(loadProgram, server, workload.path, { ...load, requests })
      seconds += requests / rate
    }
    await sleep(restMs)
    const sample = {
      requests: (memoryRequests / parts) * part,
      requestsPerSecond: memoryRequests / parts / seconds,
      residentBytes: residentBytes(server.server.pid),
    }
    samples.push(sample)
    progress(
      `[${part}/${parts}] ${thousands(sample.requests)} requests: ${mebibytes(sample.residentBytes)} resident`,
    )
  }
  return samples
}

/** The sections of the result. */
export function memorySections(
  samples: readonly MemorySample[],
  facts: readonly Fact[],
  command: string,
): Section[] {
  const right = (title: string) => ({ title, align: 'right' }) as const
  return [
    {
      title: 'Memory of Longwire’s gateway',
      parts: [
        {
          columns: [right('requests'), right('requests/s'), right('resident')],
          rows: samples.map((sample) => [
            thousands(sample.requests),
            thousands(sample.requestsPerSecond),
            mebibytes(sample.residentBytes),
          ]),
        },
        [
          `80 % GET, 20 % SET, over ${load.connections} connections that are opened anew for each row, with up to ${load.depth} requests of each on the way (pipelined, so that it takes minutes and not hours); every reply is compared.`,
          'Resident memory of the whole process, with what V8 keeps for new objects, and with garbage that is not collected yet.',
        ],
      ],
    },
    { title: 'Targets', parts: [targetTable('target', [growthTarget(samples)])] },
    machineSection(facts, command),
  ]
}

/** From the first settled sample to the last. */
export function growthTarget(samples: readonly MemorySample[]): Target {
  const first = samples[settledFrom - 1]
  const last = samples.at(-1)
  const growth = first && last && last.residentBytes / first.residentBytes - 1
  return {
    what: `growth from the ${settledFrom}th row to the last: resident memory`,
    goal: `<= ${percent(mostGrowth)}`,
    outcome: growth === undefined ? undefined : { measured: percent(growth), isMet: growth <= mostGrowth },
  }
}
