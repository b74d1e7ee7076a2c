/** Makes a pool from a URL and options. */
import { completeServer, completeSettings, type PoolOptions } from './options.ts'
import { RedisPool } from './pool.ts'
import { PoolEmitter } from './pool-events.ts'
import { ServerPool } from './server-pool.ts'

/**
 * A pool of connections to Redis. It dials when it is first used (or at once, with `eager`), and lives until
 * `close`. Throws `OptionError` for options that cannot be.
 *
 * @example
 * await using redis = createPool('redis://127.0.0.1:6379/0', { size: 10 })
 * await redis.set('hello', 'world')
 */
export function createPool(url: string, options?: Omit<PoolOptions, 'url'>): RedisPool
export function createPool(options?: PoolOptions): RedisPool
export function createPool(first: string | PoolOptions = {}, more: PoolOptions = {}): RedisPool {
  const options = typeof first === 'string' ? { ...more, url: first } : first
  const settings = completeSettings(options)
  const server = completeServer(options)
  const events = new PoolEmitter()
  return new RedisPool(new ServerPool(() => server, settings, events), events)
}
