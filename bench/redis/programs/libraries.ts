/** The client libraries for Node, each set up as its users have it from its documentation; only the one that is measured is loaded. */
import type { MeasuredClient } from './measured-client.ts'

/** What hears of connections that fail. By default that ends the process: it spoils what is measured. */
type ErrorListener = (error: unknown) => void

export const libraries = {
  async longwire(port) {
    const { createPool } = await import('../../../src/exports/redis.ts')
    const pool = createPool(`redis://127.0.0.1:${port}`)
    await pool.ping()
    return pool
  },

  ioredis: (port, onError = fail) => ioredis(port, false, onError),

  'ioredis-auto': (port, onError = fail) => ioredis(port, true, onError),

  async 'node-redis'(port, onError = fail) {
    const { createClient } = await import('redis')
    const client = await createClient({ url: `redis://127.0.0.1:${port}` })
      .on('error', onError)
      .connect()
    return {
      get: (key) => client.get(key),
      set: (key, value) => client.set(key, value),
      close: () => client.close(),
    }
  },

  async 'node-redis-pool'(port, onError = fail) {
    const { createClientPool } = await import('redis')
    const pool = createClientPool({ url: `redis://127.0.0.1:${port}` }, { maximum: 10 })
    pool.on('error', onError)
    await pool.connect()
    return {
      get: (key) => pool.get(key),
      set: (key, value) => pool.set(key, value),
      close: () => pool.close(),
    }
  },
} as const satisfies Record<string, (port: number, onError?: ErrorListener) => Promise<MeasuredClient>>

export type LibraryName = keyof typeof libraries

async function ioredis(
  port: number,
  enableAutoPipelining: boolean,
  onError: ErrorListener,
): Promise<MeasuredClient> {
  const { Redis } = await import('ioredis')
  const redis = new Redis(port, '127.0.0.1', { enableAutoPipelining })
  redis.on('error', onError)
  return {
    get: (key) => redis.get(key),
    set: (key, value) => redis.set(key, value),
    close: () => redis.quit(),
  }
}

function fail(error: unknown): void {
  throw error
}
