/** The result of the resume bench, in sections. */
import type { Findings } from '../findings.ts'
import type { Fact } from '../machine.ts'
import { median } from '../median.ts'
import { mebibytes, milliseconds, percent, whole } from '../quantity.ts'
import { machineSection, type Section } from '../report.ts'
import type { Column, Table } from '../table.ts'
import { type Target, targetTable } from '../target.ts'
import type { Measurement, ResumeCase } from './measurement.ts'
import type { ResumeOptions } from './options.ts'

export type ResumeResults = ReadonlyMap<ResumeCase, Findings<Measurement>>

/** The sections of the result. */
export function resumeSections(
  results: ResumeResults,
  options: ResumeOptions,
  facts: readonly Fact[],
  command: string,
): Section[] {
  const notes = [...readingNotes(options), ...failureNotes(results)]
  return [
    {
      title: `${whole(options.clients)} clients resume at once`,
      parts: [resultTable(results), notes],
    },
    { title: 'Targets', parts: [targetTable('target', [nothingLostTarget(results)])] },
    machineSection(facts, command),
  ]
}

const columns: Column[] = [
  { title: 'rooms', align: 'right' },
  { title: 'handshakes/s', align: 'right' },
  { title: 'all caught up', align: 'right' },
  { title: 'fastest', align: 'right' },
  { title: 'slowest', align: 'right' },
  { title: 'half of them', align: 'right' },
  { title: 'memory at start', align: 'right' },
  { title: 'peak memory', align: 'right' },
  { title: 'refused', align: 'right' },
  { title: 'unrecovered', align: 'right' },
  { title: 'lost', align: 'right' },
  { title: 'doubled', align: 'right' },
  { title: 'server core', align: 'right' },
  { title: 'load core', align: 'right' },
  { title: 'others', align: 'right' },
]

function resultTable(results: ResumeResults): Table {
  const rows = [...results].map(([{ rooms, handshakes }, { found }]) => {
    const start = [whole(rooms), handshakes === 0 ? 'no limit' : whole(handshakes)]
    return found.length === 0 ? [...start, 'failed'] : [...start, ...cells(found)]
  })
  return { columns, rows }
}

/** Medians; what must not happen, the memory and how much others disturbed are the worst run's. */
function cells(found: readonly Measurement[]): string[] {
  const of = (key: keyof Measurement) => found.map((measurement) => measurement[key])
  const worst = (key: keyof Measurement) => Math.max(...of(key))
  return [
    milliseconds(median(of('tookNs'))),
    milliseconds(Math.min(...of('tookNs'))),
    milliseconds(worst('tookNs')),
    milliseconds(median(of('p50Ns'))),
    mebibytes(median(of('startBytes'))),
    mebibytes(worst('peakBytes')),
    whole(median(of('refused'))),
    whole(worst('unrecovered')),
    whole(worst('lost')),
    whole(worst('doubled')),
    percent(median(of('serverCoreShare'))),
    percent(median(of('loadCoreShare'))),
    percent(worst('disturbedShare')),
  ]
}

function readingNotes({ clients, behind, runs }: ResumeOptions): string[] {
  return [
    `${whole(clients)} clients of the Centrifuge dialect over WebSocket, each in one room; the server (--data DIR) is killed with SIGKILL, started, ${whole(behind)} messages of 100 characters a room are published, it is killed again and started: then all connect in the same moment, and each asks for what it missed in its first frame.`,
    'All caught up: from the moment when the server is ready and all begin to connect, until the last has the reply with all that it missed. What each got is compared with what was published, message by message.',
    `Medians of ${runs} runs; memory, and what must not happen, are the worst run's. Peak memory: VmHWM of the server's process.`,
    'All clients come from one address, so the limits of connections and of connections an address (1,000 by default) are off; the limit of handshakes a second is as the row says (1,000 by default). Who is refused (429) tries again after 250 to 500 ms.',
  ]
}

function failureNotes(results: ResumeResults): string[] {
  return [...results].flatMap(([{ rooms, handshakes }, { failure }]) =>
    failure === undefined ? [] : [`${rooms} rooms, ${handshakes} handshakes a second: ${failure}`],
  )
}

function nothingLostTarget(results: ResumeResults): Target {
  const found = [...results.values()].flatMap((findings) => findings.found)
  const bad = found.reduce(
    (sum, { unrecovered, lost, doubled, misplaced }) => sum + unrecovered + lost + doubled + misplaced,
    0,
  )
  return {
    what: 'clients told that they are not recovered, messages lost, doubled or in another place',
    goal: '0',
    outcome: found.length === 0 ? undefined : { measured: whole(bad), isMet: bad === 0 },
  }
}
