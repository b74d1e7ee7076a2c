/** INCR from many callers, counted on both sides. */
import { expect } from 'vitest'
import { PoolClosedError, RedisError } from '../../../src/redis/errors.ts'
import type { RedisPool } from '../../../src/redis/pool.ts'

/** Callers that INCR a key of their own until they are stopped, and count what they were told. */
export class IncrementLoad {
  readonly succeeded: number[] = []
  readonly maybe: number[] = []
  /** Errors that say that nothing was sent. */
  readonly notSent: RedisError[] = []
  readonly unexpected: unknown[] = []
  readonly #redis: RedisPool
  readonly #keyOf: (caller: number) => string
  readonly #callers: Promise<void>[]
  #isStopped = false

  constructor(redis: RedisPool, callers: number, keyOf = (caller: number) => `n${caller}`) {
    this.#redis = redis
    this.#keyOf = keyOf
    this.#callers = Array.from({ length: callers }, (_, index) => this.#run(index))
  }

  get total(): number {
    return sum(this.succeeded)
  }

  get totalMaybe(): number {
    return sum(this.maybe)
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await Promise.all(this.#callers)
  }

  /** No INCR twice, none lost: the server's count lies between what succeeded and that plus what is unknown. */
  async check(read: (key: string) => Promise<unknown>): Promise<void> {
    await this.checkNoneTwice(read)
    for (let index = 0; index < this.succeeded.length; index++) {
      expect(Number(await read(this.#keyOf(index)))).toBeGreaterThanOrEqual(this.succeeded[index]!)
    }
  }

  /** For servers that may forget what they had acknowledged: a replica that becomes the master. */
  async checkNoneTwice(read: (key: string) => Promise<unknown>): Promise<void> {
    expect(this.unexpected).toEqual([])
    for (let index = 0; index < this.succeeded.length; index++) {
      const value = Number(await read(this.#keyOf(index)))
      expect(value).toBeLessThanOrEqual(this.succeeded[index]! + this.maybe[index]!)
    }
  }

  async #run(index: number): Promise<void> {
    this.succeeded[index] = 0
    this.maybe[index] = 0
    while (!this.#isStopped) {
      try {
        await this.#redis.incr(this.#keyOf(index))
        this.succeeded[index]!++
      } catch (error) {
        // The test is over, by failing.
        if (error instanceof PoolClosedError) return
        if (error instanceof RedisError && error.sent === 'maybe') this.maybe[index]!++
        else if (error instanceof RedisError && error.sent === 'no') this.notSent.push(error)
        else this.unexpected.push(error)
      }
    }
  }
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
