import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createPool } from '../../../src/redis/create-pool.ts'
import { BatchError, NotSharedError, ReplyError, TransactionAbortedError } from '../../../src/redis/errors.ts'
import type { RedisPool } from '../../../src/redis/pool.ts'
import type { Argument } from '../../../src/redis/resp/encoder.ts'
import { type RedisServer, startRedis } from './redis-server.ts'

let server: RedisServer

beforeAll(async () => {
  server = await startRedis('--unixsocket', 'redis.sock', '--enable-debug-command', 'yes')
})

afterAll(async () => {
  await server[Symbol.asyncDispose]()
})

describe.each([3, 2] as const)('over RESP%i', (protocol) => {
  let redis: RedisPool

  beforeAll(() => {
    redis = createPool(server.url, { protocol })
  })

  beforeEach(async () => {
    await redis.flushall()
  })

  afterAll(async () => {
    await redis.close()
  })

  test('speaks the protocol that was asked for', async () => {
    await redis.ping()
    expect(redis.stats().connections[0]).toMatchObject({ protocol })
  })

  test('any command by its words', async () => {
    expect(await redis.command('SET', 'hello', 'world')).toBe('OK')
    expect(await redis.command('get', 'hello')).toBe('world')
  })

  test('typed methods give the same shapes in both protocols', async () => {
    await redis.hset('h', 'a', 1, 'b', 'two')
    expect(await redis.hgetall('h')).toEqual({ a: '1', b: 'two' })
    expect(await redis.hgetall('none')).toEqual({})
    await redis.sadd('s', 'x', 'y')
    expect((await redis.smembers('s')).sort()).toEqual(['x', 'y'])
    await redis.zadd('z', 1.5, 'one', '+inf', 'far')
    expect(await redis.zscore('z', 'one')).toBe(1.5)
    expect(await redis.zscore('z', 'far')).toBe(Number.POSITIVE_INFINITY)
    expect(await redis.zscore('z', 'none')).toBeNull()
    expect(await redis.zrange('z', 0, -1)).toEqual(['one', 'far'])
    expect(await redis.zrange('z', 0, -1, 'WITHSCORES')).toEqual([
      ['one', 1.5],
      ['far', Number.POSITIVE_INFINITY],
    ])
    expect(await redis.zpopmin('z')).toEqual([['one', 1.5]])
    expect(await redis.zpopmin('z', 2)).toEqual([['far', Number.POSITIVE_INFINITY]])
    expect(await redis.incrbyfloat('f', 1.25)).toBe(1.25)
    expect(await redis.configGet('maxmemory')).toEqual({ maxmemory: '0' })
    expect(await redis.mget('f', 'none')).toEqual(['1.25', null])
    await redis.geoadd('g', 13.361389, 38.115556, 'Palermo')
    const [place] = await redis.geopos('g', 'Palermo')
    expect(place![0]).toBeCloseTo(13.361389, 4)
    expect(await redis.scan(0, 'MATCH', 'h')).toEqual(['0', ['h']])
    expect(await redis.hscan('h', 0)).toEqual([
      '0',
      [
        ['a', '1'],
        ['b', 'two'],
      ],
    ])
  })

  test('streams as entries with fields', async () => {
    const id = await redis.xadd('stream', '*', 'field', 'value')
    expect(await redis.xrange('stream', '-', '+')).toEqual([{ id, fields: { field: 'value' } }])
    expect(await redis.xread('STREAMS', 'stream', '0')).toEqual([
      { stream: 'stream', entries: [{ id, fields: { field: 'value' } }] },
    ])
    expect(await redis.xread('STREAMS', 'stream', '$')).toEqual([])
  })

  test('bytes go in and come out unchanged', async () => {
    const bytes = randomBytes(100_000)
    await redis.set(Buffer.from([0, 255, 13, 10]), bytes)
    const back = await redis.with({ buffers: true }).get(Buffer.from([0, 255, 13, 10]))
    expect(back?.equals(bytes)).toBe(true)
    expect(await redis.strlen(Buffer.from([0, 255, 13, 10]))).toBe(100_000)
  })

  test('strings and buffers may be asked for side by side', async () => {
    await redis.set('k', 'é')
    const raw = redis.with({ buffers: true })
    expect(
      await Promise.all([redis.get('k'), raw.get('k'), redis.get('k'), raw.command('MGET', 'k')]),
    ).toEqual(['é', Buffer.from('é'), 'é', [Buffer.from('é')]])
  })

  test('values of 64 MiB survive both ways', async () => {
    const bytes = randomBytes(1_048_576)
    const large = Buffer.concat(Array.from({ length: 64 }, () => bytes))
    await redis.set('large', large)
    const back = await redis.with({ buffers: true }).get('large')
    const hash = (value: Buffer): string => createHash('sha1').update(value).digest('hex')
    expect(hash(back!)).toBe(hash(large))
  }, 60_000)

  test('integers beyond 2^53 lose nothing', async () => {
    await redis.set('n', 9007199254740993n)
    expect(await redis.incrby('n', 2)).toBe(9007199254740995n)
    expect(await redis.incrby('n', -9007199254740990n)).toBe(5)
  })

  test('an error of the server is thrown with its kind and command', async () => {
    await redis.set('k', 'x')
    const error = await redis.lpush('k', 'y').catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(ReplyError)
    expect(error).toMatchObject({ code: 'REPLY', kind: 'WRONGTYPE', command: 'LPUSH' })
  })

  test('an argument that has no bytes is refused and harms nobody else', async () => {
    const results = await Promise.allSettled([
      redis.set('a', '1'),
      redis.set('b', undefined as unknown as string),
      redis.get('a'),
    ])
    expect(results[0]).toMatchObject({ status: 'fulfilled' })
    expect(results[1]).toMatchObject({ status: 'rejected', reason: { code: 'ARGUMENT', sent: 'no' } })
    expect(results[2]).toEqual({ status: 'fulfilled', value: '1' })
  })

  test('a pipeline gives the values of its commands in order', async () => {
    const [set, n, all] = await redis.pipeline((p) => [
      p.set('hello', 'world'),
      p.incr('n'),
      p.mget('hello', 'n'),
    ])
    expect([set, n, all]).toEqual(['OK', 1, ['world', '1']])
    expect(await redis.pipeline(() => [])).toEqual([])
    expect(await redis.pipeline((p) => [p.get('hello')])).toEqual(['world'])
  })

  test('a pipeline with refused commands throws, with all results at hand', async () => {
    await redis.set('k', 'x')
    const error = await redis
      .pipeline((p) => [p.incr('n'), p.lpush('k', 1), p.incr('n')])
      .catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(BatchError)
    const { results } = error as BatchError
    expect(results[0]).toBe(1)
    expect(results[1]).toBeInstanceOf(ReplyError)
    expect(results[2]).toBe(2)
  })

  test('a transaction carries out all or nothing', async () => {
    expect(
      await redis.transaction((t) => {
        t.command('INCR', 'n')
        t.command('INCR', 'm')
      }),
    ).toEqual([1, 1])
    expect(await redis.transaction((t) => [t.hset('h', 'a', 1), t.hgetall('h')])).toEqual([1, { a: '1' }])
    const error = await redis
      .transaction((t) => [t.incr('n'), t.command('INCR')])
      .catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(TransactionAbortedError)
    expect(await redis.get('n')).toBe('1')
  })

  test('commands of others never come between those of a transaction', async () => {
    const work = Array.from({ length: 50 }, async (_, index) => {
      const [first, , second] = await redis.transaction((t) => [
        t.incr('n'),
        t.set(`x${index}`, 1),
        t.incr('n'),
      ])
      await redis.incr('other')
      return Number(second) === Number(first) + 1
    })
    expect((await Promise.all(work)).every((isNext) => isNext)).toBe(true)
  })

  test('a script runs by its hash, and by its text where the server has forgotten it', async () => {
    const lua = 'return {KEYS[1], ARGV[1], redis.call("GET", KEYS[1])}'
    await redis.set('k', 'v')
    expect(await redis.script(lua, { keys: ['k'], args: [7] })).toEqual(['k', '7', 'v'])
    await redis.scriptFlush()
    expect(await redis.script(lua, { keys: ['k'], args: [8] })).toEqual(['k', '8', 'v'])
    expect(await redis.script('return 1', { readOnly: true })).toBe(1)
  })

  test('functions run by FCALL', async () => {
    await redis.functionLoad(
      'REPLACE',
      "#!lua name=lib\nredis.register_function('echo', function(keys, args) return args[1] end)",
    )
    expect(await redis.fcall('echo', 0, 'hi')).toBe('hi')
  })

  test.each([
    ['MULTI'],
    ['WATCH', 'k'],
    ['SELECT', 1],
    ['select', 1],
    ['MONITOR'],
    ['SUBSCRIBE', 'c'],
    ['CLIENT', 'REPLY', 'OFF'],
    ['client', 'tracking', 'on'],
    ['RESET'],
    ['QUIT'],
  ] as [string, ...Argument[]][])('%s is refused on a shared connection, with advice', async (...words) => {
    await expect(redis.command(...words)).rejects.toBeInstanceOf(NotSharedError)
    await expect(redis.pipeline((p) => [p.command('PING'), p.command(...words)])).rejects.toBeInstanceOf(
      NotSharedError,
    )
  })

  test('blocking commands wait beside shared ones and hold nobody up', async () => {
    const popped = redis.blpop('list', 5)
    const startedAt = performance.now()
    for (let count = 0; count < 20; count++) await redis.ping()
    expect(performance.now() - startedAt).toBeLessThan(2000)
    await redis.rpush('list', 'x')
    expect(await popped).toEqual(['list', 'x'])
    expect(await redis.blpop('list', 0.05)).toBeNull()
    expect(await redis.xread('BLOCK', 30, 'STREAMS', 'none', '$')).toEqual([])
  })

  test('a time limit of the call is kept, and the late reply is not given to anybody else', async () => {
    await redis.set('k', 'v')
    const hasty = redis.with({ timeoutMs: 60 })
    const slow = hasty.command(
      'EVAL',
      "local t=redis.call('TIME'); repeat local n=redis.call('TIME') until (n[1]-t[1])*1000000+(n[2]-t[2]) > 300000 return 'late'",
      0,
    )
    const others = Array.from({ length: 20 }, () => redis.get('k'))
    await expect(slow).rejects.toMatchObject({ code: 'COMMAND_TIMEOUT', sent: 'maybe' })
    expect(new Set(await Promise.all(others))).toEqual(new Set(['v']))
    expect(await redis.get('k')).toBe('v')
  })

  test('an abort ends the wait and nobody gets the wrong reply', async () => {
    await redis.set('k', 'v')
    const aborter = new AbortController()
    const aborted = redis.with({ signal: aborter.signal }).blpop('never', 0)
    const reason = new Error('enough')
    setTimeout(() => aborter.abort(reason), 20)
    await expect(aborted).rejects.toBe(reason)
    expect(await redis.get('k')).toBe('v')
    await expect(redis.with({ signal: AbortSignal.abort(reason) }).get('k')).rejects.toBe(reason)
  })
})

test('a Unix socket', async () => {
  await using redis = createPool(`unix://${server.folder}/redis.sock?db=3`)
  await redis.set('where', 'three')
  expect(await server.command('EXISTS', 'where')).toBe(0)
  expect(await redis.get('where')).toBe('three')
})

test('the database of the URL, and the name of the client', async () => {
  await using redis = createPool(`${server.url}/5`, { clientName: 'a-test' })
  await redis.set('where', 'five')
  expect(await redis.lease((connection) => connection.command('CLIENT', 'GETNAME'))).toBe('a-test')
  await using other = createPool(server.url, { database: 5 })
  expect(await other.get('where')).toBe('five')
})
