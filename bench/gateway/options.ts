/** The gateway bench's command line. */
import { parseArgs } from 'node:util'
import { BenchError } from '../bench-error.ts'
import { type Cores, defaultCores } from '../cores.ts'
import { coresIn, fileIn, namesIn, secondsIn, wholeIn, wholesIn } from '../option-values.ts'
import { type PeerName, peerNames } from './peers.ts'
import { type WorkloadName, workloadNames } from './workloads.ts'

export interface GatewayOptions {
  readonly only: readonly PeerName[]
  readonly workloads: readonly WorkloadName[]
  readonly connections: readonly number[]
  /** Constant rates, as shares of what webdis carries with wrk; none: wrk alone. */
  readonly rateShares: readonly number[]
  /** How often each gateway is started anew for a load. */
  readonly runs: number
  /** How often it is measured then, in turns with the others. */
  readonly turns: number
  /** Runs of a second, with new connections each. */
  readonly warmupSeconds: number
  /** wrk knows whole seconds only. */
  readonly measureSeconds: number
  /** For the constant rates. */
  readonly pacedMs: number
  readonly cores: Cores
  /** Requests of the memory run; 0: speed is measured instead. */
  readonly memoryRequests: number
  /** Where the result is written as Markdown, if anywhere. */
  readonly markdownFile: string | undefined
}

/**
 * What is measured without options: the targets' numbers of connections. The warm-up is as long as Node takes to compile what
 * it runs most (*measured*, thousands of GETs a second at 128 connections in a gateway's first slices of three seconds: 41, 42,
 * 57, 55, 51, 51, 57).
 */
const standard = {
  connections: [16, 128],
  rates: [50, 80],
  runs: 2,
  turns: 4,
  warmupSeconds: 10,
  measureSeconds: 5,
  pacedMs: 3_000,
} as const
const quick = { runs: 1, turns: 1, warmupSeconds: 1, measureSeconds: 1, pacedMs: 1_000 } as const
/** Enough that what is kept of each request, were it a few bytes, would be seen. */
const memoryRequests = 10_000_000
const quickMemoryRequests = 1_000_000

export const usage = `Usage: npm run bench -- gateway [options]

Starts each gateway on one core, Redis and its load on another, and prints one table of requests per second, latency
and the gateway's processor time: with wrk, and at constant rates.

  --only NAMES          of ${peerNames.join(',')}
  --workloads NAMES     of ${workloadNames.join(',')}
  --connections NUMBERS connections at once (${standard.connections.join(',')})
  --rates PERCENTAGES   constant rates, of what webdis carries with wrk (${standard.rates.join(',')}); 0: none
  --runs N              how often each gateway is started anew for a load (${standard.runs})
  --turns N             how often all are measured then, in turns; medians are of all turns (${standard.turns})
  --seconds N           how long wrk measures, in whole seconds (${standard.measureSeconds})
  --warmup N            how many runs of a second go before, unmeasured (${standard.warmupSeconds})
  --paced SECONDS       how long each constant rate is measured (${standard.pacedMs / 1_000})
  --quick               one short run
  --memory              instead of speed: Longwire's memory over ten million requests (a million with --quick)
  --cores SERVER,LOAD   cores to run on (${defaultCores.server},${defaultCores.load})
  --markdown FILE       writes the result there as well`

/**
 * Reads the command line.
 *
 * @throws BenchError `usage`
 */
export function parseGatewayOptions(args: readonly string[]): GatewayOptions {
  const values = parse(args)
  const base = values.quick === true ? { ...standard, ...quick } : standard
  const rates = values.rates === undefined ? base.rates : wholesIn('rates', values.rates, 0, 1_000)
  return {
    only: values.only === undefined ? peerNames : namesIn('only', values.only, peerNames),
    workloads:
      values.workloads === undefined ? workloadNames : namesIn('workloads', values.workloads, workloadNames),
    connections:
      values.connections === undefined
        ? base.connections
        : wholesIn('connections', values.connections, 1, 5_000),
    rateShares: rates.filter((percentage) => percentage > 0).map((percentage) => percentage / 100),
    runs: values.runs === undefined ? base.runs : wholeIn('runs', values.runs, 1, 1_000),
    turns: values.turns === undefined ? base.turns : wholeIn('turns', values.turns, 1, 1_000),
    warmupSeconds:
      values.warmup === undefined ? base.warmupSeconds : wholeIn('warmup', values.warmup, 1, 600),
    measureSeconds:
      values.seconds === undefined ? base.measureSeconds : wholeIn('seconds', values.seconds, 1, 600),
    pacedMs: values.paced === undefined ? base.pacedMs : secondsIn('paced', values.paced, 0.1),
    cores: values.cores === undefined ? defaultCores : coresIn('cores', values.cores),
    memoryRequests: values.memory !== true ? 0 : values.quick === true ? quickMemoryRequests : memoryRequests,
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
        connections: text,
        rates: text,
        runs: text,
        turns: text,
        seconds: text,
        warmup: text,
        paced: text,
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
