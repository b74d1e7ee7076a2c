/**
 * The process of the memory run: callers send so many commands through Longwire, and ten times on the way, after a
 * collection of garbage, it is noted what memory is in use.
 *
 *     node --expose-gc memory.ts --port N --operations N --callers N
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { getHeapSpaceStatistics } from 'node:v8'
import { createDataset } from '../dataset.ts'
import { workloads } from '../workloads.ts'
import { Callers } from './callers.ts'
import { libraries } from './libraries.ts'

/** Memory at one moment, in bytes. */
export interface MemorySample {
  readonly operations: number
  readonly residentBytes: number
  readonly heapBytes: number
  readonly outsideHeapBytes: number
  /** Resident part of where V8 puts what is new; its size follows the rate of allocation, not what is kept. */
  readonly youngGenerationBytes: number
}

const lookMs = 2
const sampleCount = 10

const text = { type: 'string', default: '' } as const
const { values } = parseArgs({ options: { port: text, operations: text, callers: text } })
const operations = Number(values.operations)

const client = await libraries.longwire(Number(values.port))
const callers = new Callers(client, workloads.mixed, createDataset(workloads.mixed.valueBytes))
const done = callers.run(Number(values.callers))
await Promise.race([watch(), done])
await done
await client.close()

async function watch(): Promise<void> {
  const samples: MemorySample[] = []
  while (samples.length < sampleCount) {
    const due = ((samples.length + 1) * operations) / sampleCount
    while (callers.operations < due) await sleep(lookMs)
    if (global.gc === undefined) throw new Error('this program needs --expose-gc')
    global.gc()
    const { rss, heapUsed, external } = process.memoryUsage()
    samples.push({
      operations: callers.operations,
      residentBytes: rss,
      heapBytes: heapUsed,
      outsideHeapBytes: external,
      youngGenerationBytes: youngGenerationBytes(),
    })
  }
  callers.end()
  await done
  process.stdout.write(`${JSON.stringify({ event: 'result', samples })}\n`)
}

function youngGenerationBytes(): number {
  const space = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')
  if (space === undefined) throw new Error('this V8 has no space called new_space')
  return space.physical_space_size
}
