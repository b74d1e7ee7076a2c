/** What a run of the fan-out bench has found, by server and by size of the room. */
import type { Findings } from '../findings.ts'
import { median } from '../median.ts'
import type { IdleMemory } from './idle-memory.ts'
import type { Measurement } from './measurement.ts'
import type { Peer } from './peer.ts'
import type { PeerName } from './peers.ts'

/** One size of the room. */
export interface FanoutCase {
  readonly members: number
  readonly senders: number
}

/** What was found of one server. */
export interface PeerResult {
  readonly peer: Peer
  /** Its version, or why this machine cannot run it. */
  readonly prepared: { readonly version: string } | { readonly missing: string }
  readonly memory: Findings<IdleMemory>
  readonly cases: Map<FanoutCase, Findings<Measurement>>
}

export interface FanoutResults {
  readonly cases: readonly FanoutCase[]
  readonly peers: ReadonlyMap<PeerName, PeerResult>
}

/** The middle of the runs; what must not happen is the worst run's. */
export interface Summary extends Measurement {
  /** How far the rates of the runs are apart, as a share of their median. */
  readonly spread: number
}

/** Sums up the runs of one server and case; `undefined`: there were none. */
export function summarize(found: readonly Measurement[]): Summary | undefined {
  if (found.length === 0) return undefined
  const of = (key: keyof Measurement) => found.map((measurement) => measurement[key])
  const middle = (key: keyof Measurement) => median(of(key))
  const worst = (key: keyof Measurement) => Math.max(...of(key))
  const rates = of('deliveriesPerSecond')
  return {
    deliveriesPerSecond: median(rates),
    spread: (Math.max(...rates) - Math.min(...rates)) / median(rates),
    p50Ns: middle('p50Ns'),
    p99Ns: middle('p99Ns'),
    serverCpuNsPerDelivery: middle('serverCpuNsPerDelivery'),
    serverCoreShare: middle('serverCoreShare'),
    loadCoreShare: middle('loadCoreShare'),
    disturbedShare: worst('disturbedShare'),
    gone: worst('gone'),
    lost: worst('lost'),
    doubled: worst('doubled'),
    foreign: worst('foreign'),
    misplaced: worst('misplaced'),
    unacknowledged: worst('unacknowledged'),
  }
}

/** The summary of a server at a size of the room, if it was measured there. */
export function summaryOf(
  results: FanoutResults,
  name: PeerName,
  members: number,
  senders: number,
): Summary | undefined {
  const wanted = results.cases.find((each) => each.members === members && each.senders === senders)
  const findings = wanted && results.peers.get(name)?.cases.get(wanted)
  return findings && summarize(findings.found)
}

/** A server's median resident memory per idle connection in bytes, if it was measured. */
export function idleBytesOf(results: FanoutResults, name: PeerName): number | undefined {
  const found = results.peers.get(name)?.memory.found ?? []
  return found.length === 0 ? undefined : median(found.map((memory) => memory.perConnectionBytes))
}
