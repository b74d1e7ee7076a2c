/** What a run of the Redis bench has found, by client, workload and number of callers. */
import type { Findings } from '../findings.ts'
import { median } from '../median.ts'
import type { Contender } from './contender.ts'
import type { ContenderName } from './contenders.ts'
import type { Measurement } from './measurement.ts'
import type { WorkloadName } from './workloads.ts'

/** One load. */
export interface RedisCase {
  readonly workload: WorkloadName
  readonly callers: number
}

/** What was found of one client. */
export interface ContenderResult {
  readonly contender: Contender
  /** Its version, or why this machine cannot run it. */
  readonly prepared: { readonly version: string } | { readonly missing: string }
  readonly cases: ReadonlyMap<RedisCase, Findings<Measurement>>
}

export interface RedisResults {
  readonly cases: readonly RedisCase[]
  readonly contenders: ReadonlyMap<ContenderName, ContenderResult>
}

/** The middle of the runs; how much others disturbed is the worst run's. */
export interface Summary extends Measurement {
  /** How far the rates of the runs are apart, as a share of their median. */
  readonly spread: number
}

/** Sums up the runs of one client and case; `undefined`: there were none. */
export function summarize(found: readonly Measurement[]): Summary | undefined {
  if (found.length === 0) return undefined
  const of = (key: keyof Measurement) => found.map((measurement) => measurement[key])
  const middle = (key: keyof Measurement) => median(of(key))
  const rates = of('operationsPerSecond')
  return {
    operationsPerSecond: median(rates),
    spread: (Math.max(...rates) - Math.min(...rates)) / median(rates),
    p50Ns: middle('p50Ns'),
    p99Ns: middle('p99Ns'),
    clientCpuNsPerOperation: middle('clientCpuNsPerOperation'),
    serverCoreShare: middle('serverCoreShare'),
    loadCoreShare: middle('loadCoreShare'),
    disturbedShare: Math.max(...of('disturbedShare')),
  }
}

/** The summary of a client in a case, if it was measured there. */
export function summaryOf(
  results: RedisResults,
  name: ContenderName,
  wanted: RedisCase | undefined,
): Summary | undefined {
  const findings = wanted && results.contenders.get(name)?.cases.get(wanted)
  return findings && summarize(findings.found)
}
