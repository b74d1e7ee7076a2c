/** The fan-out bench's command line. */
import { parseArgs } from 'node:util'
import { BenchError } from '../bench-error.ts'
import { type Cores, defaultCores } from '../cores.ts'
import { coresIn, fileIn, namesIn, secondsIn, wholeIn, wholesIn } from '../option-values.ts'
import { type PeerName, peerNames } from './peers.ts'

export interface FanoutOptions {
  readonly only: readonly PeerName[]
  readonly members: readonly number[]
  readonly senders: readonly number[]
  /** Messages that each sender keeps on their way. */
  readonly window: number
  readonly runs: number
  readonly warmupMs: number
  readonly measureMs: number
  /** Idle connections to measure memory with; 0: memory is not measured. */
  readonly idleConnections: number
  readonly cores: Cores
  /** Where the result is written as Markdown, if anywhere. */
  readonly markdownFile: string | undefined
}

/** What is measured without options: the targets' sizes, and long enough that a run's noise is small. */
const standard = {
  members: [100, 1_000, 5_000],
  senders: [10, 100],
  window: 1,
  runs: 3,
  warmupMs: 1_000,
  measureMs: 3_000,
  // Many, so that what a server allocates once does not count.
  idleConnections: 5_000,
} as const

const quick = { members: [1_000], runs: 1, warmupMs: 500, measureMs: 1_000 } as const

export const usage = `Usage: npm run bench -- fanout [options]

Starts each server on one core and its load on another, and prints one table of deliveries per second, latency,
processor time and memory.

  --only NAMES          of ${peerNames.join(',')}
  --members NUMBERS     members of the room (${standard.members.join(',')})
  --senders NUMBERS     members that send, each its next message when its last has come back (${standard.senders.join(',')})
  --window N            messages that each sender keeps on their way, 1 to 64 (${standard.window})
  --runs N              runs, of which medians are taken (${standard.runs})
  --seconds N           how long a run measures (${standard.measureMs / 1_000})
  --warmup SECONDS      what goes before, unmeasured (${standard.warmupMs / 1_000})
  --idle N              idle connections for memory; 0 leaves it out (${standard.idleConnections})
  --quick               one short run at ${quick.members.join()} members
  --cores SERVER,LOAD   cores to run on (${defaultCores.server},${defaultCores.load})
  --markdown FILE       writes the result there as well`

/**
 * Reads the command line.
 *
 * @throws BenchError `usage`
 */
export function parseFanoutOptions(args: readonly string[]): FanoutOptions {
  const values = parse(args)
  const base = values.quick === true ? { ...standard, ...quick } : standard
  return {
    only: values.only === undefined ? peerNames : namesIn('only', values.only, peerNames),
    members: values.members === undefined ? base.members : wholesIn('members', values.members, 1, 15_000),
    senders: values.senders === undefined ? base.senders : wholesIn('senders', values.senders, 1, 15_000),
    window: values.window === undefined ? base.window : wholeIn('window', values.window, 1, 64),
    runs: values.runs === undefined ? base.runs : wholeIn('runs', values.runs, 1, 1_000),
    warmupMs: values.warmup === undefined ? base.warmupMs : secondsIn('warmup', values.warmup, 0),
    measureMs: values.seconds === undefined ? base.measureMs : secondsIn('seconds', values.seconds, 0.1),
    idleConnections:
      values.idle === undefined ? base.idleConnections : wholeIn('idle', values.idle, 0, 15_000),
    cores: values.cores === undefined ? defaultCores : coresIn('cores', values.cores),
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
        members: text,
        senders: text,
        window: text,
        runs: text,
        seconds: text,
        warmup: text,
        idle: text,
        cores: text,
        markdown: text,
        quick: { type: 'boolean' },
      },
    }).values
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new BenchError('usage', `${reason}\n\n${usage}`, { cause: error })
  }
}
