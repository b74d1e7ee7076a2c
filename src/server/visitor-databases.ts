/**
 * Which connections a visitor's commands go over: the gateway's own; those of the Redis user that the token stands
 * for; those of the one database that the token has.
 */
import type { Visitor } from '../gateway/access/access.ts'
import { Databases } from '../gateway/databases.ts'
import type { RedisPool } from '../redis/pool.ts'

/** Who a pool is to Redis, and where. */
export interface PoolIdentity {
  /** Its name among the metrics: `gateway`, and the token's and the database's behind slashes. */
  readonly name: string
  readonly username?: string
  readonly password?: string
  readonly database?: number
}

export class VisitorDatabases {
  /** For visitors without a user or a database of their own. */
  readonly ofEverybody: Databases
  readonly #count: number
  readonly #open: (identity: PoolIdentity, isMain: boolean) => RedisPool
  readonly #own = new Map<Visitor, Databases>()

  /** `databases`: how many may be named, from 0 on. */
  constructor(
    { databases }: { readonly databases: number },
    open: (identity: PoolIdentity, isMain: boolean) => RedisPool,
  ) {
    this.#count = databases
    this.#open = open
    this.ofEverybody = this.#make({ name: 'gateway' })
  }

  /** Those of a visitor; their pools are made when they are first asked for. */
  of(visitor: Visitor): Databases {
    const { name: token, rules } = visitor
    const { user, database } = rules
    if (user === undefined && database === undefined) return this.ofEverybody
    let own = this.#own.get(visitor)
    if (own === undefined) {
      const name = `gateway/${token}`
      const identity = user === undefined ? { name } : { name, username: user.name, password: user.password }
      own = this.#make(identity, database)
      this.#own.set(visitor, own)
    }
    return own
  }

  /** Answers what is under way and closes all pools. */
  async close(): Promise<void> {
    await Promise.all([this.ofEverybody, ...this.#own.values()].map((databases) => databases.close()))
  }

  /** Cuts all connections. */
  destroy(): void {
    for (const databases of [this.ofEverybody, ...this.#own.values()]) databases.destroy()
  }

  /** `only`: the one database; no other can be named. */
  #make(identity: PoolIdentity, only?: number): Databases {
    if (only !== undefined) {
      const pool = this.#open({ ...identity, database: only }, true)
      return new Databases(pool, 0, () => pool)
    }
    const open = (database: number): RedisPool =>
      this.#open({ ...identity, name: `${identity.name}/${database}`, database }, false)
    return new Databases(this.#open(identity, true), this.#count, open)
  }
}
