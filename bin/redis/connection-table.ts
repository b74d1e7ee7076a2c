/** The connections of a pool as a table, and its totals as lines. */
import type { ConnectionStats, PoolStats } from '../../src/redis/stats.ts'
import { bytesText, countText, durationText } from './amounts.ts'
import { type Column, tableLines } from './table.ts'

const columns: readonly Column<ConnectionStats>[] = [
  { title: 'ID', isNumber: true, text: ({ id }) => String(id) },
  { title: 'USE', text: ({ use, isOverflow }) => (isOverflow ? `${use} (overflow)` : use) },
  { title: 'STATE', text: ({ state }) => state },
  { title: 'AGE', isNumber: true, text: ({ ageMs }) => durationText(ageMs) },
  { title: 'IN FLIGHT', isNumber: true, text: ({ inFlight }) => countText(inFlight) },
  { title: 'COMMANDS', isNumber: true, text: ({ answered }) => countText(answered) },
  { title: 'READ', isNumber: true, text: ({ readBytes }) => bytesText(readBytes) },
  { title: 'WRITTEN', isNumber: true, text: ({ writtenBytes }) => bytesText(writtenBytes) },
  { title: 'LAST REPLY', isNumber: true, text: ({ silentMs }) => `${durationText(silentMs)} ago` },
  {
    title: 'ROUND TRIP',
    isNumber: true,
    text: ({ roundTripMs }) => (roundTripMs === undefined ? '-' : durationText(roundTripMs)),
  },
  { title: 'ADDRESS', text: ({ address }) => address },
]

/** The lines of the table, its heading first. */
export function connectionTable(connections: readonly ConnectionStats[]): string[] {
  return tableLines(
    columns,
    connections.toSorted((a, b) => a.id - b.id),
  )
}

/** What the pool is and has. `callsPerSecond`: since the last table. */
export function poolLines(pool: PoolStats, callsPerSecond: number): string[] {
  const { open, size, opening, idle, leased, inFlight, waitingCalls, waitingLeases } = pool
  return [
    `${open} of ${size} open, ${opening} opening · ${idle} idle, ${leased} leased · ${countText(inFlight)} in flight · ` +
      `${countText(waitingCalls)} calls and ${countText(waitingLeases)} leases wait · ${countText(callsPerSecond)} calls/s`,
    `waits ${countText(pool.waits)} · retries ${countText(pool.retries)} · timeouts ${countText(pool.timeouts)} · ` +
      `reconnects ${countText(pool.reconnects)} · failed dials ${countText(pool.dialFailures)} · ` +
      `leaks ${countText(pool.leaks)} · keep-alive ${durationText(pool.keepAliveMs)}`,
  ]
}
