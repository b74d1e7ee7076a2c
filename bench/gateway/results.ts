/** What a run of the gateway bench has found, by gateway, workload and number of connections. */
import type { Findings } from '../findings.ts'
import { median } from '../median.ts'
import type { PacedResult } from './load-generator.ts'
import type { Peer } from './peer.ts'
import type { PeerName } from './peers.ts'
import type { WorkloadName } from './workloads.ts'
import type { WrkResult } from './wrk.ts'

/** One load. */
export interface GatewayCase {
  readonly workload: WorkloadName
  readonly connections: number
}

/** One turn's measurements of one gateway in a case. */
export interface Measurement {
  readonly wrk: WrkResult
  /** In the order of the shares that were asked for; none where webdis's rate is not known. */
  readonly paced: readonly PacedResult[]
}

/** What was found of one gateway. */
export interface PeerResult {
  readonly peer: Peer
  /** Its version, or why this machine cannot run it. */
  readonly prepared: { readonly version: string } | { readonly missing: string }
  /** The turns of all runs, in order. */
  readonly cases: ReadonlyMap<GatewayCase, Findings<Measurement>>
}

export interface GatewayResults {
  readonly cases: readonly GatewayCase[]
  readonly peers: ReadonlyMap<PeerName, PeerResult>
}

/** The middle of the turns; how much others disturbed and what was never answered are the worst turn's. */
export interface Summary {
  readonly wrk: WrkResult
  readonly paced: readonly PacedResult[]
  /** How far wrk's rates of the turns are apart, as a share of their median. */
  readonly spread: number
}

/** Sums up the turns of one gateway and case; `undefined`: there were none. */
export function summarize(found: readonly Measurement[]): Summary | undefined {
  const [first] = found
  if (first === undefined) return undefined
  const rates = found.map(({ wrk }) => wrk.requestsPerSecond)
  return {
    wrk: middleOf(found.map(({ wrk }) => wrk)),
    paced: first.paced.map((_, index) => middleOf(found.flatMap(({ paced }) => paced[index] ?? []))),
    spread: (Math.max(...rates) - Math.min(...rates)) / median(rates),
  }
}

/** Of these the worst turn counts, not the middle. */
const worstOf: ReadonlySet<string> = new Set(['disturbedShare', 'unanswered'])

function middleOf<Result extends WrkResult | PacedResult>(results: readonly Result[]): Result {
  const of = (key: string) => results.map((result) => (result as unknown as Record<string, number>)[key]!)
  const keys = Object.keys(results[0]!)
  return Object.fromEntries(
    keys.map((key) => [key, worstOf.has(key) ? Math.max(...of(key)) : median(of(key))]),
  ) as unknown as Result
}

/**
 * How a gateway does beside another in a case: the median of the ratios of their turns, each to the other's same turn.
 *
 * @param of what is compared
 * @returns `undefined` where one of them was not measured
 */
export function ratioInTurns(
  results: GatewayResults,
  [ours, theirs]: readonly [ours: PeerName, theirs: PeerName],
  wanted: GatewayCase,
  of: (turn: Measurement) => number | undefined,
): number | undefined {
  const turnsOf = (name: PeerName) => results.peers.get(name)?.cases.get(wanted)?.found ?? []
  const others = turnsOf(theirs)
  const ratios = turnsOf(ours).flatMap((turn, index) => {
    const other = others[index]
    const [our, their] = [of(turn), other && of(other)]
    return our === undefined || their === undefined ? [] : [our / their]
  })
  return ratios.length === 0 ? undefined : median(ratios)
}
