/** A cluster of three masters and three replicas, used as a single server is. */
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPool } from '../../../src/redis/create-pool.ts'
import { CrossSlotError, UnavailableError } from '../../../src/redis/errors.ts'
import type { RedisPool } from '../../../src/redis/pool.ts'
import { slotOf } from '../../../src/redis/slot.ts'
import { startProxy } from '../../faults/redis/faulty-proxy.ts'
import { type RedisCluster, startCluster } from './redis-cluster.ts'
import { freePort, RedisServer, startRedis, until } from './redis-server.ts'

let cluster: RedisCluster
let redis: RedisPool

beforeAll(async () => {
  cluster = await startCluster({ replicas: true })
  redis = createPool({ cluster: cluster.urls })
}, 60_000)

afterAll(async () => {
  await redis.close()
  await cluster[Symbol.asyncDispose]()
})

describe('commands', () => {
  test('go to the node of their keys', async () => {
    for (const place of [0, 1, 2]) {
      const key = cluster.keyOn(place)
      await redis.set(key, `on ${place}`)
      expect(await redis.get(key)).toBe(`on ${place}`)
      expect(await cluster.masters[place]!.command('GET', key)).toBe(`on ${place}`)
    }
  })

  test('have the slots that the server gives their keys', async () => {
    const texts = [
      '',
      'k',
      '{a}b',
      'a{b}c{d}',
      '{}x',
      '{x',
      'x}{y}',
      'ключ',
      'ü{ä}',
      '{ü}a',
      '\u{1f600}{\u{1f601}}',
    ]
    const keys = [...texts, Buffer.from([0, 255, 123, 200, 125, 1])]
    for (const key of keys) {
      expect(await cluster.masters[0]!.command('CLUSTER', 'KEYSLOT', key)).toBe(slotOf(key))
    }
  })

  test('go right from the start, without a redirection', async () => {
    await using fresh = createPool({ cluster: [cluster.urls[2]!] })
    const keys = Array.from({ length: 300 }, (_, index) => `right${index}`)
    await Promise.all(keys.map((key) => fresh.set(key, key)))
    expect(await Promise.all(keys.map((key) => fresh.get(key)))).toEqual(keys)
    expect(fresh.stats().retries).toBe(0)
  })

  test('without a key go to any node', async () => {
    expect(await redis.ping()).toBe('PONG')
  })

  test('with several keys work where a tag keeps these together', async () => {
    await redis.mset('{user:7}:name', 'Ada', '{user:7}:age', '36')
    expect(await redis.mget('{user:7}:name', '{user:7}:age')).toEqual(['Ada', '36'])
  })

  test('with keys of different slots are refused with the keys, their slots and what helps', async () => {
    const [one, other] = [cluster.keyOn(0), cluster.keyOn(1)]
    const error = await redis.mget(one, other).catch((found: unknown) => found)
    expect(error).toBeInstanceOf(CrossSlotError)
    expect(error).toMatchObject({ code: 'CROSS_SLOT', sent: 'no' })
    for (const part of ['MGET', one, other, String(slotOf(one)), String(slotOf(other)), '{user:7}']) {
      expect(String(error)).toContain(part)
    }
  })

  test('that wait for data wait on the node of their key, and others go on', async () => {
    const key = cluster.keyOn(1, 'list')
    const waiting = redis.blpop(key, 5)
    await redis.get(key.replace('list', 'other'))
    await redis.rpush(key, 'x')
    expect(await waiting).toEqual([key, 'x'])
  })

  test('as scripts are found on each node', async () => {
    const lua = "return redis.call('INCR', KEYS[1])"
    for (const place of [0, 1, 2]) {
      const key = cluster.keyOn(place, 'script')
      expect(await redis.script(lua, { keys: [key] })).toBe(1)
      expect(await redis.script(lua, { keys: [key] })).toBe(2)
    }
  })
})

describe('pipelines', () => {
  test('go to all nodes and come back in order', async () => {
    const keys = Array.from({ length: 200 }, (_, index) => `p${index}`)
    await redis.pipeline((p) => keys.map((key, index) => p.set(key, index)))
    const values = await redis.pipeline((p) => keys.map((key) => p.get(key)))
    expect(values).toEqual(keys.map((_, index) => String(index)))
  })

  test('keep the order of the commands of one key', async () => {
    const results = await redis.pipeline((p) => [
      p.set('same', 1),
      p.incr('same'),
      p.incr('same'),
      p.get('same'),
    ])
    expect(results.slice(1)).toEqual([2, 3, '3'])
  })

  test('tell which commands were refused', async () => {
    const text = cluster.keyOn(0, 'text')
    await redis.set(text, 'x')
    const error = await redis
      .pipeline((p) => [p.incr(text), p.set(cluster.keyOn(1), 1)])
      .catch((found: unknown) => found)
    expect(error).toMatchObject({ code: 'BATCH', results: [{ kind: 'ERR' }, 'OK'] })
  })
})

describe('transactions', () => {
  test('of one slot are carried out', async () => {
    expect(await redis.transaction((t) => [t.incr('{t}a'), t.incr('{t}b')])).toEqual([1, 1])
  })

  test('of several slots are refused', async () => {
    const transaction = redis.transaction((t) => [t.incr(cluster.keyOn(0)), t.incr(cluster.keyOn(2))])
    await expect(transaction).rejects.toBeInstanceOf(CrossSlotError)
  })

  test('with WATCH run on a lease for the key', async () => {
    for (const place of [0, 1, 2]) {
      const key = cluster.keyOn(place, 'watched')
      const value = await redis.lease(
        async (lease) => {
          await lease.watch(key)
          return await lease.transaction((t) => [t.incr(key)])
        },
        { key },
      )
      expect(value).toEqual([1])
    }
    expect(redis.stats().leased).toBe(0)
  })
})

describe('reads from replicas', () => {
  test('come from replicas, and writes go to masters', async () => {
    await using reader = createPool({ cluster: cluster.urls, readFrom: 'replica' })
    for (const place of [0, 1, 2]) {
      const key = cluster.keyOn(place, 'replicated')
      await reader.set(key, 'v')
      await until(async () => (await reader.get(key)) === 'v')
      const readsBefore = await readsOf(place)
      for (let count = 0; count < 10; count++) await reader.get(key)
      expect((await readsOf(place)) - readsBefore).toBe(10)
    }
    expect(reader.stats().retries).toBe(0)
  })

  async function readsOf(place: number): Promise<number> {
    const info = String(await cluster.replicas[place]!.command('INFO', 'commandstats'))
    return Number(/cmdstat_get:calls=(\d+)/.exec(info)?.[1] ?? 0)
  }
})

describe('subscriptions', () => {
  test('to channels and patterns hear what is published on any node', async () => {
    await using news = redis.subscribe('news')
    await using patterns = redis.psubscribe('n*')
    await Promise.all([news.ready, patterns.ready])
    for (const master of cluster.masters) await master.command('PUBLISH', 'news', String(master.port))
    const ports = cluster.masters.map((master) => String(master.port)).sort()
    const heard = await Promise.all(ports.map(async () => (await news.next()).value?.message))
    expect(heard.sort()).toEqual(ports)
    const byPattern = await Promise.all(ports.map(async () => (await patterns.next()).value))
    expect(byPattern.map((message) => message?.message).sort()).toEqual(ports)
    expect(byPattern[0]).toMatchObject({ channel: 'news', pattern: 'n*' })
  })

  test('to shard channels are on the nodes of their slots', async () => {
    const channels = [0, 1, 2].map((place) => cluster.keyOn(place, 'channel'))
    await using shards = redis.ssubscribe(channels)
    await shards.ready
    for (const channel of channels) {
      expect(await redis.spublish(channel, `to ${channel}`)).toBe(1)
      expect((await shards.next()).value).toMatchObject({ channel, message: `to ${channel}` })
    }
    expect(redis.stats().subscriptions).toBe(3)
  })
})

test('a stream is read where it is', async () => {
  const stream = cluster.keyOn(2, 'stream')
  const reader = redis.readGroup({ stream, group: 'g', consumer: 'c' })
  const first = reader.next()
  await until(async () => (await redis.exists(stream)) === 1)
  await redis.xadd(stream, '*', 'n', '1')
  const { value } = await first
  expect(value).toMatchObject({ fields: { n: '1' } })
  await reader.return()
})

describe('access', () => {
  test('over RESP2', async () => {
    await using old = createPool({ cluster: cluster.urls, protocol: 2 })
    const key = cluster.keyOn(1, 'resp2')
    expect(await old.set(key, 'v')).toBe('OK')
    expect(await old.get(key)).toBe('v')
    await using shards = old.ssubscribe(key)
    await shards.ready
    expect(await old.spublish(key, 'x')).toBe(1)
    expect((await shards.next()).value).toMatchObject({ channel: key, message: 'x' })
  })

  test('of a user who may not use CLUSTER SHARDS goes by CLUSTER SLOTS', async () => {
    const user = ['ACL', 'SETUSER', 'old', 'on', '>secret', '~*', '&*', '+@all', '-cluster|shards'] as const
    for (const server of [...cluster.masters, ...cluster.replicas]) await server.command(...user)
    // It lists replicas only once it knows how far they are.
    await until(async () => {
      const slots = (await cluster.masters[0]!.command('CLUSTER', 'SLOTS')) as unknown[][]
      return slots.every((entry) => entry.length === 4)
    })
    const url = cluster.urls[0]!.replace('redis://', 'redis://old:secret@')
    await using old = createPool({ cluster: [url], readFrom: 'replica' })
    for (const place of [0, 1, 2]) {
      const key = cluster.keyOn(place, 'slots')
      await old.set(key, 'v')
      await until(async () => (await old.get(key)) === 'v')
    }
    expect(old.stats().retries).toBe(0)
    expect(new Set(old.stats().connections.map((one) => one.address)).size).toBe(6)
  })

  test('by other addresses than the nodes tell', async () => {
    await using proxies = new AsyncDisposableStack()
    const ports = new Map<number, number>()
    for (const { port } of cluster.masters) ports.set(port, proxies.use(await startProxy(port)).port)
    await using mapped = createPool({
      cluster: [`redis://127.0.0.1:${ports.get(cluster.masters[0]!.port)}`],
      mapAddress: ({ host, port }) => ({ host, port: ports.get(port) ?? port }),
    })
    for (const place of [0, 1, 2]) await mapped.set(cluster.keyOn(place, 'mapped'), 'v')
    const addresses = mapped.stats().connections.map((one) => one.address)
    expect(addresses.sort()).toEqual([...ports.values()].map((port) => `127.0.0.1:${port}`).sort())
  })
})

describe('a cluster that cannot be used', () => {
  test('because no node is there fails calls in time, and says which were asked', async () => {
    const port = await freePort()
    await using nobody = createPool({ cluster: [`redis://127.0.0.1:${port}`], waitTimeoutMs: 200 })
    const error = await nobody.get('k').catch((found: unknown) => found)
    expect(error).toBeInstanceOf(UnavailableError)
    expect(String(error)).toContain(`127.0.0.1:${port}`)
  })

  test('because the server is none says so', async () => {
    await using server = await startRedis()
    await using lone = createPool({ cluster: [server.url], waitTimeoutMs: 200 })
    await expect(lone.get('k')).rejects.toThrow('cluster support disabled')
  })

  test('begins to work when a node comes up', async () => {
    const port = await freePort()
    await using late = createPool({ cluster: [`redis://127.0.0.1:${port}`] })
    const value = late.set('late', 'v')
    await using server = new RedisServer(port, await mkdtemp(join(tmpdir(), 'longwire-redis-')), [
      ...['--cluster-enabled', 'yes', '--cluster-port', String(await freePort())],
    ])
    await server.start()
    await server.command('CLUSTER', 'ADDSLOTSRANGE', 0, 16_383)
    expect(await value).toBe('OK')
  })
})

test('close answers what was taken, and takes no more', async () => {
  const closing = createPool({ cluster: cluster.urls })
  const answers = Array.from({ length: 100 }, (_, index) => closing.incr(`closing${index}`))
  const closed = closing.close()
  await expect(closing.get('k')).rejects.toMatchObject({ code: 'POOL_CLOSED' })
  expect(new Set(await Promise.all(answers))).toEqual(new Set([1]))
  await closed
  expect(closing.stats().open).toBe(0)
})
