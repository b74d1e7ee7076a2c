/** Six nodes of which one dies under load: its replica takes over, and what callers are told is true. */
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { createPool } from '../../../src/redis/create-pool.ts'
import { startCluster } from '../../integration/redis/redis-cluster.ts'
import { type RedisServer, until } from '../../integration/redis/redis-server.ts'
import { IncrementLoad } from './increment-load.ts'

test('a master that dies under load: no INCR is applied twice, and every failed one is reported as maybe', async () => {
  await using cluster = await startCluster({ replicas: true })
  await using redis = createPool({ cluster: cluster.urls, waitTimeoutMs: 30_000 })
  const channel = cluster.keyOn(0, 'channel')
  await using shards = redis.ssubscribe(channel)
  await using news = redis.subscribe('news')
  await Promise.all([shards.ready, news.ready])
  const gap = once(shards, 'gap')
  const list = cluster.keyOn(0, 'list')
  const key = cluster.keyOn(0, 'leased')
  const load = new IncrementLoad(redis, 64)
  await until(() => load.total > 1000)

  await cluster.masters[0]!.stop('SIGKILL')
  await once(redis.events, 'unavailable')
  const popped = redis.blpop(list, 0)
  const leased = redis.lease((connection) => connection.set(key, 'v'), { key })
  const heir = cluster.replicas[0]!
  await until(async () => String(await heir.command('ROLE')).startsWith('master'), 20_000)
  const before = [...load.succeeded]
  await until(() => load.succeeded.every((count, caller) => count > before[caller]!), 20_000)
  await load.stop()

  expect(load.notSent).toEqual([])
  expect(load.totalMaybe).toBeGreaterThan(0)
  await load.checkNoneTwice((key) => cluster.read(key))
  for (const [caller, succeeded] of load.succeeded.entries()) {
    if (cluster.placeOf(`n${caller}`) === 0) continue
    // Connections to the other masters were never lost.
    expect(load.maybe[caller]).toBe(0)
    expect(Number(await cluster.read(`n${caller}`))).toBe(succeeded)
  }

  // Who waited for a connection of the dead master got one of its heir.
  await redis.rpush(list, 'x')
  expect(await popped).toEqual([list, 'x'])
  expect(await leased).toBe('OK')

  expect(await gap).toEqual([{ reason: 'reconnect', lost: undefined }])
  await until(async () => Number(await redis.spublish(channel, 'again')) === 1)
  expect((await shards.next()).value).toMatchObject({ channel, message: 'again' })
  let isHeard = false
  const heard = news.next().then(({ value }) => {
    isHeard = true
    return value
  })
  await until(async () => {
    await redis.publish('news', 'again')
    return isHeard
  })
  expect(await heard).toMatchObject({ channel: 'news', message: 'again' })
}, 60_000)

test('a failover by request under load: every INCR is carried out once, and none fails', async () => {
  await using cluster = await startCluster({ replicas: true })
  await using redis = createPool({ cluster: cluster.urls, waitTimeoutMs: 30_000 })
  const load = new IncrementLoad(redis, 64)
  for (const [heir, former] of [
    [cluster.replicas[0]!, cluster.masters[0]!],
    [cluster.masters[0]!, cluster.replicas[0]!],
  ] as const) {
    let before = load.total
    await until(() => load.total > before + 500)
    await handOver(former, heir)
    before = load.total
    await until(() => load.total > before + 500)
    await until(async () => String(await former.command('INFO', 'replication')).includes('link_status:up'))
  }
  await load.stop()
  expect(load.notSent).toEqual([])
  expect(load.totalMaybe).toBe(0)
  await load.check((key) => cluster.read(key))
}, 60_000)

/** Servers give an attempt up after five seconds, as may happen on a machine with much to do; then another one is made. */
async function handOver(former: RedisServer, heir: RedisServer): Promise<void> {
  let endsAtMs = 0
  await until(async () => {
    if (performance.now() > endsAtMs) {
      await heir.command('CLUSTER', 'FAILOVER')
      endsAtMs = performance.now() + 5500
    }
    return String(await former.command('ROLE')).startsWith('slave')
  }, 30_000)
}

test('a master that freezes under load is left for its replica', async () => {
  await using cluster = await startCluster({ replicas: true })
  await using redis = createPool({
    ...{ cluster: cluster.urls, waitTimeoutMs: 30_000 },
    ...{ commandTimeoutMs: 500, pingTimeoutMs: 500, connectTimeoutMs: 500 },
  })
  const load = new IncrementLoad(redis, 64)
  await until(() => load.total > 1000)
  cluster.masters[0]!.freeze()
  const heir = cluster.replicas[0]!
  await until(async () => String(await heir.command('ROLE')).startsWith('master'), 20_000)
  const before = [...load.succeeded]
  await until(() => load.succeeded.every((count, caller) => count > before[caller]!), 20_000)
  await load.stop()
  cluster.masters[0]!.thaw()

  expect(load.notSent).toEqual([])
  expect(load.totalMaybe).toBeGreaterThan(0)
  await load.checkNoneTwice((key) => cluster.read(key))
}, 60_000)

test('a replica that dies: its reads are answered by the master, and no caller sees it', async () => {
  await using cluster = await startCluster({ replicas: true })
  await using redis = createPool({ cluster: cluster.urls, readFrom: 'replica' })
  const key = cluster.keyOn(0)
  await redis.set(key, 'v')
  await until(async () => (await redis.get(key)) === 'v')
  const wrong: unknown[] = []
  let answered = 0
  let isStopped = false
  const readers = Array.from({ length: 16 }, async () => {
    while (!isStopped) {
      const value = await redis.get(key).catch((error: unknown) => error)
      if (value === 'v') answered++
      else wrong.push(value)
    }
  })
  await until(() => answered > 100)
  await cluster.replicas[0]!.stop('SIGKILL')
  const before = answered
  await until(() => answered > before + 1000)
  isStopped = true
  await Promise.all(readers)
  expect(wrong).toEqual([])
}, 60_000)
