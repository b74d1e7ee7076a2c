/** The result of the fan-out bench, for the terminal and as Markdown. */
import { disturbedShareBorne, maxAttempts } from '../disturbance.ts'
import type { Fact } from '../machine.ts'
import { kibibytes, milliseconds, percent, thousands, whole } from '../quantity.ts'
import { machineSection, type Section } from '../report.ts'
import type { Column, Table } from '../table.ts'
import { targetTable } from '../target.ts'
import type { FanoutOptions } from './options.ts'
import { peerNames } from './peers.ts'
import { type FanoutCase, type FanoutResults, idleBytesOf, type PeerResult, summarize } from './results.ts'
import { fanoutTargets, targetMembers } from './targets.ts'

/** The sections of the result. */
export function fanoutSections(
  results: FanoutResults,
  options: FanoutOptions,
  facts: readonly Fact[],
  command: string,
): Section[] {
  const notes = [...readingNotes(options), ...failureNotes(results), ...loadNotes(results)]
  const title = `target, at ${whole(targetMembers)} members`
  return [
    { title: 'Fan-out', parts: [resultTable(results), notes] },
    { title: 'Targets', parts: [targetTable(title, fanoutTargets(results))] },
    { title: 'Servers', parts: [peerNotes(results)] },
    machineSection(facts, command),
  ]
}

const columns: Column[] = [
  { title: 'members', align: 'right' },
  { title: 'senders', align: 'right' },
  { title: 'server', align: 'left' },
  { title: 'deliveries/s', align: 'right' },
  { title: 'spread', align: 'right' },
  { title: 'p50', align: 'right' },
  { title: 'p99', align: 'right' },
  { title: 'CPU/delivery', align: 'right' },
  { title: 'server core', align: 'right' },
  { title: 'load core', align: 'right' },
  { title: 'others', align: 'right' },
  { title: 'dropped', align: 'right' },
  { title: 'lost', align: 'right' },
  { title: 'doubled', align: 'right' },
  { title: 'idle connection', align: 'right' },
]

function resultTable(results: FanoutResults): Table {
  const rows = results.cases.flatMap((size) =>
    peerNames.flatMap((name) => {
      const result = results.peers.get(name)
      return result === undefined ? [] : [row(size, result, idleBytesOf(results, name))]
    }),
  )
  return { columns, rows }
}

function row(
  size: FanoutCase,
  { peer, prepared, cases }: PeerResult,
  idleBytes: number | undefined,
): string[] {
  const start = [whole(size.members), whole(size.senders), peer.name]
  const summary = summarize(cases.get(size)?.found ?? [])
  if (summary === undefined) return [...start, 'missing' in prepared ? 'not run' : 'failed']
  return [
    ...start,
    thousands(summary.deliveriesPerSecond),
    percent(summary.spread),
    milliseconds(summary.p50Ns),
    milliseconds(summary.p99Ns),
    `${whole(summary.serverCpuNsPerDelivery)} ns`,
    percent(summary.serverCoreShare),
    percent(summary.loadCoreShare),
    percent(summary.disturbedShare),
    whole(summary.gone),
    whole(summary.lost),
    whole(summary.doubled),
    idleBytes === undefined ? '-' : kibibytes(idleBytes),
  ]
}

function readingNotes({ runs, warmupMs, measureMs, window, idleConnections }: FanoutOptions): string[] {
  return [
    `Each sender keeps ${window === 1 ? 'one message' : `${window} messages`} of 64 bytes on the way: it sends its next when it has received its own.`,
    `Medians of ${runs} runs of ${measureMs / 1_000} s after ${warmupMs / 1_000} s; dropped members, lost and doubled messages and others are the worst run's. Spread: highest to lowest rate of the runs.`,
    `CPU/delivery: processor time of the server, user and kernel, per message that a member received. Others: the share of a core that neither the server nor its load used and that was not idle; a measurement with more than ${percent(disturbedShareBorne)} of it was made again, up to ${maxAttempts} times, and the least disturbed one counts.`,
    ...(idleConnections === 0
      ? []
      : [
          `Idle connection: growth of the server's resident memory with ${whole(idleConnections)} idle connections, after some work, by the connection.`,
        ]),
  ]
}

function failureNotes(results: FanoutResults): string[] {
  return [...results.peers.values()].flatMap(({ peer, prepared, memory, cases }) => {
    if ('missing' in prepared) return [`${peer.name} was not run: ${prepared.missing}.`]
    const notes = memory.failure === undefined ? [] : [`${peer.name}, idle memory: ${memory.failure}`]
    for (const [{ members, senders }, { found, failure }] of cases) {
      const place = `${peer.name}, ${whole(members)} members, ${senders} senders`
      if (failure !== undefined) notes.push(`${place}: ${failure}`)
      const { foreign = 0, misplaced = 0, unacknowledged = 0 } = summarize(found) ?? {}
      if (foreign > 0) notes.push(`${place}: ${whole(foreign)} texts were damaged or not of this bench`)
      if (misplaced > 0) notes.push(`${place}: ${whole(misplaced)} offsets or acknowledgements out of order`)
      if (unacknowledged > 0) notes.push(`${place}: ${whole(unacknowledged)} messages never acknowledged`)
    }
    return notes
  })
}

/** How far the load generator is from being what limits the others. */
function loadNotes(results: FanoutResults): string[] {
  const rates = (of: readonly PeerResult[], size: FanoutCase) =>
    of.flatMap(({ cases }) => summarize(cases.get(size)?.found ?? [])?.deliveriesPerSecond ?? [])
  const limit = results.peers.get('limit')
  if (limit === undefined) return []
  const others = [...results.peers.values()].filter((result) => result !== limit)
  const parts = results.cases.flatMap((size) => {
    const [most] = rates([limit], size)
    if (most === undefined) return []
    const next = Math.max(0, ...rates(others, size))
    const compared = next === 0 ? '' : ` (the best of the others: ${thousands(next)})`
    return [
      `${thousands(most)}${compared} with ${whole(size.members)} members and ${whole(size.senders)} senders`,
    ]
  })
  if (parts.length === 0) return []
  return [`What the load generator has shown to take, deliveries/s: ${parts.join('; ')}.`]
}

function peerNotes(results: FanoutResults): string[] {
  return [...results.peers.values()].map(({ peer, prepared }) =>
    'missing' in prepared
      ? `${peer.name}: ${peer.about}; not run`
      : `${peer.name} (${prepared.version}): ${peer.about}`,
  )
}
