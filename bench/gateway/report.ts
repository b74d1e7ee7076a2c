/** The result of the gateway bench, in sections. */
import { disturbedShareBorne, maxAttempts } from '../disturbance.ts'
import type { Fact } from '../machine.ts'
import { milliseconds, percent, thousands, whole } from '../quantity.ts'
import { machineSection, type Section } from '../report.ts'
import type { Column, Table } from '../table.ts'
import { targetTable } from '../target.ts'
import type { GatewayOptions } from './options.ts'
import { peerNames } from './peers.ts'
import { type GatewayCase, type GatewayResults, type PeerResult, summarize } from './results.ts'
import { gatewayTargets } from './targets.ts'
import { workloads } from './workloads.ts'

/** The sections of the result. */
export function gatewaySections(
  results: GatewayResults,
  options: GatewayOptions,
  facts: readonly Fact[],
  command: string,
): Section[] {
  const { rateShares } = options
  return [
    {
      title: 'Redis over HTTP',
      parts: [resultTable(results, rateShares), [...readingNotes(options), ...failures(results)]],
    },
    { title: 'Targets', parts: [targetTable('target', gatewayTargets(results, rateShares))] },
    { title: 'Gateways', parts: [peerNotes(results)] },
    machineSection(facts, command),
  ]
}

function columnsFor(rateShares: readonly number[]): Column[] {
  const right = (title: string): Column => ({ title, align: 'right' })
  return [
    { title: 'workload', align: 'left' },
    right('connections'),
    { title: 'gateway', align: 'left' },
    ...['requests/s', 'spread', 'p50', 'p99', 'CPU/request', 'gateway core', 'load core'].map(right),
    ...rateShares.map((share) => right(`p99 at ${percent(share)}`)),
    right('others'),
  ]
}

function resultTable(results: GatewayResults, rateShares: readonly number[]): Table {
  const rows = results.cases.flatMap((one) =>
    peerNames.flatMap((name) => {
      const result = results.peers.get(name)
      return result === undefined ? [] : [row(one, result, rateShares)]
    }),
  )
  return { columns: columnsFor(rateShares), rows }
}

function row(
  one: GatewayCase,
  { peer, prepared, cases }: PeerResult,
  rateShares: readonly number[],
): string[] {
  const start = [workloads[one.workload].title, whole(one.connections), peer.name]
  const findings = cases.get(one)
  const summary = findings && summarize(findings.found)
  if (findings?.failure !== undefined) return [...start, 'failed']
  if (summary === undefined) return [...start, 'missing' in prepared ? 'missing' : 'not run']
  const { wrk, paced, spread } = summary
  return [
    ...start,
    thousands(wrk.requestsPerSecond),
    percent(spread),
    milliseconds(wrk.p50Ns),
    milliseconds(wrk.p99Ns),
    `${whole(wrk.serverCpuNsPerRequest)} ns`,
    percent(wrk.serverCoreShare),
    percent(wrk.loadCoreShare),
    ...rateShares.map((_, index) => (paced[index] === undefined ? '-' : milliseconds(paced[index].p99Ns))),
    percent(Math.max(wrk.disturbedShare, ...paced.map(({ disturbedShare }) => disturbedShare))),
  ]
}

function readingNotes({
  runs,
  turns,
  warmupSeconds,
  measureSeconds,
  pacedMs,
  rateShares,
}: GatewayOptions): string[] {
  return [
    'wrk keeps one request on the way on each connection; all get the same reply, which is compared among the gateways before. The value of 10 KiB is text that JSON does not escape.',
    `For each load all gateways were started ${runs === 1 ? 'once' : `${runs} times`}, each with a redis-server of its own, and warmed up with ${warmupSeconds} runs of a second. They ran side by side and were measured in turns, ${turns} times for ${measureSeconds} s each; the others were idle meanwhile.`,
    "The table has the medians of all turns; others is the worst turn's. Spread: highest to lowest rate of the turns. Targets are medians too: of the ratios of each turn to the other gateway's same turn, seconds before or after it.",
    'Redis and the load share a core; the gateway has the other. CPU/request: processor time of the gateway, user and kernel.',
    ...(rateShares.length === 0
      ? []
      : [
          `p99 at a share: requests come at a constant rate, which is that share of the median of what webdis carried with wrk since it was started, for ${pacedMs / 1_000} s. Latency counts from when a request was due, so what it waited for its connection is in it.`,
        ]),
    `Others: the share of a core that none of the measured processes used and that was not idle; a measurement with more than ${percent(disturbedShareBorne)} of it was made again, up to ${maxAttempts} times, and the least disturbed one counts.`,
  ]
}

function failures(results: GatewayResults): string[] {
  return [...results.peers.values()].flatMap(({ peer, prepared, cases }) => {
    if ('missing' in prepared) return [`${peer.name} is missing: ${prepared.missing}.`]
    return [...cases].flatMap(([{ workload, connections }, { found, failure }]) => {
      const place = `${peer.name}, ${workloads[workload].title}, ${connections} connections`
      const notes = failure === undefined ? [] : [`${place}: ${failure}`]
      for (const { unanswered, offeredPerSecond } of summarize(found)?.paced ?? []) {
        if (unanswered === 0) continue
        notes.push(
          `${place}, at ${thousands(offeredPerSecond)}/s: ${whole(unanswered)} requests were never answered`,
        )
      }
      return notes
    })
  })
}

function peerNotes(results: GatewayResults): string[] {
  return [...results.peers.values()].map(({ peer, prepared }) =>
    'missing' in prepared
      ? `${peer.name}: ${peer.about}; missing`
      : `${peer.name} (${prepared.version}): ${peer.about}`,
  )
}
