/** The result of the Redis bench, in sections. */
import { disturbedShareBorne, maxAttempts } from '../disturbance.ts'
import type { Fact } from '../machine.ts'
import { milliseconds, percent, thousands, whole } from '../quantity.ts'
import { machineSection, type Section } from '../report.ts'
import type { Column, Table } from '../table.ts'
import { targetTable } from '../target.ts'
import { contenderNames } from './contenders.ts'
import type { RedisOptions } from './options.ts'
import { type ContenderResult, type RedisCase, type RedisResults, summarize } from './results.ts'
import { redisTargets } from './targets.ts'
import { workloads } from './workloads.ts'

/** The sections of the result. */
export function redisSections(
  results: RedisResults,
  options: RedisOptions,
  facts: readonly Fact[],
  command: string,
): Section[] {
  return [
    {
      title: 'Redis clients',
      parts: [resultTable(results), [...readingNotes(options), ...failures(results)]],
    },
    { title: 'Targets', parts: [targetTable('target', redisTargets(results))] },
    { title: 'Clients', parts: [contenderNotes(results)] },
    machineSection(facts, command),
  ]
}

const columns: Column[] = [
  { title: 'workload', align: 'left' },
  { title: 'callers', align: 'right' },
  { title: 'client', align: 'left' },
  { title: 'operations/s', align: 'right' },
  { title: 'spread', align: 'right' },
  { title: 'p50', align: 'right' },
  { title: 'p99', align: 'right' },
  { title: 'client CPU/operation', align: 'right' },
  { title: 'client core', align: 'right' },
  { title: 'server core', align: 'right' },
  { title: 'others', align: 'right' },
]

function resultTable(results: RedisResults): Table {
  const rows = results.cases.flatMap((one) =>
    contenderNames.flatMap((name) => {
      const result = results.contenders.get(name)
      return result === undefined ? [] : [row(one, result)]
    }),
  )
  return { columns, rows }
}

function row(one: RedisCase, { contender, prepared, cases }: ContenderResult): string[] {
  const start = [workloads[one.workload].title, whole(one.callers), contender.name]
  const findings = cases.get(one)
  const summary = findings && summarize(findings.found)
  if (findings?.failure !== undefined) return [...start, 'failed']
  if (summary === undefined) return [...start, 'missing' in prepared ? 'missing' : 'cannot']
  return [
    ...start,
    thousands(summary.operationsPerSecond),
    percent(summary.spread),
    milliseconds(summary.p50Ns),
    milliseconds(summary.p99Ns),
    `${whole(summary.clientCpuNsPerOperation)} ns`,
    percent(summary.loadCoreShare),
    percent(summary.serverCoreShare),
    percent(summary.disturbedShare),
  ]
}

function readingNotes({ runs, warmupMs, measureMs }: RedisOptions): string[] {
  return [
    'Each caller awaits the reply to its command, checks that it is the one for its key, and sends the next; a wrong reply fails the measurement.',
    `Medians of ${runs} runs of ${measureMs / 1_000} s after ${warmupMs / 1_000} s, each in a new process against a new redis-server; others is the worst run's. Spread: highest to lowest rate of the runs.`,
    'Latency: from a caller’s command to its reply, of every eighth caller.',
    `Others: the share of a core that neither the client nor redis-server used and that was not idle; a measurement with more than ${percent(disturbedShareBorne)} of it was made again, up to ${maxAttempts} times, and the least disturbed one counts.`,
  ]
}

function failures(results: RedisResults): string[] {
  return [...results.contenders.values()].flatMap(({ contender, prepared, cases }) => {
    if ('missing' in prepared) return [`${contender.name} is missing: ${prepared.missing}.`]
    return [...cases].flatMap(([{ workload, callers }, { failure }]) =>
      failure === undefined
        ? []
        : [`${contender.name}, ${workloads[workload].title}, ${callers} callers: ${failure}`],
    )
  })
}

function contenderNotes(results: RedisResults): string[] {
  return [...results.contenders.values()].map(({ contender, prepared }) =>
    'missing' in prepared
      ? `${contender.name}: ${contender.about}; missing`
      : `${contender.name} (${prepared.version}): ${contender.about}`,
  )
}
