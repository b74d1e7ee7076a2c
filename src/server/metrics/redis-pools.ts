/** Metrics of Redis pools, each under a name. All come from `pool.stats()`, but for why connections ended. */
import type { Cause, Ending } from '../../connection/cause.ts'
import type { RedisPool } from '../../redis/pool.ts'
import { type CounterValues, connectionActivities, type PoolStats } from '../../redis/stats.ts'
import type { Sample, Samples } from './samples.ts'

interface MeasuredPool {
  readonly pool: RedisPool
  readonly closes: Map<Cause, number>
}

/** The counters of a pool: their metric, and what it means. */
const counters: Readonly<
  Record<Exclude<keyof CounterValues, 'closes'>, readonly [name: string, help: string]>
> = {
  connects: ['connects', 'Connections that were opened and ready.'],
  reconnects: ['reconnects', 'Of these, such as replaced one that the pool had not closed itself.'],
  dialFailures: ['dial_failures', 'Dials that failed, refusals of the server included.'],
  waits: ['waits', 'Calls and leases that had to wait for a connection.'],
  retries: ['retries', 'Calls that were sent again.'],
  timeouts: ['timeouts', 'Calls that were not answered in time.'],
  leases: ['leases', 'Leases that were given.'],
  overflows: ['overflows', 'Connections beyond the size that leases asked for.'],
  leaks: ['leaks', 'Leases that were reported as held for too long.'],
  answered: ['calls', 'Calls that were answered; a pipeline or transaction is one.'],
  readBytes: ['read_bytes', 'Bytes that came from the server.'],
  writtenBytes: ['written_bytes', 'Bytes that were written to the server.'],
}

const gauges: readonly (readonly [name: string, help: string, read: (stats: PoolStats) => number])[] = [
  ['up', '0 while the last dial failed.', (stats) => (stats.isDown ? 0 : 1)],
  ['size', 'Most connections that the pool opens for itself.', (stats) => stats.size],
  ['opening', 'Connections that are being opened.', (stats) => stats.opening],
  ['in_flight', 'Calls whose replies have not come.', (stats) => stats.inFlight],
  ['subscriptions', 'Subscriptions to channels and patterns.', (stats) => stats.subscriptions],
  [
    'keep_alive_seconds',
    'The longest silence that is borne before a ping.',
    (stats) => stats.keepAliveMs / 1000,
  ],
  ['round_trip_seconds', 'The longest of the connections’ last pings; 0: none yet.', longestRoundTrip],
]

export class RedisPoolMetrics {
  readonly #pools = new Map<string, MeasuredPool>()

  constructor(samples: Samples) {
    for (const [key, [name, help]] of Object.entries(counters) as [
      keyof typeof counters,
      [string, string],
    ][]) {
      samples.counter(`longwire_redis_${name}_total`, help, ['pool'], () =>
        [...this.#pools].map(([pool, measured]) => [{ pool }, measured.pool.stats()[key]]),
      )
    }
    for (const [name, help, read] of gauges) {
      samples.gauge(`longwire_redis_${name}`, help, ['pool'], () =>
        [...this.#pools].map(([pool, measured]) => [{ pool }, read(measured.pool.stats())]),
      )
    }
    samples.counter(
      'longwire_redis_closes_total',
      'Connections that ended, by cause.',
      ['pool', 'cause'],
      () =>
        [...this.#pools].flatMap(([pool, { closes }]) =>
          [...closes].map(([cause, count]): Sample => [{ pool, cause }, count]),
        ),
    )
    samples.gauge('longwire_redis_connections', 'Connections, by what they do.', ['pool', 'state'], () =>
      [...this.#pools].flatMap(([pool, measured]) => {
        const { connections } = measured.pool.stats()
        return connectionActivities.map((state): Sample => {
          return [{ pool, state }, connections.filter((one) => one.state === state).length]
        })
      }),
    )
    samples.gauge('longwire_redis_waiting', 'Who waits for a connection now.', ['pool', 'what'], () =>
      [...this.#pools].flatMap(([pool, measured]): Sample[] => {
        const { waitingCalls, waitingLeases } = measured.pool.stats()
        return [
          [{ pool, what: 'call' }, waitingCalls],
          [{ pool, what: 'lease' }, waitingLeases],
        ]
      }),
    )
  }

  /** Throws where another pool has the name. Returns what ends it. */
  add(name: string, pool: RedisPool): () => void {
    if (this.#pools.has(name)) throw new Error(`There is a pool named ${name} already.`)
    const closes = new Map<Cause, number>()
    const noteClose = ({ ending: { cause } }: { ending: Ending }): void => {
      closes.set(cause, (closes.get(cause) ?? 0) + 1)
    }
    pool.events.on('close', noteClose)
    this.#pools.set(name, { pool, closes })
    return () => {
      pool.events.off('close', noteClose)
      this.#pools.delete(name)
    }
  }
}

function longestRoundTrip({ connections }: PoolStats): number {
  return Math.max(0, ...connections.map(({ roundTripMs = 0 }) => roundTripMs)) / 1000
}
