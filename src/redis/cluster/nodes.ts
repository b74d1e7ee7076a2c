/** The nodes of a cluster that we deal with: a pool of connections for each, opened when it is first needed. */
import type { PoolSettings, ServerSettings } from '../options.ts'
import type { PoolEmitter } from '../pool-events.ts'
import { ServerPool } from '../server-pool.ts'
import { addCounters, type CounterValues, type PoolStats } from '../stats.ts'
import type { ClusterSettings } from './options.ts'
import type { MapNode, SlotMap } from './slot-map.ts'

export class ClusterNode {
  readonly key: string
  readonly pool: ServerPool
  #server: ServerSettings

  constructor(key: string, server: ServerSettings, settings: PoolSettings, events: PoolEmitter) {
    this.key = key
    this.#server = server
    this.pool = new ServerPool(() => this.#server, settings, events)
  }

  /** A connection that may read from a replica would go on to do so from a master that was demoted. */
  setRole(role: ServerSettings['role']): void {
    if (this.#server.role === role) return
    this.#server = { ...this.#server, role }
    this.pool.replaceAll()
  }
}

export class Nodes {
  readonly #settings: ClusterSettings
  readonly #events: PoolEmitter
  readonly #onShardChannelMoved: (name: string) => void
  readonly #nodes = new Map<string, ClusterNode>()
  readonly #leaving = new Set<ServerPool>()
  /** What those that are gone have counted. */
  #gone: CounterValues = addCounters([])

  constructor(settings: ClusterSettings, events: PoolEmitter, onShardChannelMoved: (name: string) => void) {
    this.#settings = settings
    this.#events = events
    this.#onShardChannelMoved = onShardChannelMoved
  }

  [Symbol.iterator](): IterableIterator<ClusterNode> {
    return this.#nodes.values()
  }

  /** The node of this address. Throws for one that the map does not have. */
  get(key: string, map: SlotMap): ClusterNode {
    const found = this.#nodes.get(key)
    if (found !== undefined) return found
    const about = map.nodes.get(key)
    if (about === undefined) throw new Error(`The map has no node ${key}.`)
    const server: ServerSettings = { ...this.#settings.node, address: about.address, role: roleOf(about) }
    const node = new ClusterNode(key, server, this.#settings.pool, this.#events)
    node.pool.onShardChannelMoved(this.#onShardChannelMoved)
    this.#nodes.set(key, node)
    return node
  }

  /** There is a new map: leaves nodes that are no longer of use. Calls that wait go by the new map. */
  apply(map: SlotMap): void {
    for (const [key, node] of [...this.#nodes]) {
      const about = map.nodes.get(key)
      const isOfUse = about !== undefined && (about.role === 'master' || this.#settings.readFrom !== 'master')
      if (isOfUse) node.setRole(roleOf(about))
      else this.#leave(key, node)
    }
    if (this.#settings.pool.eager) {
      for (const shard of map.shards) this.get(shard.master, map)
    }
    for (const { pool } of [...this.#nodes.values()]) pool.reroute()
  }

  /** All connections that there are, also to nodes that are being left. */
  stats(): PoolStats[] {
    return [...this.#pools()].map((pool) => pool.stats())
  }

  get gone(): CounterValues {
    return this.#gone
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pools()].map((pool) => pool.close()))
  }

  destroy(): void {
    for (const pool of [...this.#pools()]) pool.destroy()
  }

  *#pools(): Iterable<ServerPool> {
    for (const { pool } of this.#nodes.values()) yield pool
    yield* this.#leaving
  }

  #leave(key: string, { pool }: ClusterNode): void {
    this.#nodes.delete(key)
    this.#leaving.add(pool)
    void pool.leave().then(() => {
      this.#leaving.delete(pool)
      this.#gone = addCounters([this.#gone, pool.stats()])
    })
  }
}

function roleOf(about: MapNode): ServerSettings['role'] {
  return about.role === 'replica' ? 'replica' : 'any'
}
