/** Servers that say "not now" or "not here": calls go on where that can do no harm. */
import { expect, test } from 'vitest'
import { createPool } from '../../../src/redis/create-pool.ts'
import { startRedis, until } from '../../integration/redis/redis-server.ts'

test('LOADING: calls wait until the data is read', async () => {
  await using server = await startRedis()
  await using redis = createPool(server.url)
  await Promise.all(Array.from({ length: 2000 }, (_, index) => redis.set(`k${index}`, index)))
  await server.command('SAVE')
  await server.stop()
  // Each key takes so long to load; the server answers with LOADING meanwhile.
  const loading = server.start('--key-load-delay', '300', '--loading-process-events-interval-bytes', '1024')
  const kinds: string[] = []
  redis.events.on('retry', ({ reason }) => kinds.push(reason))
  expect(await redis.get('k1999')).toBe('1999')
  await loading
  expect(kinds).toContain('LOADING')
})

test('BUSY: calls wait until the script has ended', async () => {
  await using server = await startRedis('--busy-reply-threshold', '50')
  await using redis = createPool(server.url, { waitTimeoutMs: 3000 })
  await redis.set('k', 'v')
  const script = server.command(
    'EVAL',
    "local t=redis.call('TIME'); repeat local n=redis.call('TIME') until (n[1]-t[1])*1000000+(n[2]-t[2]) > 400000 return 1",
    0,
  )
  await until(async () => /BUSY/.test(String(await server.command('PING'))))
  expect(await redis.get('k')).toBe('v')
  expect(redis.stats().retries).toBeGreaterThan(0)
  await script
})

test('READONLY: the connection is replaced, and the write succeeds where writes are taken again', async () => {
  await using server = await startRedis()
  await using redis = createPool(server.url)
  await redis.set('k', 'v')
  await server.command('CONFIG', 'SET', 'replica-serve-stale-data', 'yes')
  await server.command('REPLICAOF', '127.0.0.1', '1')
  const written = redis.incr('n')
  await until(() => redis.stats().retries > 0)
  await server.command('REPLICAOF', 'NO', 'ONE')
  expect(await written).toBe(1)
  expect(redis.stats().connects).toBeGreaterThan(1)
})

test('MASTERDOWN: reads wait until the replica has its master again', async () => {
  await using server = await startRedis('--replica-serve-stale-data', 'no')
  await using redis = createPool(server.url)
  await redis.set('k', 'v')
  await server.command('REPLICAOF', '127.0.0.1', '1')
  const read = redis.get('k')
  await until(() => redis.stats().retries > 0)
  await server.command('REPLICAOF', 'NO', 'ONE')
  expect(await read).toBe('v')
})

test('NOREPLICAS: writes wait for replicas, and fail with the server’s word when patience ends', async () => {
  await using server = await startRedis()
  await using redis = createPool(server.url, { waitTimeoutMs: 300 })
  await server.command('CONFIG', 'SET', 'min-replicas-to-write', '1')
  await expect(redis.set('k', 'v')).rejects.toMatchObject({ code: 'REPLY', kind: 'NOREPLICAS' })
  const written = redis.set('k', 'v')
  await server.command('CONFIG', 'SET', 'min-replicas-to-write', '0')
  expect(await written).toBe('OK')
})

test('a transaction that was refused as a whole is sent again as a whole', async () => {
  await using server = await startRedis()
  await using redis = createPool(server.url)
  await server.command('CONFIG', 'SET', 'min-replicas-to-write', '1')
  const done = redis.transaction((t) => [t.incr('n'), t.incr('n')])
  await until(() => redis.stats().retries > 0)
  await server.command('CONFIG', 'SET', 'min-replicas-to-write', '0')
  expect(await done).toEqual([1, 2])
})

test('OOM: the caller hears of it at once', async () => {
  await using server = await startRedis('--maxmemory', '1mb', '--maxmemory-policy', 'noeviction')
  await using redis = createPool(server.url)
  await expect(redis.set('k', 'x'.repeat(2_000_000)).then(() => redis.set('l', 'y'))).rejects.toMatchObject({
    kind: 'OOM',
  })
  expect(redis.stats().retries).toBe(0)
})

test('a call with a limit of its own waits no longer than that for a server that is down', async () => {
  await using server = await startRedis()
  await using redis = createPool(server.url, { waitTimeoutMs: 30_000 })
  await redis.ping()
  await server.stop()
  const patient = redis.incr('n').catch((error: unknown) => error)
  const startedAt = performance.now()
  await expect(redis.with({ timeoutMs: 100 }).incr('n')).rejects.toMatchObject({ sent: 'no' })
  expect(performance.now() - startedAt).toBeLessThan(1500)
  await server.start()
  expect(await patient).toBe(1)
})

test('what stands in a full queue when the connection dies was not sent, and is sent again', async () => {
  await using server = await startRedis()
  await using redis = createPool(server.url)
  await redis.ping()
  server.freeze()
  // Far more than the network's buffers take while the server reads nothing.
  const value = Buffer.alloc(1_000_000, 'x')
  const results = Promise.allSettled(Array.from({ length: 40 }, (_, index) => redis.set(`k${index}`, value)))
  await until(() => redis.stats().inFlight === 40)
  await new Promise((resolve) => setTimeout(resolve, 100))
  await server.stop()
  await server.start()
  const settled = await results
  const failed = settled.filter((one) => one.status === 'rejected')
  expect(failed.length).toBeGreaterThan(0)
  expect(failed.length).toBeLessThan(40)
  for (const one of failed) expect(one.reason).toMatchObject({ code: 'INTERRUPTED', sent: 'maybe' })
  expect(redis.stats().retries).toBe(40 - failed.length)
}, 30_000)
