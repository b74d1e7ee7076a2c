/**
 * What Prometheus asks: one registry for all that this process measures.
 *
 * Nothing is counted here while messages flow. The parts keep plain counters, and a scrape reads them; so a metric
 * costs nothing between two scrapes.
 */
import { collectDefaultMetrics, Registry } from 'prom-client'
import type { Registry as ConnectionRegistry } from '../connection/registry.ts'
import { version } from '../connection/version.ts'
import type { RedisPool } from '../redis/pool.ts'
import type { ApiCounts } from './api/counts.ts'
import { measureApi } from './metrics/api.ts'
import { type MeasuredRooms, measureChat } from './metrics/chat.ts'
import { measureConnections } from './metrics/connections.ts'
import { type MeasuredGateway, measureGateway } from './metrics/gateway.ts'
import { type MeasuredModeration, measureModeration } from './metrics/moderation.ts'
import { RedisPoolMetrics } from './metrics/redis-pools.ts'
import { type MetricRow, Samples } from './metrics/samples.ts'
import { type MeasuredWebhooks, measureWebhooks } from './metrics/webhooks.ts'

/** Memory, processor time, event-loop lag, garbage collection: the process's, so measured once in it. */
let processRegistry: Registry | undefined

function measureProcess(): Registry {
  if (processRegistry === undefined) {
    processRegistry = new Registry()
    collectDefaultMetrics({ register: processRegistry })
  }
  return processRegistry
}

export class Metrics {
  readonly #registry = new Registry()
  readonly #samples = new Samples(this.#registry)
  readonly #pools = new RedisPoolMetrics(this.#samples)
  readonly #process = measureProcess()
  /** Counts a request for a WebSocket that was refused with this HTTP status. */
  readonly countRefusedUpgrade = refusedUpgrades(this.#samples)

  constructor() {
    this.#samples.gauge(
      'longwire_build_info',
      'Always 1; its labels say what runs.',
      ['version', 'node'],
      () => [[{ version, node: process.versions.node }, 1]],
    )
  }

  /** The table of our own metrics, without the process's. */
  get rows(): readonly MetricRow[] {
    return this.#samples.rows
  }

  /** For the `Content-Type` of {@link text}. */
  get contentType(): string {
    return this.#registry.contentType
  }

  /** All metrics in Prometheus' text format. */
  async text(): Promise<string> {
    const [own, process] = await Promise.all([this.#registry.metrics(), this.#process.metrics()])
    return own + process
  }

  /** Measures the connections of a server. To be called once. */
  measureConnections(connections: ConnectionRegistry): void {
    measureConnections(this.#samples, connections)
  }

  /** Measures rooms and what they carry. To be called once. */
  measureChat(rooms: MeasuredRooms): void {
    measureChat(this.#samples, rooms)
  }

  /** Measures sanctions and orders. To be called once. */
  measureModeration(moderation: MeasuredModeration): void {
    measureModeration(this.#samples, moderation)
  }

  /** Measures the gateway's requests. To be called once. */
  measureGateway(gateway: MeasuredGateway): void {
    measureGateway(this.#samples, gateway)
  }

  /** Measures webhooks. To be called once. */
  measureWebhooks(webhooks: MeasuredWebhooks): void {
    measureWebhooks(this.#samples, webhooks)
  }

  /** Measures the server API. To be called once. */
  measureApi(counts: ApiCounts): void {
    measureApi(this.#samples, counts)
  }

  /**
   * Measures a Redis pool, under a name of its own (the label `pool`). The returned function ends it; call it when the
   * pool is closed.
   */
  measureRedisPool(name: string, pool: RedisPool): () => void {
    return this.#pools.add(name, pool)
  }
}

function refusedUpgrades(samples: Samples): (status: number) => void {
  const byStatus = new Map<number, number>()
  samples.counter(
    'longwire_upgrades_refused_total',
    'Requests for a WebSocket that got an HTTP answer instead, by its status.',
    ['status'],
    () => [...byStatus].map(([status, count]) => [{ status: String(status) }, count]),
  )
  return (status) => void byStatus.set(status, (byStatus.get(status) ?? 0) + 1)
}
