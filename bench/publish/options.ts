/** The publish bench's command line. */
import { tmpdir } from 'node:os'
import { parseArgs } from 'node:util'
import { BenchError } from '../bench-error.ts'
import { type Cores, defaultCores } from '../cores.ts'
import { coresIn, fileIn, namesIn, secondsIn, wholeIn, wholesIn } from '../option-values.ts'
import { type ContenderName, contenderNames } from './contenders.ts'

export interface PublishOptions {
  readonly only: readonly ContenderName[]
  readonly rooms: readonly number[]
  readonly publishers: readonly number[]
  readonly runs: number
  readonly warmupMs: number
  readonly measureMs: number
  readonly cores: Cores
  /** Where the stores are made: what is measured is its disk. */
  readonly folder: string
  readonly markdownFile: string | undefined
}

const standard = {
  rooms: [1, 100, 1_000],
  publishers: [1, 1_000],
  runs: 3,
  warmupMs: 1_000,
  measureMs: 3_000,
} as const

const quick = { runs: 1, warmupMs: 500, measureMs: 1_000 } as const

export const usage = `Usage: npm run bench -- publish [options]

Publishes to rooms that keep what is said and prints one table of publications acknowledged per second and the latency to
the acknowledgement; beside Longwire Redis streams and bare SQLite.

  --only NAMES          of ${contenderNames.join(',')}
  --rooms NUMBERS       rooms that are published to (${standard.rooms.join(',')})
  --publishers NUMBERS  publications under way at a time, at least one a room (${standard.publishers.join(',')})
  --runs N              runs, of which medians are taken (${standard.runs})
  --seconds N           how long a run measures (${standard.measureMs / 1_000})
  --warmup SECONDS      what goes before, unmeasured (${standard.warmupMs / 1_000})
  --folder DIR          where the stores are made (the system's folder for temporary files)
  --quick               one short run
  --cores SERVER,LOAD   cores to run on (${defaultCores.server},${defaultCores.load})
  --markdown FILE       writes the result there as well`

/**
 * Reads the command line.
 *
 * @throws BenchError `usage`
 */
export function parsePublishOptions(args: readonly string[]): PublishOptions {
  const values = parse(args)
  const base = values.quick === true ? { ...standard, ...quick } : standard
  return {
    only: values.only === undefined ? contenderNames : namesIn('only', values.only, contenderNames),
    rooms: values.rooms === undefined ? base.rooms : wholesIn('rooms', values.rooms, 1, 10_000),
    publishers:
      values.publishers === undefined
        ? base.publishers
        : wholesIn('publishers', values.publishers, 1, 10_000),
    runs: values.runs === undefined ? base.runs : wholeIn('runs', values.runs, 1, 1_000),
    warmupMs: values.warmup === undefined ? base.warmupMs : secondsIn('warmup', values.warmup, 0),
    measureMs: values.seconds === undefined ? base.measureMs : secondsIn('seconds', values.seconds, 0.1),
    cores: values.cores === undefined ? defaultCores : coresIn('cores', values.cores),
    folder: values.folder === undefined ? tmpdir() : fileIn(values.folder),
    markdownFile: values.markdown === undefined ? undefined : fileIn(values.markdown),
  }
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const
  try {
    return parseArgs({
      args: [...args],
      options: {
        only: text,
        rooms: text,
        publishers: text,
        runs: text,
        seconds: text,
        warmup: text,
        cores: text,
        folder: text,
        markdown: text,
        quick: { type: 'boolean' },
      },
    }).values
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new BenchError('usage', `${reason}\n\n${usage}`, { cause: error })
  }
}
