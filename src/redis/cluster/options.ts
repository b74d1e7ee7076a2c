/** The options of a pool for a cluster, and their check. */
import { OptionError } from '../../connection/errors.ts'
import {
  choice,
  completeSeeds,
  completeServer,
  completeSettings,
  type PoolOptions,
  type PoolSettings,
  refuseAddress,
  type ServerOptions,
  type ServerSettings,
  whole,
} from '../options.ts'
import { type Address, DEFAULT_PORT } from '../url.ts'

/**
 * All options of connections count for each node: a `size` of 10 allows 10 connections to each.
 *
 * A command goes to the node of its keys; one without keys to any master. So SCAN, DBSIZE or FLUSHALL reach a part
 * of the data only: to reach all, take a lease on each master, with a `key` that it serves.
 */
export interface ClusterOptions extends Omit<PoolOptions, 'url' | 'host' | 'port' | 'path' | 'database'> {
  /**
   * Some nodes, as URLs or objects: the others are learnt from whichever answers. `username`, `password` and `tls`
   * are the same for all nodes; where they are not given here, those of the first node count.
   */
  readonly cluster: readonly (string | ServerOptions)[]
  /**
   * Who answers commands that only read: the `master`; a `replica` (the master where none is up); or `any` of
   * them. Replicas may be behind: what was just written may not be there yet. Default `master`.
   */
  readonly readFrom?: 'master' | 'replica' | 'any'
  /**
   * How often the map of slots is asked for without cause, in milliseconds; 0: never. Redirections and lost
   * connections are cause enough, so this finds replicas that were added or left. Default 30 s.
   */
  readonly refreshIntervalMs?: number
  /** Translates addresses that nodes tell, where they are reached elsewhere. Default: as told. */
  readonly mapAddress?: (address: Address) => Address
}

export interface ClusterSettings {
  readonly seeds: readonly ServerSettings[]
  readonly readFrom: 'master' | 'replica' | 'any'
  readonly refreshIntervalMs: number
  readonly mapAddress: (address: Address) => Address
  /** Who we are on each node; the address is each node's own. */
  readonly node: ServerSettings
  readonly pool: PoolSettings
}

/** Throws {@link OptionError} naming the key. */
export function completeClusterSettings(options: ClusterOptions): ClusterSettings {
  const { cluster, readFrom: _readFrom, refreshIntervalMs: _refresh, mapAddress, ...rest } = options
  if (!Array.isArray(cluster) || cluster.length === 0) {
    throw new OptionError('cluster', cluster, 'a list of at least one URL')
  }
  if (mapAddress !== undefined && typeof mapAddress !== 'function') {
    throw new OptionError('mapAddress', mapAddress, 'a function from address to address')
  }
  refuseAddress(rest, 'the nodes are named in `cluster`')
  const given = completeServer(rest)
  const seeds = completeSeeds(cluster, DEFAULT_PORT)
  const first = seeds[0]!
  for (const { database } of [given, ...seeds]) {
    if (database !== 0) throw new OptionError('database', database, '0, the only one that clusters have')
  }
  const node: ServerSettings = {
    ...first,
    username: given.username ?? first.username,
    password: given.password ?? first.password,
    ...('tls' in rest ? { tls: given.tls, isTls: given.isTls } : {}),
  }
  return {
    seeds: seeds.map(({ address }) => ({ ...node, address })),
    readFrom: choice(options, 'readFrom', ['master', 'replica', 'any']) ?? 'master',
    refreshIntervalMs: whole(options, 'refreshIntervalMs', 0) ?? 30_000,
    mapAddress: mapAddress ?? ((address) => address),
    node,
    pool: completeSettings(rest),
  }
}
