/** The broker bench's command line. */
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { BenchError } from '../bench-error.ts'

export interface BrokerBenchOptions {
  readonly publishers: readonly number[]
  readonly rooms: number
  readonly measureMs: number
  readonly warmupMs: number
  /** Where the stores are made: what is measured is its disk. */
  readonly folder: string
}

const standard = {
  publishers: '1,100,1000',
  rooms: '100',
  seconds: '3',
  warmup: '1',
  folder: tmpdir(),
} as const

export const usage = `Usage: npm run bench -- broker [options]

Publishes to brokers in this process, each publisher its next publication when its last is acknowledged, and prints
acknowledged publications per second and the latency to the acknowledgement. 100 characters each; each room keeps 1,000.

  --publishers NUMBERS  publishers at a time (${standard.publishers})
  --rooms N             rooms that they publish to (${standard.rooms})
  --seconds N           how long each is measured (${standard.seconds})
  --warmup SECONDS      what goes before, unmeasured (${standard.warmup})
  --folder DIR          where the stores are made (the system's folder for temporary files)`

/**
 * Reads the command line.
 *
 * @throws BenchError `usage`
 */
export function parseBrokerOptions(args: readonly string[]): BrokerBenchOptions {
  const values = { ...standard, ...parse(args) }
  return {
    publishers: values.publishers.split(',').map((part) => number('publishers', part, 1, 100_000)),
    rooms: number('rooms', values.rooms, 1, 100_000),
    measureMs: number('seconds', values.seconds, 1, 3_600) * 1_000,
    warmupMs: number('warmup', values.warmup, 0, 3_600) * 1_000,
    // npm runs us in the project's root; the folder is meant from where the person is.
    folder: resolve(process.env.INIT_CWD ?? '.', values.folder),
  }
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const
  try {
    return parseArgs({
      args: [...args],
      options: { publishers: text, rooms: text, seconds: text, warmup: text, folder: text },
    }).values
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new BenchError('usage', `${reason}\n\n${usage}`, { cause: error })
  }
}

function number(option: string, text: string, min: number, max: number): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= min && value <= max) return value
  throw new BenchError('usage', `--${option}: found "${text}", expected a whole number from ${min} to ${max}`)
}
