/** Idle connections: what servers and networks do to them, and that callers never see it. */
import { describe, expect, test } from 'vitest'
import { createPool } from '../../../src/redis/create-pool.ts'
import { startRedis, until } from '../../integration/redis/redis-server.ts'
import { startProxy } from './faulty-proxy.ts'

describe('a server with timeout 1', () => {
  test('no caller sees an error in 50 cycles of use and idleness: shared, leased, subscribed', async () => {
    await using server = await startRedis('--timeout', '1')
    // Ten pools that each idle five times, to have fifty in seconds.
    const run = async (index: number): Promise<void> => {
      await using redis = createPool(server.url, { size: 3, minIdle: 3 })
      await redis.lease((connection) => connection.incr('n'))
      const news = redis.subscribe(`news${index}`)
      let gaps = 0
      news.on('gap', () => gaps++)
      await news.ready
      for (let cycle = 0; cycle < 5; cycle++) {
        await new Promise((resolve) => setTimeout(resolve, 1200 + index * 150))
        expect(
          await Promise.all([redis.incr('n'), redis.lease((connection) => connection.incr('n'))]),
        ).toHaveLength(2)
        await redis.publish(`news${index}`, String(cycle))
        expect((await news.next()).value).toMatchObject({ message: String(cycle) })
      }
      expect(gaps).toBe(0)
    }
    await Promise.all(Array.from({ length: 10 }, (_, index) => run(index)))
    expect(await server.command('GET', 'n')).toBe('110')
  }, 40_000)

  test('a lease that is held in idleness keeps its connection', async () => {
    await using server = await startRedis('--timeout', '1')
    await using redis = createPool(server.url)
    await redis.lease(async (connection) => {
      const id = await connection.clientId()
      await new Promise((resolve) => setTimeout(resolve, 3500))
      expect(await connection.clientId()).toBe(id)
    })
  })

  test('where CONFIG is forbidden, the limit is learnt from what the server closes', async () => {
    await using server = await startRedis('--timeout', '1')
    await server.command('ACL', 'SETUSER', 'app', 'on', '>secret', '~*', '&*', '+@all', '-config')
    await using redis = createPool(server.url, { username: 'app', password: 'secret' })
    await redis.set('k', 'v')
    expect(redis.stats().keepAliveMs).toBe(30_000)
    await until(() => redis.stats().keepAliveMs < 2000)
    const { connects } = redis.stats()
    await new Promise((resolve) => setTimeout(resolve, 3000))
    expect(await redis.get('k')).toBe('v')
    expect(redis.stats().connects).toBeLessThanOrEqual(connects + 1)
  })
})

test('a NAT that forgets idle flows harms nobody: pings keep them known', async () => {
  await using server = await startRedis()
  await using proxy = await startProxy(server.port)
  // As at defaults (30 s against minutes), a hundred times as fast.
  proxy.misbehaviour.forgetAfterMs = 1000
  await using redis = createPool({ port: proxy.port, keepAliveMs: 300 })
  for (let count = 0; count < 4; count++) {
    await redis.incr('n')
    await new Promise((resolve) => setTimeout(resolve, 1400))
  }
  expect(await redis.get('n')).toBe('4')
  expect(proxy.forgotten).toBe(0)
}, 30_000)

test('a flow that was forgotten all the same is found out by a ping, before anyone gets it', async () => {
  await using server = await startRedis()
  await using proxy = await startProxy(server.port)
  await using redis = createPool({ port: proxy.port, keepAliveMs: 200, pingTimeoutMs: 300 })
  await redis.set('k', 'v')
  proxy.stall()
  await until(() => redis.stats().closes > 0 && redis.stats().idle > 0)
  const startedAt = performance.now()
  expect(await redis.get('k')).toBe('v')
  expect(performance.now() - startedAt).toBeLessThan(250)
})

test('a connection that was silent for far too long is pinged before it carries a call', async () => {
  await using server = await startRedis()
  await using proxy = await startProxy(server.port)
  await using redis = createPool({ port: proxy.port, keepAliveMs: 100, pingTimeoutMs: 300 })
  await redis.set('n', 0)
  proxy.stall()
  // The process hangs, so that no ping is sent in time: as after a laptop's sleep.
  const endsAt = performance.now() + 1500
  while (performance.now() < endsAt) Math.sqrt(2)
  expect(await redis.incr('n')).toBe(1)
})
