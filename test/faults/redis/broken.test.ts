/** Connections that break under load: nothing is lost silently, nothing is done twice, nothing is mixed up. */

import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, test } from 'vitest'
import { createPool } from '../../../src/redis/create-pool.ts'
import { InterruptedError, RedisError, UnavailableError } from '../../../src/redis/errors.ts'
import type { RedisPool } from '../../../src/redis/pool.ts'
import { startRedis, until } from '../../integration/redis/redis-server.ts'
import { type FaultyProxy, startProxy } from './faulty-proxy.ts'
import { IncrementLoad } from './increment-load.ts'

/** Callers that read what they wrote; a reply that belongs to somebody else is seen at once. */
async function readWhileTrue(redis: RedisPool, callers: number, isStopped: () => boolean): Promise<number> {
  let wrong = 0
  await Promise.all(
    Array.from({ length: callers }, async (_, index) => {
      await redis.with({ idempotent: true }).set(`own${index}`, `value${index}`)
      while (!isStopped()) {
        const value = await redis.get(`own${index}`).catch((error: unknown) => error)
        if (value !== `value${index}` && !(value instanceof RedisError)) wrong++
      }
    }),
  )
  return wrong
}

test('CLIENT KILL in a loop under load', async () => {
  await using server = await startRedis()
  await using redis = createPool(server.url, { maxInFlight: 16, size: 4 })
  const load = new IncrementLoad(redis, 64)
  let isStopped = false
  const wrong = readWhileTrue(redis, 16, () => isStopped)
  for (let count = 0; count < 40; count++) {
    const before = load.total
    await server.command('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    await until(() => load.total > before)
  }
  isStopped = true
  await load.stop()
  expect(await wrong).toBe(0)
  await load.check((key) => server.command('GET', key))
  expect(redis.stats().closes).toBeGreaterThan(10)
}, 60_000)

test('kill -9 and restart under load', async () => {
  await using server = await startRedis('--appendonly', 'yes', '--appendfsync', 'always')
  await using redis = createPool(server.url)
  const load = new IncrementLoad(redis, 64)
  for (let count = 0; count < 3; count++) {
    const before = load.total
    await until(() => load.total > before + 500)
    await server.stop('SIGKILL')
    await server.start()
  }
  const before = load.total
  await until(() => load.total > before + 500)
  await load.stop()
  await load.check((key) => server.command('GET', key))
  expect(load.totalMaybe).toBeGreaterThan(0)
}, 60_000)

test('reads are repeated without the caller noticing', async () => {
  await using server = await startRedis()
  await using redis = createPool(server.url)
  await redis.set('k', 'v')
  for (let count = 0; count < 20; count++) {
    const reads = Array.from({ length: 100 }, () => redis.get('k'))
    await server.command('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    expect(new Set(await Promise.all(reads))).toEqual(new Set(['v']))
  }
})

describe('a write whose fate is unknown', () => {
  async function interrupted(
    use: (redis: RedisPool) => Promise<unknown>,
  ): Promise<{ error: unknown; value: unknown }> {
    await using server = await startRedis()
    await using proxy = await startProxy(server.port)
    await using redis = createPool({ port: proxy.port })
    await redis.ping()
    // Replies are held back, so that the command is carried out and nobody hears of it.
    proxy.misbehaviour.delayMs = 200
    const call = use(redis).then(
      () => undefined,
      (error: unknown) => error,
    )
    setTimeout(() => {
      proxy.cut()
      proxy.misbehaviour.delayMs = 0
    }, 300)
    return { error: await call, value: await server.command('GET', 'n') }
  }

  test('is reported as maybe and not repeated', async () => {
    const { error, value } = await interrupted((redis) => redis.incr('n'))
    expect(error).toBeInstanceOf(InterruptedError)
    expect(error).toMatchObject({ code: 'INTERRUPTED', sent: 'maybe', ending: { cause: 'peer-closed' } })
    expect(value).toBe('1')
  })

  test('is repeated where the caller says that this does no harm', async () => {
    const { error, value } = await interrupted((redis) => redis.with({ idempotent: true }).set('n', '1'))
    expect(error).toBeUndefined()
    expect(value).toBe('1')
  })

  test('in a transaction is maybe as a whole', async () => {
    const { error } = await interrupted((redis) => redis.transaction((t) => [t.incr('n'), t.get('n')]))
    expect(error).toMatchObject({ code: 'INTERRUPTED', sent: 'maybe' })
  })
})

describe('networks', () => {
  async function withProxy(use: (redis: RedisPool, proxy: FaultyProxy) => Promise<void>): Promise<void> {
    await using server = await startRedis()
    await using proxy = await startProxy(server.port)
    await using redis = createPool({ port: proxy.port, size: 3, maxInFlight: 20 })
    await use(redis, proxy)
  }

  test('that deliver single bytes', () =>
    withProxy(async (redis, proxy) => {
      proxy.misbehaviour.pieceBytes = 1
      const values = await Promise.all(
        Array.from({ length: 200 }, async (_, index) => {
          await redis.set(`k${index}`, `ü${index}`)
          return await redis.get(`k${index}`)
        }),
      )
      expect(values).toEqual(Array.from({ length: 200 }, (_, index) => `ü${index}`))
    }))

  test('that are slow', () =>
    withProxy(async (redis, proxy) => {
      proxy.misbehaviour.delayMs = 30
      expect(await Promise.all(Array.from({ length: 100 }, () => redis.incr('n')))).toHaveLength(100)
    }))

  test.each(['cut', 'reset'] as const)('that %s flows under load', (how) =>
    withProxy(async (redis, proxy) => {
      let isStopped = false
      const wrong = readWhileTrue(redis, 32, () => isStopped)
      for (let count = 0; count < 20; count++) {
        await until(() => redis.stats().open > 0 && redis.stats().inFlight > 0)
        proxy[how]()
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      isStopped = true
      expect(await wrong).toBe(0)
    }),
  )

  test('that close during the handshake', () =>
    withProxy(async (redis, proxy) => {
      proxy.misbehaviour.closeAfterBytes = 10
      const value = redis.incr('n')
      await once(redis.events, 'unavailable')
      await once(redis.events, 'unavailable')
      delete proxy.misbehaviour.closeAfterBytes
      expect(await value).toBe(1)
    }))

  test('that accept and never answer: the dial gives up in time and the next one succeeds', async () => {
    await using server = await startRedis()
    await using proxy = await startProxy(server.port)
    proxy.misbehaviour.isStalled = true
    await using redis = createPool({ port: proxy.port, connectTimeoutMs: 200 })
    const value = redis.incr('n')
    await once(redis.events, 'unavailable')
    proxy.misbehaviour.isStalled = false
    expect(await value).toBe(1)
  })
})

describe('a peer that is no Redis server', () => {
  test.each([
    ['speaks HTTP', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['sends noise', Buffer.from([1, 2, 3, 255, 0, 13, 10])],
    ['answers what nobody asked', '+OK\r\n+OK\r\n+OK\r\n+OK\r\n+OK\r\n'],
    ['promises too much', '$99999999999\r\n'],
  ])('and %s ends the connection with the cause protocol', async (_what, bytes) => {
    const listener = createServer((socket) => {
      socket.on('error', () => {
        // The pool closes rudely, as it should.
      })
      socket.once('data', () => socket.write(bytes))
    }).listen(0, '127.0.0.1')
    await once(listener, 'listening')
    const { port } = listener.address() as { port: number }
    const redis = createPool({ port, waitTimeoutMs: 300 })
    try {
      await expect(redis.get('k')).rejects.toBeInstanceOf(UnavailableError)
    } finally {
      redis.destroy()
      listener.close()
    }
  })
})

describe('a server that is slow', () => {
  test('CLIENT PAUSE beyond the limit: the caller hears of it in time, and the order is kept', async () => {
    await using server = await startRedis()
    await using redis = createPool(server.url, { commandTimeoutMs: 200 })
    await redis.set('k', 'v')
    await server.command('CLIENT', 'PAUSE', 700, 'ALL')
    const startedAt = performance.now()
    await expect(redis.incr('n')).rejects.toMatchObject({ code: 'COMMAND_TIMEOUT', sent: 'maybe' })
    expect(performance.now() - startedAt).toBeLessThan(500)
    await until(async () => (await redis.get('k').catch(() => undefined)) === 'v')
    // It was carried out when the pause was over: maybe means maybe.
    expect(await redis.get('n')).toBe('1')
    expect(redis.stats().connects).toBe(1)
  })

  test('a frozen server is given up, and found again when it thaws', async () => {
    await using server = await startRedis()
    await using redis = createPool(server.url, {
      commandTimeoutMs: 200,
      pingTimeoutMs: 200,
      connectTimeoutMs: 200,
      waitTimeoutMs: 500,
    })
    await redis.set('k', 'v')
    server.freeze()
    await expect(redis.incr('n')).rejects.toMatchObject({ sent: 'maybe' })
    await expect(redis.get('k')).rejects.toBeInstanceOf(RedisError)
    await until(() => redis.stats().closes > 0)
    server.thaw()
    await until(async () => (await redis.get('k').catch(() => undefined)) === 'v')
  })

  test('DEBUG SLEEP within the limit is waited for', async () => {
    await using server = await startRedis('--enable-debug-command', 'yes')
    await using redis = createPool(server.url, { pingTimeoutMs: 100 })
    await redis.set('k', 'v')
    const sleep = server.command('DEBUG', 'SLEEP', '0.6')
    expect(await redis.get('k')).toBe('v')
    await sleep
    expect(redis.stats().closes).toBe(0)
  })
})
