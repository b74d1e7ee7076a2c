/** The result of the recovery bench, in sections. */
import type { Fact } from '../machine.ts'
import { median } from '../median.ts'
import { milliseconds } from '../quantity.ts'
import { machineSection, type Section } from '../report.ts'
import type { Column, Table } from '../table.ts'
import { type Target, targetTable } from '../target.ts'
import { type ClientName, describeClient } from './clients.ts'
import type { RecoveryOptions } from './options.ts'

/** How long one client took after one outage, from the server's first answer. */
export interface Recovery {
  readonly name: ClientName
  readonly outageMs: number
  readonly tookNs: number
}

const longestNs = 100e6

/** The sections of the result. */
export function recoverySections(
  recoveries: readonly Recovery[],
  options: RecoveryOptions,
  facts: readonly Fact[],
  command: string,
): Section[] {
  return [
    { title: 'Recovery of Redis clients', parts: [resultTable(recoveries, options), notes(options)] },
    { title: 'Targets', parts: [targetTable('target', targets(recoveries, options))] },
    { title: 'Clients', parts: [options.only.map(describeClient)] },
    machineSection(facts, command),
  ]
}

const columns: Column[] = [
  { title: 'server away', align: 'right' },
  { title: 'client', align: 'left' },
  { title: 'median', align: 'right' },
  { title: 'best', align: 'right' },
  { title: 'worst', align: 'right' },
]

function resultTable(recoveries: readonly Recovery[], { outagesMs, only }: RecoveryOptions): Table {
  const rows = outagesMs.flatMap((outageMs) =>
    only.map((name) => {
      const took = timesOf(recoveries, name, outageMs)
      const cells = [median(took), Math.min(...took), Math.max(...took)].map(milliseconds)
      return [away(outageMs), name, ...cells]
    }),
  )
  return { columns, rows }
}

function notes({ rounds }: RecoveryOptions): string[] {
  return [
    `Over ${rounds} rounds of each outage: redis-server is killed (SIGKILL) under all clients at once and started again after the time, drawn anew within a tenth of it, so that no client’s schedule fits it by chance.`,
    'Counted from the server’s first answer to PING, which a socket asks for each millisecond, to the first success of a client’s eight callers, which never cease to call; 0 where a client was as fast as that socket.',
  ]
}

function targets(recoveries: readonly Recovery[], { outagesMs }: RecoveryOptions): Target[] {
  return outagesMs.map((outageMs) => {
    const took = timesOf(recoveries, 'longwire', outageMs)
    const worst = Math.max(...took)
    return {
      what: `server away for ${away(outageMs)}: longwire’s worst recovery`,
      goal: `< ${milliseconds(longestNs)}`,
      outcome: took.length === 0 ? undefined : { measured: milliseconds(worst), isMet: worst < longestNs },
    }
  })
}

function timesOf(recoveries: readonly Recovery[], name: ClientName, outageMs: number): number[] {
  return recoveries
    .filter((one) => one.name === name && one.outageMs === outageMs)
    .map(({ tookNs }) => tookNs)
}

function away(outageMs: number): string {
  return `${outageMs / 1_000} s`
}
