/** Maps of slots, redirections, routes and the options of pools for clusters. */
import { describe, expect, test } from 'vitest'
import type { Command } from '../../../src/redis/call.ts'
import { readRedirection } from '../../../src/redis/cluster/redirection.ts'
import { slotOfCommands } from '../../../src/redis/cluster/route.ts'
import { type ReadAddress, readShards, readSlots } from '../../../src/redis/cluster/slot-map.ts'
import { createPool } from '../../../src/redis/create-pool.ts'
import { ReplyError } from '../../../src/redis/errors.ts'
import type { Reply } from '../../../src/redis/resp/reply.ts'
import { slotOf } from '../../../src/redis/slot.ts'

const asAsked: ReadAddress = (host, port) => ({ host: host ?? 'asked', port })

function node(role: string, port: number, more: Record<string, Reply> = {}): Reply {
  return new Map<Reply, Reply>(
    Object.entries({
      id: `id${port}`,
      port,
      ip: '10.0.0.1',
      endpoint: '10.0.0.1',
      role,
      health: 'online',
      ...more,
    }),
  )
}

function shard(slots: number[], ...nodes: Reply[]): Reply {
  return new Map<Reply, Reply>([
    ['slots', slots],
    ['nodes', nodes],
  ])
}

describe('CLUSTER SHARDS', () => {
  test('tells masters and replicas of ranges of slots', () => {
    const reply = [
      shard([0, 99, 200, 299], node('master', 1), node('replica', 2)),
      shard([100, 199], node('replica', 4), node('master', 3)),
      shard([], node('master', 5)),
    ]
    const map = readShards(reply, false, asAsked)
    const first = { master: '10.0.0.1:1', replicas: ['10.0.0.1:2'] }
    expect([0, 99, 200, 299].map((slot) => map.shardOf(slot))).toEqual([first, first, first, first])
    expect(map.shardOf(100)).toEqual({ master: '10.0.0.1:3', replicas: ['10.0.0.1:4'] })
    expect(map.shardOf(300)).toBeUndefined()
    expect(map.served).toBe(300)
    expect([...map.nodes.keys()].sort()).toEqual([1, 2, 3, 4, 5].map((port) => `10.0.0.1:${port}`))
    expect(map.nodes.get('10.0.0.1:2')).toEqual({ address: { host: '10.0.0.1', port: 2 }, role: 'replica' })
  })

  test('means the same in RESP2', () => {
    const flat = (reply: Reply): Reply =>
      reply instanceof Map
        ? [...reply].flatMap(([name, value]) => [name, flat(value)])
        : Array.isArray(reply)
          ? reply.map(flat)
          : reply
    const reply = [shard([0, 9], node('master', 1), node('replica', 2))]
    expect(readShards(flat(reply), false, asAsked).signature).toBe(
      readShards(reply, false, asAsked).signature,
    )
  })

  test('has a new master beside the failed one after a failover', () => {
    const map = readShards(
      [
        shard(
          [0, 9],
          node('master', 1, { health: 'fail' }),
          node('master', 2),
          node('replica', 3, { health: 'fail' }),
        ),
      ],
      false,
      asAsked,
    )
    expect(map.shardOf(0)).toEqual({ master: '10.0.0.1:2', replicas: [] })
    expect([...map.nodes.keys()]).toEqual(['10.0.0.1:2'])
  })

  test('does not count a failed master whose slots are elsewhere', () => {
    const reply = [shard([], node('master', 1, { health: 'fail' })), shard([0, 9], node('master', 2))]
    expect([...readShards(reply, false, asAsked).nodes.keys()]).toEqual(['10.0.0.1:2'])
  })

  test('leaves a failed master its slots until another one takes them', () => {
    const reply = [shard([0, 9], node('master', 1, { health: 'fail' }), node('replica', 2))]
    expect(readShards(reply, false, asAsked).shardOf(0)?.master).toBe('10.0.0.1:1')
  })

  test.each([null, '', '?'])(
    'with the endpoint %j means an address that it gives elsewhere or the one asked',
    (endpoint) => {
      const reply = [shard([0, 0], node('master', 1, { endpoint, ip: '' }), node('replica', 2, { endpoint }))]
      const map = readShards(reply, false, asAsked)
      expect(map.shardOf(0)).toEqual({ master: 'asked:1', replicas: ['10.0.0.1:2'] })
    },
  )

  test('has ports of its own for TLS', () => {
    const reply = [shard([0, 0], node('master', 1, { 'tls-port': 11 }))]
    expect(readShards(reply, true, asAsked).shardOf(0)?.master).toBe('10.0.0.1:11')
    expect(readShards(reply, false, asAsked).shardOf(0)?.master).toBe('10.0.0.1:1')
  })
})

test('CLUSTER SLOTS tells the same with fewer words', () => {
  const map = readSlots(
    [
      [0, 99, ['10.0.0.1', 1, 'id1', []], ['10.0.0.1', 2, 'id2']],
      [100, 16_383, [null, 3, 'id3']],
    ],
    asAsked,
  )
  expect(map.shardOf(99)).toEqual({ master: '10.0.0.1:1', replicas: ['10.0.0.1:2'] })
  expect(map.shardOf(16_383)).toEqual({ master: 'asked:3', replicas: [] })
  expect(map.served).toBe(16_384)
})

test('a redirection corrects the map for its slot alone', () => {
  const reply = [shard([0, 9], node('master', 1)), shard([10, 19], node('master', 2), node('replica', 3))]
  const map = readShards(reply, false, asAsked)
  const before = map.signature
  map.move(5, { host: '10.0.0.1', port: 2 })
  expect(map.shardOf(5)).toBe(map.shardOf(10))
  expect(map.shardOf(4)?.master).toBe('10.0.0.1:1')
  map.move(6, { host: '10.0.0.1', port: 9 })
  expect(map.shardOf(6)).toEqual({ master: '10.0.0.1:9', replicas: [] })
  expect(map.nodes.has('10.0.0.1:9')).toBe(true)
  expect(map.signature).not.toBe(before)
})

test.each([
  ['MOVED 3999 127.0.0.1:6381', { kind: 'MOVED', slot: 3999, host: '127.0.0.1', port: 6381 }],
  ['ASK 1 ::1:7000', { kind: 'ASK', slot: 1, host: '::1', port: 7000 }],
  ['MOVED 1 :7000', { kind: 'MOVED', slot: 1, host: undefined, port: 7000 }],
  ['MOVED 1 ?:7000', { kind: 'MOVED', slot: 1, host: undefined, port: 7000 }],
  ['MOVED to nowhere', undefined],
  ['ERR no', undefined],
])('%s is read as a redirection, or not', (text, expected) => {
  expect(readRedirection(new ReplyError(text))).toEqual(expected)
})

describe('the slot of a command', () => {
  test.each([
    [[['GET', 'k']], slotOf('k')],
    [[['GET', Buffer.from('k')]], slotOf('k')],
    [[['GET', 7]], slotOf('7')],
    [[['MGET', '{a}1', '{a}2']], slotOf('a')],
    [[['EVAL', 'return 1', 1, 'k', 'arg']], slotOf('k')],
    [[['SORT', 'k', 'BY', 'w_*']], slotOf('k')],
    [[['SPUBLISH', 'channel', 'x']], slotOf('channel')],
    [[['JSON.GET', 'k', '$.a']], slotOf('k')],
    [[['PING']], undefined],
    [[['MULTI'], ['INCR', '{a}1'], ['GET', '{a}2'], ['EXEC']], slotOf('a')],
  ] as [Command[], number | undefined][])('%j', (commands, slot) => {
    expect(slotOfCommands(commands)).toBe(slot)
  })

  test('is none where keys live apart', () => {
    expect(() => slotOfCommands([['DEL', 'a', 'b']])).toThrow(/DEL .* a is in 15495, b in 3300/)
    expect(() => slotOfCommands([['MULTI'], ['GET', 'a'], ['GET', 'b'], ['EXEC']])).toThrow('A transaction')
  })
})

describe('options of a pool for a cluster', () => {
  const cluster = ['redis://127.0.0.1:7000']
  test.each([
    ['cluster', { cluster: [] }],
    ['url', { cluster: ['127.0.0.1:7000'] }],
    ['database', { cluster: ['redis://127.0.0.1:7000/1'] }],
    ['port', { cluster, port: 1 }],
    ['readFrom', { cluster, readFrom: 'slave' }],
    ['refreshIntervalMs', { cluster, refreshIntervalMs: -1 }],
    ['size', { cluster, size: 0 }],
  ])('name the key %s where it is wrong', (key, options) => {
    expect(() => createPool(options as { cluster: string[] })).toThrow(key)
  })
})
