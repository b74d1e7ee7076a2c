import { once } from 'node:events'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createPool } from '../../../src/redis/create-pool.ts'
import {
  LeaseEndedError,
  PoolClosedError,
  PoolExhaustedError,
  UnavailableError,
} from '../../../src/redis/errors.ts'
import type { Lease } from '../../../src/redis/lease.ts'
import { freePort, type RedisServer, startRedis, until } from './redis-server.ts'

let server: RedisServer

beforeAll(async () => {
  server = await startRedis()
})

beforeEach(async () => {
  await server.command('FLUSHALL')
})

afterAll(async () => {
  await server[Symbol.asyncDispose]()
})

describe('shared use', () => {
  test('opens nothing before it is used, unless eager', async () => {
    await using lazy = createPool(server.url)
    expect(lazy.stats()).toMatchObject({ open: 0, opening: 0 })
    await using eager = createPool(server.url, { eager: true, minIdle: 3 })
    await until(() => eager.stats().open === 3)
  })

  test('one connection carries many callers, another is opened beyond the limit in flight', async () => {
    await using redis = createPool(server.url, { maxInFlight: 50, size: 4 })
    await redis.ping()
    await Promise.all(Array.from({ length: 40 }, () => redis.incr('n')))
    expect(redis.stats().open).toBe(1)
    for (let turn = 0; turn < 30; turn++) {
      await Promise.all(
        Array.from({ length: 400 }, async () => {
          await redis.incr('n')
          await redis.incr('n')
        }),
      )
    }
    expect(redis.stats().open).toBeGreaterThan(1)
    expect(redis.stats().open).toBeLessThanOrEqual(4)
    expect(await redis.get('n')).toBe(String(40 + 30 * 800))
  })

  test('idle connections beyond maxIdle are closed, and all but minIdle after maxIdleTimeMs', async () => {
    await using redis = createPool(server.url, { size: 5, maxIdle: 3, maxIdleTimeMs: 300, minIdle: 1 })
    const leases = await Promise.all(Array.from({ length: 5 }, () => redis.acquire()))
    expect(redis.stats().open).toBe(5)
    await Promise.all(leases.map((lease) => lease.release()))
    await until(() => redis.stats().open === 3)
    await until(() => redis.stats().open === 1)
    expect(await redis.ping()).toBe('PONG')
  })

  test('a connection is replaced at the end of its lifetime, and no caller sees it', async () => {
    await using redis = createPool(server.url, { maxLifetimeMs: 100 })
    const endsAt = performance.now() + 700
    while (performance.now() < endsAt) await redis.incr('n')
    expect(redis.stats().closes).toBeGreaterThan(2)
  })
})

describe('leases', () => {
  test('belong to one holder: others do not see what it does to its connection', async () => {
    await using redis = createPool(server.url, { size: 3 })
    const result = await redis.lease(async (connection) => {
      await connection.command('MULTI')
      await connection.command('INCR', 'n')
      expect(await redis.get('n')).toBeNull()
      return await connection.command('EXEC')
    })
    expect(result).toEqual([1])
  })

  test('optimistic locking with WATCH fails when somebody else was faster', async () => {
    await using redis = createPool(server.url)
    const attempt = redis.lease(async (connection) => {
      await connection.watch('n')
      const value = Number(await connection.get('n'))
      await redis.incr('n')
      return await connection.transaction((t) => [t.set('n', value + 10)])
    })
    await expect(attempt).rejects.toMatchObject({ code: 'TRANSACTION_ABORTED' })
    expect(await redis.get('n')).toBe('1')
  })

  test('are given in the order in which they were asked for', async () => {
    await using redis = createPool(server.url, { size: 1 })
    const order: number[] = []
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        redis.lease(async (connection) => {
          order.push(index)
          await connection.ping()
        }),
      ),
    )
    expect(order).toEqual(Array.from({ length: 20 }, (_, index) => index))
  })

  test('and shared calls take turns on a pool of one', async () => {
    await using redis = createPool(server.url, { size: 1 })
    const shared = Array.from({ length: 50 }, async () => {
      for (let count = 0; count < 20; count++) await redis.incr('shared')
    })
    const leased = Array.from({ length: 20 }, () => redis.lease((connection) => connection.incr('leased')))
    await Promise.all([...shared, ...leased])
    expect(await redis.mget('shared', 'leased')).toEqual(['1000', '20'])
    expect(redis.stats().open).toBe(1)
  })

  test('wait for their turn, and no longer than the limit', async () => {
    await using redis = createPool(server.url, { size: 2, waitTimeoutMs: 150 })
    const held = [await redis.acquire(), await redis.acquire()]
    const startedAt = performance.now()
    await expect(redis.acquire()).rejects.toBeInstanceOf(PoolExhaustedError)
    expect(performance.now() - startedAt).toBeGreaterThan(120)
    const waiting = redis.acquire()
    await held[0]!.release()
    await (await waiting).release()
    await held[1]!.release()
  })

  test('can be given up while waiting', async () => {
    await using redis = createPool(server.url, { size: 1 })
    const held = await redis.acquire()
    const aborter = new AbortController()
    const waiting = redis.acquire({ signal: aborter.signal })
    const next = redis.acquire()
    aborter.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    await held.release()
    await (await next).release()
  })

  test('with the policy reject fail at once when all are taken', async () => {
    await using redis = createPool(server.url, { size: 1, whenExhausted: 'reject' })
    await using _held = await redis.acquire()
    await expect(redis.acquire()).rejects.toMatchObject({ code: 'POOL_EXHAUSTED', sent: 'no' })
  })

  test('with the policy overflow get extra connections, which are closed after use', async () => {
    await using redis = createPool(server.url, {
      size: 1,
      whenExhausted: 'overflow',
      overflow: 2,
      waitTimeoutMs: 100,
    })
    const leases = [await redis.acquire(), await redis.acquire(), await redis.acquire()]
    expect(redis.stats().open).toBe(3)
    await expect(redis.acquire()).rejects.toBeInstanceOf(PoolExhaustedError)
    await Promise.all(leases.map((lease) => lease.release()))
    await until(() => redis.stats().open === 1)
    await (await redis.acquire()).release()
  })

  const dirt: [what: string, make: (connection: Lease) => Promise<unknown>][] = [
    ['inside MULTI', (connection) => connection.command('MULTI')],
    ['with a watched key', (connection) => connection.watch('k')],
    ['in another database', (connection) => connection.select(5)],
    ['with tracking on', (connection) => connection.command('CLIENT', 'TRACKING', 'ON')],
    ['subscribed', (connection) => connection.command('SUBSCRIBE', 'c')],
    ['monitoring', (connection) => connection.command('MONITOR')],
    ['under another name', (connection) => connection.command('CLIENT', 'SETNAME', 'other')],
  ]
  test.each(dirt)('that are given back %s are repaired or replaced', async (_what, make) => {
    await using redis = createPool(server.url, { size: 1 })
    await redis.lease(make)
    await redis.set('k', 'v')
    expect(await server.command('GET', 'k')).toBe('v')
    expect(await redis.lease((connection) => connection.command('CLIENT', 'GETNAME'))).toBe(null)
    expect(await redis.transaction((t) => [t.get('k')])).toEqual(['v'])
  })

  test('hear what is pushed on their connection', async () => {
    await using redis = createPool(server.url)
    const kinds = await redis.lease(async (connection) => {
      const heard: string[] = []
      connection.onPush((push) => heard.push(push.kind))
      await connection.command('CLIENT', 'TRACKING', 'ON')
      await connection.get('k')
      await redis.set('k', 'new')
      await until(() => heard.length > 0)
      return heard
    })
    expect(kinds).toEqual(['invalidate'])
  })

  test.each([2, 3] as const)('monitor what the server does (RESP%i), pings in between', async (protocol) => {
    await using redis = createPool(server.url, { protocol, keepAliveMs: 20 })
    const leave = new AbortController()
    const lines: string[] = []
    await redis.lease(async (connection) => {
      const monitored = await connection.monitor({ signal: leave.signal })
      await server.command('SET', 'k', 'a b')
      for await (const line of monitored) {
        lines.push(line)
        if (lines.some((one) => one.endsWith('"PING"')) && lines.some((one) => one.includes('"SET"')))
          leave.abort()
      }
    })
    expect(lines.find((line) => line.includes('SET'))).toMatch(/^\d+\.\d+ \[0 [^\]]+\] "SET" "k" "a b"$/)
    expect(await redis.ping()).toBe('PONG')
  })

  test('that monitor hear of the end of their connection, and of lines that nobody takes', async () => {
    const own = await startRedis()
    await using redis = createPool(own.url, { size: 2 })
    await redis.lease(async (connection) => {
      const few = await connection.monitor({ maxQueue: 2 })
      for (let count = 0; count < 5; count++) await own.command('PING')
      const taken: string[] = []
      const take = async (): Promise<void> => {
        for await (const line of few) taken.push(line)
      }
      await expect(take()).rejects.toThrow('More than 2 lines')
      expect(taken).toHaveLength(2)
    })
    await redis.lease(async (connection) => {
      const lines = await connection.monitor()
      await own.stop()
      const take = async (): Promise<void> => {
        for await (const line of lines) expect(line).toMatch(/^\d/)
      }
      await expect(take()).rejects.toBeInstanceOf(LeaseEndedError)
    })
    await own[Symbol.asyncDispose]()
  })

  test('can be used no more when they are over', async () => {
    await using redis = createPool(server.url)
    let kept: Lease | undefined
    await redis.lease((connection) => {
      kept = connection
    })
    await expect(kept!.get('k')).rejects.toBeInstanceOf(LeaseEndedError)
  })

  test('are reported when kept for long, with the place that took them, and taken away in the end', async () => {
    await using redis = createPool(server.url, { size: 1, leakAfterMs: 50, leaseTimeoutMs: 200 })
    const lease = await redis.acquire()
    const [leak] = await once(redis.events, 'leak')
    expect(leak.site).toContain('pool.test.ts')
    await until(() => redis.stats().leased === 0)
    await expect(lease.get('k')).rejects.toBeInstanceOf(LeaseEndedError)
    await expect(redis.lease(() => new Promise(() => {}))).rejects.toBeInstanceOf(LeaseEndedError)
    expect(await redis.ping()).toBe('PONG')
  })

  test('are given back when their function throws', async () => {
    await using redis = createPool(server.url, { size: 1 })
    await expect(
      redis.lease(() => {
        throw new Error('mine')
      }),
    ).rejects.toThrow('mine')
    expect(redis.stats().leased).toBe(0)
  })
})

describe('the end', () => {
  test('close answers what was accepted and takes nothing more', async () => {
    const redis = createPool(server.url)
    const accepted = Array.from({ length: 100 }, () => redis.incr('n'))
    const popped = redis.blpop('list', 5)
    await redis.ping()
    const closed = redis.close()
    await expect(redis.incr('n')).rejects.toBeInstanceOf(PoolClosedError)
    await expect(redis.acquire()).rejects.toBeInstanceOf(PoolClosedError)
    await server.command('RPUSH', 'list', 'x')
    await closed
    expect(await Promise.all(accepted)).toHaveLength(100)
    expect(await popped).toEqual(['list', 'x'])
    expect(redis.stats().open).toBe(0)
    await redis.close()
  })

  test('close waits for leases that were asked for and not yet granted', async () => {
    const redis = createPool(server.url)
    const asked = redis.acquire()
    const closed = redis.close()
    const lease = await asked
    expect(await lease.ping()).toBe('PONG')
    await lease.release()
    await closed
    expect(redis.stats()).toMatchObject({ open: 0, connects: 1 })
  })

  test('close waits for leases', async () => {
    const redis = createPool(server.url)
    const lease = await redis.acquire()
    let isClosed = false
    const closed = redis.close().then(() => {
      isClosed = true
    })
    expect(await lease.incr('n')).toBe(1)
    expect(isClosed).toBe(false)
    await lease.release()
    await closed
  })

  test('an unused pool closes at once', async () => {
    await createPool(server.url).close()
  })

  test('destroy fails what is in flight with what is known of it', async () => {
    const redis = createPool(server.url)
    await redis.ping()
    const sent = redis.blpop('list', 0).catch((error: unknown) => error)
    await until(() => redis.stats().leased === 1 && redis.stats().inFlight === 1)
    redis.destroy()
    expect(await sent).toMatchObject({ code: 'INTERRUPTED', sent: 'maybe' })
  })

  test('nothing is left behind: no handles, no timers', async () => {
    const before = process.getActiveResourcesInfo().length
    for (let count = 0; count < 5; count++) {
      await using redis = createPool(server.url)
      const news = redis.subscribe('news')
      await news.ready
      await redis.lease((connection) => connection.ping())
    }
    await until(() => process.getActiveResourcesInfo().length <= before)
  })
})

describe('a server that is down', () => {
  test('calls wait for it, within their limits', async () => {
    const port = await freePort()
    await using redis = createPool({ port, waitTimeoutMs: 200, maxWaiting: 2 })
    const first = redis.get('a').catch((error: unknown) => error)
    const second = redis.get('b').catch((error: unknown) => error)
    await expect(redis.get('c')).rejects.toBeInstanceOf(UnavailableError)
    expect(await first).toMatchObject({ code: 'UNAVAILABLE', sent: 'no' })
    expect(await second).toBeInstanceOf(UnavailableError)
  })

  test('calls fail at once where that is wanted', async () => {
    const port = await freePort()
    await using redis = createPool({ port, whenDown: 'fail', waitTimeoutMs: 60_000 })
    await expect(redis.get('a')).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('ECONNREFUSED'),
    })
    await expect(redis.get('a')).rejects.toBeInstanceOf(UnavailableError)
  })

  test('who comes after it is back finds it, also where no idle connection is kept', async () => {
    const port = await freePort()
    await using redis = createPool({ port, whenDown: 'fail', minIdle: 0 })
    await expect(redis.get('a')).rejects.toBeInstanceOf(UnavailableError)
    await using _server = await startRedis('--port', String(port))
    await until(async () => (await redis.set('a', '1').catch(() => undefined)) === 'OK')
  })

  test('only one dial is tried at a time, with pauses between', async () => {
    const port = await freePort()
    await using redis = createPool({ port, waitTimeoutMs: 400 })
    let dials = 0
    redis.events.on('unavailable', () => {
      dials++
      expect(redis.stats().opening).toBeLessThanOrEqual(1)
    })
    await Promise.allSettled(Array.from({ length: 200 }, () => redis.get('a')))
    expect(dials).toBeGreaterThan(3)
    expect(dials).toBeLessThan(60)
  })
})
