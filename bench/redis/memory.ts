/** Whether Longwire's memory stays where it is, however many commands go through. */
import { fileURLToPath } from 'node:url'
import { pinned } from '../cores.ts'
import { LoadProcess } from '../load-process.ts'
import type { Fact } from '../machine.ts'
import { mebibytes, percent, thousands } from '../quantity.ts'
import { machineSection, type Section } from '../report.ts'
import { type Target, targetTable } from '../target.ts'
import { createDataset, fill } from './dataset.ts'
import type { RedisOptions } from './options.ts'
import type { MemorySample } from './programs/memory.ts'
import { startRedisServer } from './redis-server.ts'
import { workloads } from './workloads.ts'

const program = fileURLToPath(new URL('programs/memory.ts', import.meta.url))
const callers = 512
/** In the first half code is compiled and V8 finds its sizes; a byte kept of each command of the rest is seen. */
const settledFrom = 5
const mostGrowth = 0.05

/**
 * Runs the commands and gives memory on the way.
 *
 * @throws BenchError `load-failed`, `server-failed`
 */
export async function measureMemory({ cores, memoryOperations }: RedisOptions): Promise<MemorySample[]> {
  await using server = await startRedisServer(cores.server)
  await fill(Number(server.address.port), createDataset(workloads.mixed.valueBytes))
  const args = [
    ...['--expose-gc', program, '--port', server.address.port],
    ...['--operations', String(memoryOperations), '--callers', String(callers)],
  ]
  using load = new LoadProcess<{ readonly samples: MemorySample[] }>(
    pinned({ program: process.execPath, args }, cores.load),
  )
  const { samples } = await load.finish()
  server.requireRunning()
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
      title: 'Memory of Longwire’s pool',
      parts: [
        {
          columns: [
            right('commands'),
            right('resident'),
            right('of it young generation'),
            right('used heap'),
            right('outside of the heap'),
          ],
          rows: samples.map(
            ({ operations, residentBytes, youngGenerationBytes, heapBytes, outsideHeapBytes }) => [
              thousands(operations),
              mebibytes(residentBytes),
              mebibytes(youngGenerationBytes),
              mebibytes(heapBytes),
              mebibytes(outsideHeapBytes),
            ],
          ),
        },
        [
          `${callers} callers, ${workloads.mixed.title}, one process with the pool’s defaults; each row after a collection of garbage, while the callers go on.`,
          'Young generation: where V8 puts what is new, before each collection; V8 doubles it once under steady load, and the target leaves it out.',
        ],
      ],
    },
    { title: 'Targets', parts: [targetTable('target', memoryTargets(samples))] },
    machineSection(facts, command),
  ]
}

function memoryTargets(samples: readonly MemorySample[]): Target[] {
  return [
    growthTarget(
      'resident memory but the young generation',
      samples,
      (sample) => sample.residentBytes - sample.youngGenerationBytes,
    ),
    growthTarget(
      'used heap and what is outside of it',
      samples,
      (sample) => sample.heapBytes + sample.outsideHeapBytes,
    ),
  ]
}

/** From the first settled sample to the last. */
function growthTarget(
  what: string,
  samples: readonly MemorySample[],
  bytesOf: (sample: MemorySample) => number,
): Target {
  const first = samples[settledFrom - 1]
  const last = samples.at(-1)
  const growth = first && last && bytesOf(last) / bytesOf(first) - 1
  return {
    what: `growth from the ${settledFrom}th row to the last: ${what}`,
    goal: `<= ${percent(mostGrowth)}`,
    outcome: growth === undefined ? undefined : { measured: percent(growth), isMet: growth <= mostGrowth },
  }
}
