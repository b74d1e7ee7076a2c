/** Pools to the databases of one Redis server: the configured one's, and small ones for those that requests name. */
import type { RedisPool } from '../redis/pool.ts'

export class Databases {
  /** The one that requests mean when they name none. */
  readonly main: RedisPool
  readonly #count: number
  readonly #open: (database: number) => RedisPool
  readonly #others = new Map<number, RedisPool>()

  /** `count`: databases that may be named, from 0 on. `open` makes the pool of one when it is first asked for. */
  constructor(main: RedisPool, count: number, open: (database: number) => RedisPool) {
    this.main = main
    this.#count = count
    this.#open = open
  }

  /** The pool of a database; `undefined`: there is no such database. */
  of(database: number): RedisPool | undefined {
    if (!Number.isInteger(database) || database < 0 || database >= this.#count) return undefined
    let pool = this.#others.get(database)
    if (pool === undefined) {
      pool = this.#open(database)
      this.#others.set(database, pool)
    }
    return pool
  }

  /** Answers what is under way and closes all pools. */
  async close(): Promise<void> {
    await Promise.all([this.main, ...this.#others.values()].map((pool) => pool.close()))
  }

  /** Cuts all connections. */
  destroy(): void {
    for (const pool of [this.main, ...this.#others.values()]) pool.destroy()
  }
}
