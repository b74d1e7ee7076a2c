/** Slots of a cluster that move from node to node while they are used: no caller notices. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPool } from '../../../src/redis/create-pool.ts'
import { slotOf } from '../../../src/redis/slot.ts'
import { type RedisCluster, startCluster } from '../../integration/redis/redis-cluster.ts'
import { type RedisServer, until } from '../../integration/redis/redis-server.ts'
import { IncrementLoad } from './increment-load.ts'

let cluster: RedisCluster

beforeAll(async () => {
  cluster = await startCluster()
}, 60_000)

afterAll(async () => {
  await cluster[Symbol.asyncDispose]()
})

interface Move {
  readonly tag: string
  readonly slot: number
  readonly from: RedisServer
  readonly to: RedisServer
}

/** A slot of its own for each test, on its way from one master to the next. */
function moveOf(name: string): Move {
  const tag = cluster.keyOn(0, name)
  return { tag, slot: slotOf(tag), from: cluster.masters[0]!, to: cluster.masters[1]! }
}

test('under load: every INCR is carried out once, and none fails', async () => {
  await using redis = createPool({ cluster: cluster.urls })
  const { tag, slot, from, to } = moveOf('load')
  const reasons = new Set<string>()
  redis.events.on('retry', ({ reason }) => reasons.add(reason))
  const load = new IncrementLoad(redis, 64, (caller) => `{${tag}}${caller}`)
  await until(() => load.total > 500)

  for (const [source, target] of [
    [from, to],
    [to, from],
  ] as const) {
    await cluster.beginMove(slot, source, target)
    for (let keys = 1; keys > 0; ) {
      const before = load.total
      keys = await cluster.moveKeys(slot, source, target, 10)
      await until(() => load.total > before + 100)
    }
    await cluster.endMove(slot, target)
    const before = load.total
    await until(() => load.total > before + 500)
  }
  await load.stop()
  expect(reasons).toEqual(new Set(['ASK', 'MOVED']))
  expect(load.notSent).toEqual([])
  expect(load.totalMaybe).toBe(0)
  await load.check((key) => cluster.read(key))
}, 60_000)

describe('halfway', () => {
  /** Two keys of one slot, of which one has been moved. */
  async function halfway(name: string): Promise<Move & { readonly moved: string; readonly left: string }> {
    const move = moveOf(name)
    const { tag, slot, from, to } = move
    const keys = [`{${tag}}1`, `{${tag}}2`]
    for (const key of keys) await from.command('SET', key, 1)
    await cluster.beginMove(slot, from, to)
    await cluster.moveKeys(slot, from, to, 1)
    const [left] = (await from.command('CLUSTER', 'GETKEYSINSLOT', slot, 10)) as string[]
    const moved = keys.find((key) => key !== left)
    return { ...move, moved: moved!, left: left! }
  }

  test('pipelines are put together from both nodes, each command in its turn', async () => {
    await using redis = createPool({ cluster: cluster.urls })
    const { moved, left, tag } = await halfway('pipeline')
    const fresh = `{${tag}}fresh`
    const results = await redis.pipeline((p) => [
      ...[p.incr(moved), p.incr(left), p.set(fresh, 'a'), p.append(fresh, 'b'), p.get(fresh)],
      ...[p.set(cluster.keyOn(2), 'elsewhere'), p.get(left), p.get(moved)],
    ])
    expect(results).toEqual([2, 2, 'OK', 2, 'ab', 'OK', '2', '2'])
  })

  test('transactions are carried out as a whole at the target', async () => {
    await using redis = createPool({ cluster: cluster.urls })
    const { moved } = await halfway('transaction')
    expect(await redis.transaction((t) => [t.incr(moved), t.incr(moved)])).toEqual([2, 3])
  })

  test('commands that wait for data wait at the target', async () => {
    await using redis = createPool({ cluster: cluster.urls })
    const { tag, to } = await halfway('waiting')
    const list = `{${tag}}list`
    const popped = redis.blpop(list, 10)
    await until(() => hasWaiter(to))
    await redis.rpush(list, 'x')
    expect(await popped).toEqual([list, 'x'])
  })

  test('commands whose keys are on both nodes are tried again until these are together', async () => {
    await using redis = createPool({ cluster: cluster.urls })
    const { slot, from, to, moved, left } = await halfway('together')
    const refused = new Promise<string>((resolve) => {
      redis.events.on('retry', ({ reason }) => {
        if (reason === 'TRYAGAIN') resolve(reason)
      })
    })
    const values = redis.mget(moved, left)
    await refused
    await cluster.moveKeys(slot, from, to)
    await cluster.endMove(slot, to)
    expect(await values).toEqual(['1', '1'])
  })

  test('commands that never find their keys together fail with what the cluster said', async () => {
    await using redis = createPool({ cluster: cluster.urls, waitTimeoutMs: 300 })
    const { moved, left } = await halfway('apart')
    await expect(redis.mget(moved, left)).rejects.toMatchObject({
      code: 'CLUSTER',
      sent: 'no',
      message: expect.stringContaining('TRYAGAIN'),
      cause: { kind: 'TRYAGAIN' },
    })
  })
})

test('a command that waits for data goes with its slot', async () => {
  await using redis = createPool({ cluster: cluster.urls })
  const { tag, slot, from, to } = moveOf('list')
  const list = `{${tag}}list`
  const popped = redis.blpop(list, 10)
  await until(() => hasWaiter(from))
  await cluster.beginMove(slot, from, to)
  await cluster.endMove(slot, to)
  await until(() => hasWaiter(to))
  await redis.rpush(list, 'x')
  expect(await popped).toEqual([list, 'x'])
})

async function hasWaiter(server: RedisServer): Promise<boolean> {
  return String(await server.command('INFO', 'clients')).includes('blocked_clients:1')
}

test('a subscription to a shard channel goes with its slot, and tells of the gap', async () => {
  await using redis = createPool({ cluster: cluster.urls })
  const { tag, slot, from, to } = moveOf('channel')
  const channel = `{${tag}}news`
  await using shards = redis.ssubscribe([channel, cluster.keyOn(2, 'other')])
  await shards.ready
  const gaps: string[] = []
  shards.on('gap', ({ reason }) => gaps.push(reason))
  for (const [source, target] of [
    [from, to],
    [to, from],
  ] as const) {
    expect(await redis.spublish(channel, 'before')).toBe(1)
    await cluster.beginMove(slot, source, target)
    await cluster.endMove(slot, target)
    await until(async () => Number(await redis.spublish(channel, 'after')) === 1)
    expect((await shards.next()).value).toMatchObject({ channel, message: 'before' })
    expect((await shards.next()).value).toMatchObject({ channel, message: 'after' })
  }
  expect(gaps).toEqual(['reconnect', 'reconnect'])
})
