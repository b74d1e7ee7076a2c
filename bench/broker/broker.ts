/**
 * The broker bench: how many publications a second each broker acknowledges, and how late, by how many publish at a
 * time. Everything is in this process, as it is in the server; the store's threads take cores of their own.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Broker } from '../../src/broker/broker.ts'
import { MemoryBroker } from '../../src/broker/memory/memory.ts'
import { SqliteBroker } from '../../src/broker/sqlite/sqlite.ts'
import type { Bench } from '../bench.ts'
import { LatencyHistogram } from '../latency-histogram.ts'
import { machineFacts } from '../machine.ts'
import { progress } from '../progress.ts'
import { milliseconds, thousands, whole } from '../quantity.ts'
import { textTable } from '../table.ts'
import { type BrokerBenchOptions, parseBrokerOptions, usage } from './options.ts'

const data = 'x'.repeat(100)
const historySize = 1_000

/** The brokers that are measured, each with a store of its own in a folder that is empty. */
const brokers = {
  memory: async () => new MemoryBroker(),
  sqlite: (folder: string) => SqliteBroker.open({ file: join(folder, 'store.db') }),
  'sqlite, no search': (folder: string) =>
    SqliteBroker.open({ file: join(folder, 'store.db'), isSearchable: false }),
  'sqlite, full': (folder: string) =>
    SqliteBroker.open({ file: join(folder, 'store.db'), durability: 'full' }),
} as const satisfies Record<string, (folder: string) => Promise<Broker>>

export const broker: Bench = {
  usage,

  async run(args) {
    const options = parseBrokerOptions(args)
    const rows: string[][] = []
    for (const publishers of options.publishers) {
      for (const [name, open] of Object.entries(brokers)) {
        const { perSecond, latency } = await measure(open, publishers, options)
        const percentile = (share: number) => milliseconds(latency.percentileNs(share) ?? 0)
        const row = [name, whole(publishers), `${thousands(perSecond)}/s`, percentile(0.5), percentile(0.99)]
        rows.push([...row, milliseconds(latency.percentileNs(1) ?? 0)])
        progress(row.join('  '))
      }
    }
    const column = (title: string, align: 'left' | 'right' = 'right') => ({ title, align })
    const columns = [
      column('broker', 'left'),
      ...['publishers', 'acknowledged', 'median', 'p99', 'longest'].map((title) => column(title)),
    ]
    for (const [fact, value] of machineFacts()) console.log(`${fact}: ${value}`)
    console.log(`\n${textTable({ columns, rows })}`)
  },
}

async function measure(
  open: (folder: string) => Promise<Broker>,
  publishers: number,
  { rooms, warmupMs, measureMs, folder }: BrokerBenchOptions,
): Promise<{ perSecond: number; latency: LatencyHistogram }> {
  const place = mkdtempSync(join(folder, 'longwire-bench-'))
  const measured = await open(place)
  const latency = new LatencyHistogram()
  const fromMs = performance.now() + warmupMs
  const toMs = fromMs + measureMs
  let lastMs = 0
  const publish = async (room: string): Promise<void> => {
    for (let count = 1; ; count++) {
      const startMs = performance.now()
      if (startMs >= toMs) return
      await measured.publish(room, { data }, { historySize })
      const endMs = performance.now()
      if (endMs >= fromMs && endMs < toMs) latency.record((endMs - startMs) * 1e6)
      lastMs = endMs
      // A broker without input and output would otherwise never let the process do anything else.
      if (count % 256 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
  }
  try {
    await Promise.all(Array.from({ length: publishers }, (_, index) => publish(`room-${index % rooms}`)))
  } finally {
    await measured.close()
    rmSync(place, { recursive: true })
  }
  return { perSecond: latency.total / ((Math.min(lastMs, toMs) - fromMs) / 1_000), latency }
}
