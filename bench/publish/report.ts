/** The result of the publish bench, in sections. */
import { disturbedShareBorne, maxAttempts } from '../disturbance.ts'
import type { Findings } from '../findings.ts'
import type { Fact } from '../machine.ts'
import { median } from '../median.ts'
import { milliseconds, percent, thousands, whole } from '../quantity.ts'
import { machineSection, type Section } from '../report.ts'
import type { Column, Table } from '../table.ts'
import type { Measurement } from './contender.ts'
import { type ContenderName, contenders } from './contenders.ts'
import type { PublishOptions } from './options.ts'

/** One load. */
export interface PublishCase {
  readonly rooms: number
  readonly publishers: number
}

/** What was found of one contender. */
export interface ContenderResult {
  readonly name: ContenderName
  /** Its version, or why this machine cannot run it. */
  readonly prepared: string | { readonly missing: string }
  readonly cases: ReadonlyMap<PublishCase, Findings<Measurement>>
}

export interface PublishResults {
  readonly cases: readonly PublishCase[]
  readonly contenders: readonly ContenderResult[]
}

/** The sections of the result. */
export function publishSections(
  results: PublishResults,
  options: PublishOptions,
  facts: readonly Fact[],
  command: string,
): Section[] {
  const notes = [...readingNotes(options), ...failureNotes(results)]
  return [
    { title: 'Durable publishes', parts: [resultTable(results), notes] },
    { title: 'What an acknowledged publication survives', parts: [survivalTable(results)] },
    { title: 'Contenders', parts: [contenderNotes(results)] },
    machineSection(facts, command),
  ]
}

const columns: Column[] = [
  { title: 'rooms', align: 'right' },
  { title: 'publishers', align: 'right' },
  { title: 'contender', align: 'left' },
  { title: 'acknowledged/s', align: 'right' },
  { title: 'spread', align: 'right' },
  { title: 'p50', align: 'right' },
  { title: 'p99', align: 'right' },
  { title: 'server core', align: 'right' },
  { title: 'load core', align: 'right' },
  { title: 'others', align: 'right' },
]

function resultTable({ cases, contenders: measured }: PublishResults): Table {
  const rows = cases.flatMap((one) =>
    measured.map(({ name, prepared, cases: findings }) => {
      const start = [whole(one.rooms), whole(one.publishers), name]
      const found = findings.get(one)?.found ?? []
      if (found.length > 0) return [...start, ...cells(found)]
      return [...start, typeof prepared === 'string' ? 'failed' : 'missing']
    }),
  )
  return { columns, rows }
}

/** Medians; how much others disturbed is the worst run's. */
function cells(found: readonly Measurement[]): string[] {
  const of = (key: keyof Measurement) => found.map((measurement) => measurement[key])
  const rates = of('acknowledgedPerSecond')
  return [
    thousands(median(rates)),
    percent((Math.max(...rates) - Math.min(...rates)) / median(rates)),
    milliseconds(median(of('p50Ns'))),
    milliseconds(median(of('p99Ns'))),
    percent(median(of('serverCoreShare'))),
    percent(median(of('loadCoreShare'))),
    percent(Math.max(...of('disturbedShare'))),
  ]
}

function readingNotes({ runs, warmupMs, measureMs }: PublishOptions): string[] {
  return [
    'Publishers: publications under way at a time; each sends its next when its last is acknowledged. 100 characters each. With SQLite alone they are the INSERTs of one transaction.',
    `Medians of ${runs} runs of ${measureMs / 1_000} s after ${warmupMs / 1_000} s, each with a new server on an empty folder. Spread: highest to lowest rate of the runs.`,
    'Publishers of Longwire and Redis share up to 100 connections; what comes at once goes in one write. Their rates include the way to clients in another process on the load’s core; SQLite’s are without any.',
    `Others: the share of a core that neither the server nor its load used and that was not idle, in the worst run; a measurement with more than ${percent(disturbedShareBorne)} of it was made again, up to ${maxAttempts} times, and the least disturbed one counts.`,
  ]
}

function survivalTable({ contenders: measured }: PublishResults): Table {
  return {
    columns: [
      { title: 'contender', align: 'left' },
      { title: 'survives', align: 'left' },
    ],
    rows: measured.map(({ name }) => [name, contenders[name].survives]),
  }
}

function failureNotes({ contenders: measured }: PublishResults): string[] {
  return measured.flatMap(({ name, prepared, cases }) => {
    if (typeof prepared !== 'string') return [`${name} is missing: ${prepared.missing}.`]
    return [...cases].flatMap(([{ rooms, publishers }, { failure }]) =>
      failure === undefined ? [] : [`${name}, ${rooms} rooms, ${publishers} publishers: ${failure}`],
    )
  })
}

function contenderNotes({ contenders: measured }: PublishResults): string[] {
  return measured.map(({ name, prepared }) => {
    const { about } = contenders[name]
    return typeof prepared === 'string' ? `${name} (${prepared}): ${about}` : `${name}: ${about}; missing`
  })
}
