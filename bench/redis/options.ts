/** The Redis bench's command line. */
import { parseArgs } from 'node:util'
import { BenchError } from '../bench-error.ts'
import { type Cores, defaultCores } from '../cores.ts'
import { coresIn, fileIn, namesIn, secondsIn, wholeIn, wholesIn } from '../option-values.ts'
import { type ContenderName, contenderNames } from './contenders.ts'
import { type WorkloadName, workloadNames } from './workloads.ts'

export interface RedisOptions {
  readonly only: readonly ContenderName[]
  readonly workloads: readonly WorkloadName[]
  readonly callers: readonly number[]
  readonly runs: number
  readonly warmupMs: number
  readonly measureMs: number
  readonly cores: Cores
  /** Commands of the memory run; 0: speed is measured instead. */
  readonly memoryOperations: number
  /** Where the result is written as Markdown, if anywhere. */
  readonly markdownFile: string | undefined
}

/** What is measured without options: the targets' numbers of callers. */
const standard = { callers: [64, 512], runs: 3, warmupMs: 500, measureMs: 1_000 } as const
const quick = { runs: 1, warmupMs: 300, measureMs: 500 } as const
/** Enough that what is kept of each command, were it a byte, would be seen. */
const memoryOperations = 10_000_000
const quickMemoryOperations = 1_000_000

export const usage = `Usage: npm run bench -- redis [options]

Starts redis-server on one core and each client on another, and prints one table of operations per second, latency
and the client's processor time.

  --only NAMES          of ${contenderNames.join(',')}
  --workloads NAMES     of ${workloadNames.join(',')}
  --callers NUMBERS     how many loops await a reply each before they send again (${standard.callers.join(',')})
  --runs N              runs, of which medians are taken (${standard.runs})
  --seconds N           how long a run measures (${standard.measureMs / 1_000})
  --warmup SECONDS      what goes before, unmeasured (${standard.warmupMs / 1_000})
  --quick               one short run
  --memory              instead of speed: Longwire's memory over ten million commands (a million with --quick)
  --cores SERVER,CLIENT cores to run on (${defaultCores.server},${defaultCores.load})
  --markdown FILE       writes the result there as well`

/**
 * Reads the command line.
 *
 * @throws BenchError `usage`
 */
export function parseRedisOptions(args: readonly string[]): RedisOptions {
  const values = parse(args)
  const base = values.quick === true ? { ...standard, ...quick } : standard
  return {
    only: values.only === undefined ? contenderNames : namesIn('only', values.only, contenderNames),
    workloads:
      values.workloads === undefined ? workloadNames : namesIn('workloads', values.workloads, workloadNames),
    callers: values.callers === undefined ? base.callers : wholesIn('callers', values.callers, 1, 10_000),
    runs: values.runs === undefined ? base.runs : wholeIn('runs', values.runs, 1, 1_000),
    warmupMs: values.warmup === undefined ? base.warmupMs : secondsIn('warmup', values.warmup, 0),
    measureMs: values.seconds === undefined ? base.measureMs : secondsIn('seconds', values.seconds, 0.1),
    cores: values.cores === undefined ? defaultCores : coresIn('cores', values.cores),
    memoryOperations:
      values.memory !== true ? 0 : values.quick === true ? quickMemoryOperations : memoryOperations,
    markdownFile: values.markdown === undefined ? undefined : fileIn(values.markdown),
  }
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  try {
    return parseArgs({
      args: [...args],
      options: {
        only: text,
        workloads: text,
        callers: text,
        runs: text,
        seconds: text,
        warmup: text,
        cores: text,
        markdown: text,
        quick: flag,
        memory: flag,
      },
    }).values
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new BenchError('usage', `${reason}\n\n${usage}`, { cause: error })
  }
}
