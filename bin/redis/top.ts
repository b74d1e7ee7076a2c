/** `longwire redis top`: the connections of a pool, again and again. */
import { setTimeout as delay } from 'node:timers/promises'
import { styleText } from 'node:util'
import { RedisError } from '../../src/redis/errors.ts'
import type { PoolOptions } from '../../src/redis/options.ts'
import type { RedisPool } from '../../src/redis/pool.ts'
import { bytesText, countText } from './amounts.ts'
import { connectionTable, poolLines } from './connection-table.ts'
import { serverText } from './ping.ts'
import { Screen } from './screen.ts'
import { type ServerFacts, serverFacts } from './server-facts.ts'

export interface TopOptions {
  /** Between two tables, in milliseconds. */
  readonly interval: number
  /** How many tables; undefined: until it is ended. */
  readonly count?: number
  /** Callers that send PING all the time. */
  readonly callers: number
}

/** All connections are open from the start, and pinged often, so that the table has something to tell. */
export function poolOptionsOfTop({ size, interval }: { size: number; interval: number }): PoolOptions {
  return { size, minIdle: size, eager: true, keepAliveMs: Math.min(1000, interval) }
}

export async function top(redis: RedisPool, shownUrl: string, options: TopOptions): Promise<void> {
  const ending = new AbortController()
  const end = (): void => ending.abort()
  process.once('SIGINT', end)
  process.once('SIGTERM', end)
  try {
    await redis.ping()
    const load = Promise.all(Array.from({ length: options.callers }, () => call(redis, ending.signal)))
    await show(redis, shownUrl, options, ending.signal)
    end()
    await load
  } finally {
    process.off('SIGINT', end)
    process.off('SIGTERM', end)
  }
}

async function show(redis: RedisPool, url: string, options: TopOptions, signal: AbortSignal): Promise<void> {
  using screen = new Screen(process.stdout)
  const table = new TopTable(redis, url)
  for (let drawn = 1; ; drawn++) {
    const lines = await table.lines(options.interval)
    if (signal.aborted) return
    screen.draw(lines, (line, index) =>
      index === 0 || lines[index - 1] === '' ? styleText('bold', line, { stream: process.stdout }) : line,
    )
    if (drawn === options.count) return
    await delay(options.interval, undefined, { signal }).catch(() => {
      // Ended by a signal: the loop sees it.
    })
    if (signal.aborted) return
  }
}

/** What a table holds, and what it needs to remember of the last. */
class TopTable {
  readonly #redis: RedisPool
  readonly #url: string
  #facts: ServerFacts | undefined
  #lastAnswered: number
  #lastAtMs = performance.now()
  #fault: string | undefined

  constructor(redis: RedisPool, url: string) {
    this.#redis = redis
    this.#url = url
    this.#lastAnswered = redis.stats().answered
    redis.events.on('unavailable', ({ error }) => {
      this.#fault = error instanceof Error ? error.message : String(error)
    })
  }

  async lines(patienceMs: number): Promise<string[]> {
    // A server that is down or stuck is what one looks for here: the table goes on without its facts.
    const told = await serverFacts(this.#redis.with({ timeoutMs: patienceMs })).catch((error: unknown) => {
      if (error instanceof RedisError) return undefined
      throw error
    })
    this.#facts = told ?? this.#facts
    const pool = this.#redis.stats()
    const nowMs = performance.now()
    const callsPerSecond = ((pool.answered - this.#lastAnswered) * 1000) / (nowMs - this.#lastAtMs)
    this.#lastAnswered = pool.answered
    this.#lastAtMs = nowMs
    return [
      `longwire redis top · ${this.#url} · ${new Date().toLocaleTimeString('sv')}`,
      this.#facts === undefined ? 'The server has not told its facts.' : serverText(this.#facts),
      told === undefined ? `NO ANSWER · ${this.#fault ?? 'the server is silent'}` : loadText(told),
      ...poolLines(pool, callsPerSecond),
      '',
      ...connectionTable(pool.connections),
    ]
  }
}

function loadText({ opsPerSecond, clients, memoryBytes, keys }: ServerFacts): string {
  const total = Object.values(keys).reduce((sum, count) => sum + count, 0)
  return [
    opsPerSecond === undefined ? 'ops/s not told' : `${countText(opsPerSecond)} ops/s`,
    clients === undefined ? 'clients not told' : `${countText(clients)} clients`,
    memoryBytes === undefined ? 'memory not told' : bytesText(memoryBytes),
    `${countText(total)} keys`,
  ].join(' · ')
}

/** A caller that is always at it. */
async function call(redis: RedisPool, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await redis.ping()
    } catch (error) {
      if (!(error instanceof RedisError)) throw error
      // What it meets is in the pool's numbers.
      await delay(50)
    }
  }
}
