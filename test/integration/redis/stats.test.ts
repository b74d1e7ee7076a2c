import { expect, test } from 'vitest'
import { createPool } from '../../../src/redis/create-pool.ts'
import { startRedis, until } from './redis-server.ts'

test('stats name every connection, what it is for and what it does', async () => {
  await using server = await startRedis()
  await using redis = createPool(server.url, { size: 2 })
  const subscription = redis.subscribe('news')
  await subscription.ready
  await redis.lease(async (connection) => {
    await Promise.all([connection.set('k', 'v'.repeat(1000)), redis.get('k')])
    const { connections, open, leased } = redis.stats()
    expect(connections.map(({ use, state }) => `${use} ${state}`).sort()).toEqual([
      'lease leased',
      'pubsub subscribed',
      'shared idle',
    ])
    expect({ open, leased }).toEqual({ open: 2, leased: 1 })
    const lease = connections.find((one) => one.use === 'lease')!
    expect(lease.writtenBytes).toBeGreaterThan(1000)
    expect(lease.answered).toBeGreaterThan(0)
  })
  subscription.close()
  await until(() => redis.stats().connections.length === 2)
})

test('counts outlive the connections that they are of', async () => {
  await using server = await startRedis()
  await using redis = createPool(server.url, { size: 1 })
  for (let count = 0; count < 20; count++) await redis.incr('n')
  const before = redis.stats()
  expect(before.answered).toBeGreaterThanOrEqual(20)
  await server.command('CLIENT', 'KILL', 'TYPE', 'normal')
  await until(() => redis.stats().closes === 1)
  await redis.incr('n')
  const after = redis.stats()
  expect(after.answered).toBeGreaterThan(before.answered)
  expect(after.readBytes).toBeGreaterThan(before.readBytes)
  expect(after).toMatchObject({ connects: 2, closes: 1, reconnects: 1 })
})

test('stats count calls that waited, that were too late, and dials that failed', async () => {
  await using server = await startRedis()
  await using redis = createPool(server.url, { size: 1 })
  const held = await redis.acquire()
  const waiting = redis.lease((connection) => connection.ping())
  await held.release()
  await waiting
  const waits = redis.stats().waits
  expect(waits).toBeGreaterThan(0)
  const late = redis.with({ timeoutMs: 50 }).command('EVAL', 'while true do end', 0)
  await expect(late).rejects.toMatchObject({ code: 'COMMAND_TIMEOUT' })
  expect(redis.stats().timeouts).toBe(1)
  await server.stop()
  await until(() => redis.stats().dialFailures > 0 || redis.stats().open === 0)
  const refused = createPool(server.url, { whenDown: 'fail', waitTimeoutMs: 1000 })
  await expect(refused.ping()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  expect(refused.stats().dialFailures).toBeGreaterThan(0)
  refused.destroy()
})
