/** A master that sentinels watch over: it is found, and found again after a failover under load. */
import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { createPool } from '../../../src/redis/create-pool.ts'
import { UnavailableError } from '../../../src/redis/errors.ts'
import { freePort, until } from '../../integration/redis/redis-server.ts'
import { startProxy } from './faulty-proxy.ts'
import { IncrementLoad } from './increment-load.ts'
import { MASTER_NAME, startSentinelGroup } from './sentinel-group.ts'

test('the master is found where one sentinel is down and the others are told of by the third', async () => {
  await using group = await startSentinelGroup()
  const dead = `redis://127.0.0.1:${await freePort()}`
  await using redis = createPool({ sentinels: [dead, group.urls[0]!], name: MASTER_NAME })
  await redis.set('k', 'v')
  expect(await group.master.command('GET', 'k')).toBe('v')
  expect(redis.stats().connections[0]!.address).toBe(`127.0.0.1:${group.master.port}`)

  // The two that were not named are enough once the named one is gone.
  await group.sentinels[0]!.stop()
  await group.master.command('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
  expect(await redis.get('k')).toBe('v')
}, 60_000)

test('a failover under load: no INCR is applied twice, and every failed one is reported as maybe', async () => {
  await using group = await startSentinelGroup()
  await using redis = createPool({ sentinels: group.urls, name: MASTER_NAME, waitTimeoutMs: 30_000 })
  await using news = redis.subscribe('news')
  await news.ready
  const gap = once(news, 'gap')
  const load = new IncrementLoad(redis, 64)
  await until(() => load.total > 1000)

  const changed = once(redis.events, 'topology')
  await group.master.stop('SIGKILL')
  await changed
  const before = load.total
  await until(() => load.total > before + 1000, 20_000)
  await load.stop()

  const { replica } = group
  expect(redis.stats().connections.map((one) => one.address)).toContain(`127.0.0.1:${replica.port}`)
  await load.checkNoneTwice((key) => replica.command('GET', key))
  expect(load.notSent).toEqual([])
  expect(load.totalMaybe).toBeGreaterThan(0)

  expect(await gap).toEqual([{ reason: 'reconnect', lost: undefined }])
  await until(async () => Number(await redis.publish('news', 'again')) === 1)
  expect((await news.next()).value).toMatchObject({ channel: 'news', message: 'again' })
}, 60_000)

test('a failover by request under load is followed in the same way', async () => {
  await using group = await startSentinelGroup()
  await using redis = createPool({ sentinels: group.urls, name: MASTER_NAME, waitTimeoutMs: 30_000 })
  const load = new IncrementLoad(redis, 64)
  await until(() => load.total > 1000)
  const changed = once(redis.events, 'topology')
  expect(await group.sentinels[1]!.command('SENTINEL', 'FAILOVER', MASTER_NAME)).toBe('OK')
  await changed
  const before = load.total
  await until(() => load.total > before + 1000, 20_000)
  await load.stop()
  expect(load.notSent).toEqual([])
  await load.checkNoneTwice((key) => group.replica.command('GET', key))
}, 60_000)

test('passwords and addresses that differ from what sentinels tell', async () => {
  await using group = await startSentinelGroup()
  await group.master.command('CONFIG', 'SET', 'requirepass', 'secret')
  for (const sentinel of group.sentinels) {
    await sentinel.command('SENTINEL', 'SET', MASTER_NAME, 'auth-pass', 'secret')
    expect(await sentinel.command('ACL', 'SETUSER', 'default', 'resetpass', '>secret')).toBe('OK')
  }
  await using proxy = await startProxy(group.master.port)
  await using redis = createPool({
    sentinels: group.urls.map((url) => url.replace('//', '//:secret@')),
    name: MASTER_NAME,
    password: 'secret',
    mapAddress: ({ host, port }) => ({ host, port: port === group.master.port ? proxy.port : port }),
  })
  expect(await redis.set('k', 'v')).toBe('OK')
  expect(redis.stats().connections[0]!.address).toBe(`127.0.0.1:${proxy.port}`)

  await using stranger = createPool({ sentinels: group.urls, name: MASTER_NAME, waitTimeoutMs: 300 })
  await expect(stranger.get('k')).rejects.toThrow('NOAUTH')
}, 60_000)

test('a master that is only frozen is left, and connections to it are not used when it thaws', async () => {
  await using group = await startSentinelGroup()
  await using redis = createPool({
    ...{ sentinels: group.urls, name: MASTER_NAME, waitTimeoutMs: 30_000 },
    ...{ commandTimeoutMs: 500, pingTimeoutMs: 500, size: 2 },
  })
  await redis.set('k', 'before')
  await using lease = await redis.acquire()
  await lease.get('k')
  const changed = once(redis.events, 'topology')
  group.master.freeze()
  await changed
  await redis.set('k', 'after')
  group.master.thaw()
  await lease.release()
  expect(await redis.get('k')).toBe('after')
  expect(await redis.lease((connection) => connection.get('k'))).toBe('after')
  expect(await group.replica.command('GET', 'k')).toBe('after')
}, 60_000)

describe('sentinels that cannot help', () => {
  test('fail calls in time, with what each of them said', async () => {
    const ports = [await freePort(), await freePort()]
    await using redis = createPool({
      sentinels: ports.map((port) => `redis://127.0.0.1:${port}`),
      name: MASTER_NAME,
      waitTimeoutMs: 300,
    })
    const error = await redis.get('k').catch((found: unknown) => found)
    expect(error).toBeInstanceOf(UnavailableError)
    for (const port of ports) expect(String(error)).toContain(`127.0.0.1:${port}`)
  })

  test('because they do not know the name', async () => {
    await using group = await startSentinelGroup()
    await using redis = createPool({ sentinels: group.urls, name: 'another', waitTimeoutMs: 300 })
    await expect(redis.get('k')).rejects.toThrow('knows no master another')
  }, 60_000)
})
