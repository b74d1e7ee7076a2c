import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createPool } from '../../../src/redis/create-pool.ts'
import type { RedisPool } from '../../../src/redis/pool.ts'
import { type RedisServer, startRedis, until } from './redis-server.ts'

let server: RedisServer
let redis: RedisPool

beforeAll(async () => {
  server = await startRedis('--appendonly', 'yes', '--appendfsync', 'always')
  redis = createPool(server.url)
})

beforeEach(async () => {
  await redis.flushall()
})

afterAll(async () => {
  redis.destroy()
  await server[Symbol.asyncDispose]()
})

const orders = { stream: 'orders', group: 'desk', consumer: 'one', from: '0' }

async function add(from: number, count: number): Promise<void> {
  for (let index = from; index < from + count; index++) {
    await redis.with({ idempotent: true, timeoutMs: 2000 }).xadd('orders', `${index + 1}-1`, 'n', index)
  }
}

test('entries come in order and are acknowledged', async () => {
  await add(0, 100)
  const seen: number[] = []
  for await (const entry of redis.readGroup({ ...orders, count: 7 })) {
    seen.push(Number(entry.fields.n))
    await entry.ack()
    if (seen.length === 100) break
  }
  expect(seen).toEqual(Array.from({ length: 100 }, (_, index) => index))
  expect(await redis.xpending('orders', 'desk')).toEqual([0, null, null, null])
})

test('what was not acknowledged comes again to the next reader of that name', async () => {
  await add(0, 3)
  for await (const entry of redis.readGroup(orders)) if (entry.fields.n === '2') break
  const again: string[] = []
  for await (const entry of redis.readGroup(orders)) {
    again.push(entry.fields.n!)
    await entry.ack()
    if (again.length === 3) break
  }
  expect(again).toEqual(['0', '1', '2'])
})

test('what another consumer left lying is claimed', async () => {
  await add(0, 2)
  for await (const entry of redis.readGroup({ ...orders, consumer: 'gone' }))
    if (entry.fields.n === '1') break
  const claimed: string[] = []
  for await (const entry of redis.readGroup({ ...orders, claimAfterMs: 100 })) {
    claimed.push(entry.fields.n!)
    if (claimed.length === 2) break
  }
  expect(claimed).toEqual(['0', '1'])
})

test('a reader survives killed connections, a restarted server and a deleted group, and misses nothing', async () => {
  const aborter = new AbortController()
  const seen = new Map<number, number>()
  const reading = (async () => {
    for await (const entry of redis.readGroup({ ...orders, signal: aborter.signal, blockMs: 200 })) {
      const n = Number(entry.fields.n)
      seen.set(n, (seen.get(n) ?? 0) + 1)
      await entry.ack().catch(() => {
        // Unacknowledged is as good as delivered here.
      })
    }
  })()
  await add(0, 50)
  for (let count = 0; count < 5; count++) {
    await server.command('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    await add(50 + count * 10, 10)
  }
  await server.stop()
  await server.start()
  await add(100, 50)
  await until(() => seen.size === 150)
  await server.command('XGROUP', 'DESTROY', 'orders', 'desk')
  await add(150, 1)
  await until(() => seen.has(150))
  aborter.abort()
  await reading
}, 30_000)

test('what cannot be read is an error at once', async () => {
  await redis.set('text', 'x')
  await expect(redis.readGroup({ ...orders, stream: 'text' }).next()).rejects.toMatchObject({
    kind: 'WRONGTYPE',
  })
})
