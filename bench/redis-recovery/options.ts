/** The recovery bench's command line. */
import { parseArgs } from 'node:util'
import { BenchError } from '../bench-error.ts'
import { type Cores, defaultCores } from '../cores.ts'
import { coresIn, fileIn, namesIn, secondsIn, wholeIn } from '../option-values.ts'
import { type ClientName, clientNames } from './clients.ts'

export interface RecoveryOptions {
  readonly only: readonly ClientName[]
  /** How long the server is away. */
  readonly outagesMs: readonly number[]
  readonly rounds: number
  readonly cores: Cores
  /** Where the result is written as Markdown, if anywhere. */
  readonly markdownFile: string | undefined
}

const standard = { outages: [0.5, 2, 8], rounds: 9 } as const
const quick = { rounds: 2 } as const

export const usage = `Usage: npm run bench -- redis-recovery [options]

Kills redis-server under its clients and starts it again after a while; prints how long after its first answer each
client's calls succeed again.

  --only NAMES          of ${clientNames.join(',')}
  --outages SECONDS     how long the server is away, give or take a tenth (${standard.outages.join(',')})
  --rounds N            how often each (${standard.rounds})
  --quick               ${quick.rounds} rounds
  --cores SERVER,CLIENT cores to run on (${defaultCores.server},${defaultCores.load})
  --markdown FILE       writes the result there as well`

/**
 * Reads the command line.
 *
 * @throws BenchError `usage`
 */
export function parseRecoveryOptions(args: readonly string[]): RecoveryOptions {
  const values = parse(args)
  const base = values.quick === true ? { ...standard, ...quick } : standard
  const outages = values.outages?.split(',') ?? base.outages.map(String)
  return {
    only: values.only === undefined ? clientNames : namesIn('only', values.only, clientNames),
    outagesMs: outages.map((seconds) => secondsIn('outages', seconds, 0.5)),
    rounds: values.rounds === undefined ? base.rounds : wholeIn('rounds', values.rounds, 1, 1_000),
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
        outages: text,
        rounds: text,
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
