/** The client libraries for Node, each set up as its users have it from its documentation. */
import { Redis } from 'ioredis'
import { createClient, createClientPool } from 'redis'
import { createPool } from '../../../src/exports/redis.ts'
import type { MeasuredClient } from './measured-client.ts'

export const libraries = {
  async longwire(port) {
    const pool = createPool(`redis://127.0.0.1:${port}`)
    await pool.ping()
    return pool
  },

  ioredis: async (port) => ioredis(port, false),

  'ioredis-auto': async (port) => ioredis(port, true),

  async 'node-redis'(port) {
    const client = await createClient({ url: `redis://127.0.0.1:${port}` })
      .on('error', fail)
      .connect()
    return {
      get: (key) => client.get(key),
      set: (key, value) => client.set(key, value),
      close: () => client.close(),
    }
  },

  async 'node-redis-pool'(port) {
    const pool = createClientPool({ url: `redis://127.0.0.1:${port}` }, { maximum: 10 })
    pool.on('error', fail)
    await pool.connect()
    return {
      get: (key) => pool.get(key),
      set: (key, value) => pool.set(key, value),
      close: () => pool.close(),
    }
  },
} as const satisfies Record<string, (port: number) => Promise<MeasuredClient>>

export type LibraryName = keyof typeof libraries

function ioredis(port: number, enableAutoPipelining: boolean): MeasuredClient {
  const redis = new Redis(port, '127.0.0.1', { enableAutoPipelining })
  redis.on('error', fail)
  return {
    get: (key) => redis.get(key),
    set: (key, value) => redis.set(key, value),
    close: () => redis.quit(),
  }
}

/** A connection that fails while it is measured spoils the measurement. */
function fail(error: unknown): void {
  throw error
}
