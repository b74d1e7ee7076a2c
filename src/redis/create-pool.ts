/** Makes a pool from a URL and options: of one server, of a master that sentinels watch over, or of a cluster. */
import { ClusterPool } from './cluster/cluster-pool.ts'
import { type ClusterOptions, completeClusterSettings } from './cluster/options.ts'
import { completeServer, completeSettings, type PoolOptions } from './options.ts'
import { RedisPool } from './pool.ts'
import { PoolEmitter } from './pool-events.ts'
import { completeSentinelSettings, type SentinelOptions } from './sentinel/options.ts'
import { SentinelPool } from './sentinel/sentinel-pool.ts'
import { ServerPool } from './server-pool.ts'

/**
 * A pool of connections to Redis. It dials when it is first used (or at once, with `eager`), and lives until
 * `close`. Throws `OptionError` for options that cannot be.
 *
 * With `sentinels` and `name` it goes to the master that these name, and after a failover to the next one. With
 * `cluster` it sends each command to the node that serves its keys. The pool is used in the same way; on a cluster
 * the keys of one command, or of one transaction, must share a hash slot, else it fails with `CrossSlotError`.
 *
 * @example
 * await using redis = createPool('redis://127.0.0.1:6379/0', { size: 10 })
 * await redis.set('hello', 'world')
 *
 * @example
 * createPool({ sentinels: ['redis://10.0.0.1:26379', 'redis://10.0.0.2:26379'], name: 'mymaster', size: 10 })
 *
 * @example
 * createPool({ cluster: ['redis://10.0.0.1:6379', 'redis://10.0.0.2:6379'], readFrom: 'replica' })
 */
export function createPool(url: string, options?: Omit<PoolOptions, 'url'>): RedisPool
export function createPool(options: SentinelOptions): RedisPool
export function createPool(options: ClusterOptions): RedisPool
export function createPool(options?: PoolOptions): RedisPool
export function createPool(
  first: string | PoolOptions | SentinelOptions | ClusterOptions = {},
  more: PoolOptions = {},
): RedisPool {
  const events = new PoolEmitter()
  const options = typeof first === 'string' ? { ...more, url: first } : first
  if ('sentinels' in options) {
    return new RedisPool(new SentinelPool(completeSentinelSettings(options), events), events)
  }
  if ('cluster' in options) {
    return new RedisPool(new ClusterPool(completeClusterSettings(options), events), events)
  }
  const settings = completeSettings(options)
  const server = completeServer(options)
  return new RedisPool(new ServerPool(() => server, settings, events), events)
}
