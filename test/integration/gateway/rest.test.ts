/** The REST style through a whole server: the public clients, the formats, and tokens that try what they may not. */
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ratelimit } from '@upstash/ratelimit'
import { Redis } from '@upstash/redis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { hashOfToken } from '../../../src/gateway/access/token.ts'
import { type RedisServer, startRedis, until } from '../redis/redis-server.ts'
import { type Running, run } from '../server/running.ts'

let redis: RedisServer
let running: Running
let folder: string
let base: string

const tokens = [
  { name: 'app', allow: ['@all', '@scripting'] },
  { name: 'plain' },
  { name: 'reader', readOnly: true },
  { name: 'mine', keys: ['mine:*'], channels: ['mine:*'] },
  { name: 'counter', allow: ['get', 'incr'], deny: ['get'] },
  { name: 'strings', allow: ['@string'] },
  { name: 'third', database: 3 },
  { name: 'third-all', database: 3, allow: ['@all', 'flushall', 'debug'] },
  { name: 'mine-all', keys: ['mine:*'], allow: ['@all', 'debug'] },
  { name: 'listener', channels: ['mine:*'] },
  { name: 'slow', rate: { perSecond: 0.001, burst: 2 } },
  { name: 'ruled', user: { name: 'bob', password: 'pw' } },
]

beforeAll(async () => {
  redis = await startRedis()
  await redis.command(
    'ACL',
    'SETUSER',
    'bob',
    'on',
    '>pw',
    '~bob:*',
    '+get',
    '+set',
    '+config|get',
    '+command',
  )
  folder = await mkdtemp(join(tmpdir(), 'longwire-tokens-'))
  const file = join(folder, 'tokens.json')
  await writeFile(file, JSON.stringify(tokens.map((one) => ({ ...one, hash: hashOfToken(one.name) }))))
  running = await run({ redisUrl: redis.url, gateway: { tokens: file } })
  base = `http://127.0.0.1:${running.httpPort}/rest`
  await until(async () => (await ask('plain', ['ECHO', 'x'])).status === 200)
  await until(async () => (await ask('strings', ['GET', 'x'])).status === 200)
})

afterAll(async () => {
  await running.server.close()
  await redis[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

interface Answer {
  readonly status: number
  readonly json: unknown
}

async function send(token: string, path: string, init: RequestInit = {}): Promise<Answer> {
  const headers = { Authorization: `Bearer ${token}`, ...init.headers }
  const response = await fetch(base + path, { ...init, headers })
  return { status: response.status, json: await response.json() }
}

const ask = (token: string, command: unknown, path = ''): Promise<Answer> =>
  send(token, path, { method: 'POST', body: JSON.stringify(command) })

describe('the public clients, unmodified', () => {
  const client = (): Redis => new Redis({ url: base, token: 'app', retry: false })

  test('values, numbers, lists and hashes come as they went', async () => {
    const upstash = client()
    expect(await upstash.set('hello', 'wörld ☃')).toBe('OK')
    expect(await upstash.get('hello')).toBe('wörld ☃')
    expect(await upstash.set('object', { a: [1, 'b'] }, { ex: 100 })).toBe('OK')
    expect(await upstash.get('object')).toEqual({ a: [1, 'b'] })
    expect(await upstash.incrby('n', 41)).toBe(41)
    await upstash.hset('hash', { field: 'value', other: 2 })
    expect(await upstash.hgetall('hash')).toEqual({ field: 'value', other: 2 })
    expect(await upstash.rpush('list', 'a', 'b')).toBe(2)
    expect(await upstash.lrange('list', 0, -1)).toEqual(['a', 'b'])
    expect(await upstash.get('missing')).toBeNull()
    expect(await upstash.ping()).toBe('PONG')
    await expect(upstash.lpush('hello', 'x')).rejects.toThrow(/WRONGTYPE/)
  })

  test('pipelines and transactions', async () => {
    const upstash = client()
    expect(await upstash.pipeline().set('p', 1).incr('p').get('p').exec()).toEqual(['OK', 2, 2])
    expect(await upstash.multi().set('m', 'x').get('m').exec()).toEqual(['OK', 'x'])
  })

  test('scripts, and the rate limiter that is made of them', async () => {
    const upstash = client()
    expect(await upstash.eval('return ARGV[1]', [], ['hi'])).toBe('hi')
    const limiter = new Ratelimit({
      redis: upstash,
      limiter: Ratelimit.fixedWindow(2, '60 s'),
      analytics: false,
    })
    const outcomes = [await limiter.limit('user'), await limiter.limit('user'), await limiter.limit('user')]
    expect(outcomes[0]).toMatchObject({ success: true, limit: 2, remaining: 1 })
    // The window may turn over between two of them, once.
    expect(outcomes.some(({ remaining }) => remaining === 0) || outcomes[1]?.remaining === 1).toBe(true)
    const bucket = new Ratelimit({
      redis: upstash,
      limiter: Ratelimit.tokenBucket(1, '60 s', 2),
      analytics: false,
    })
    expect((await bucket.limit('b')).success).toBe(true)
    expect((await bucket.limit('b')).success).toBe(true)
    expect((await bucket.limit('b')).success).toBe(false)
  })

  test('scripts by their hash', async () => {
    const script = client().createScript<string>('return ARGV[1]')
    expect(await script.exec([], ['hello'])).toBe('hello')
    expect(await script.exec([], ['again'])).toBe('again')
  })

  test('with a token that does not allow scripts are told what would', async () => {
    const upstash = new Redis({ url: base, token: 'plain', retry: false })
    const limiter = new Ratelimit({
      redis: upstash,
      limiter: Ratelimit.fixedWindow(2, '60 s'),
      analytics: false,
    })
    await expect(limiter.limit('user')).rejects.toThrow(/not allowed here: .*"@scripting"/)
    await expect(upstash.createScript('return 1').exec([], [])).rejects.toThrow(/"@scripting"/)
    expect((await ask('plain', ['FLUSHALL'])).json).toEqual({ error: 'FLUSHALL is not allowed here.' })
  })

  test('subscriptions to channels and patterns, which end with their client', async () => {
    const upstash = client()
    const heard: unknown[] = []
    const channels = upstash.subscribe('news')
    channels.on('message', (event) => heard.push(event))
    const patterns = upstash.psubscribe('ne*')
    patterns.on('pmessage', (event) => heard.push(event))
    await until(async () => String(await redis.command('PUBSUB', 'NUMSUB', 'news')).endsWith(',1'))
    await until(async () => (await redis.command('PUBSUB', 'NUMPAT')) === 1)
    await upstash.publish('news', { big: 'day, really' })
    await until(() => heard.length === 2)
    const message = { big: 'day, really' }
    expect(heard).toContainEqual({ channel: 'news', message })
    expect(heard).toContainEqual({ channel: 'news', message, pattern: 'ne*' })
    await channels.unsubscribe()
    await patterns.unsubscribe()
    await until(async () => String(await redis.command('PUBSUB', 'NUMSUB', 'news')).endsWith(',0'))
    await until(async () => (await redis.command('PUBSUB', 'NUMPAT')) === 0)
  })
})

describe('requests', () => {
  test('a command in the path, with its last word as the body and options in the query', async () => {
    expect(await send('plain', '/set/path/a%2Fb')).toEqual({ status: 200, json: { result: 'OK' } })
    expect(await send('plain', '/get/path')).toEqual({ status: 200, json: { result: 'a/b' } })
    expect(await send('plain', '/set/path?EX=100&NX', { method: 'POST', body: 'x' })).toMatchObject({
      json: { result: null },
    })
    const response = await fetch(`${base}/get/path?_token=plain`)
    expect(await response.json()).toEqual({ result: 'a/b' })
  })

  test('bytes that are no text are never passed off as text', async () => {
    const bytes = Buffer.from([0, 255, 13, 10, 128])
    await send('plain', '/set/bytes', { method: 'PUT', body: bytes })
    const base64 = bytes.toString('base64')
    expect((await send('plain', '/get/bytes')).json).toEqual({ result: { base64 } })
    const headers = { 'Upstash-Encoding': 'base64' }
    expect((await send('plain', '/get/bytes', { headers })).json).toEqual({ result: base64 })
    const response = await fetch(`${base}/get/bytes?_token=plain`, {
      headers: { 'Upstash-Response-Format': 'resp2' },
    })
    expect(Buffer.from(await response.arrayBuffer())).toEqual(
      Buffer.concat([Buffer.from('$5\r\n'), bytes, Buffer.from('\r\n')]),
    )
  })

  test('RESP2 is also what a pipeline answers, reply behind reply; a transaction answers JSON', async () => {
    const raw = async (path: string, commands: unknown, more: Record<string, string> = {}) => {
      const headers = { Authorization: 'Bearer plain', 'Upstash-Response-Format': 'resp2', ...more }
      const body = JSON.stringify(commands)
      const response = await fetch(base + path, { method: 'POST', headers, body })
      return [response.status, response.headers.get('content-type'), await response.text()]
    }
    const commands = [
      ['SET', 'r', 'x'],
      ['GET', 'r'],
      ['INCR', 'r'],
      ['STRLEN', 'r'],
    ]
    const error = '-ERR value is not an integer or out of range\r\n'
    expect(await raw('/pipeline', commands)).toEqual([
      ...[200, 'application/octet-stream'],
      `+OK\r\n$1\r\nx\r\n${error}:1\r\n`,
    ])
    const long = 'y'.repeat(100_000)
    expect(await raw('/pipeline', [['ECHO', long], ['PING']])).toEqual([
      ...[200, 'application/octet-stream'],
      `$100000\r\n${long}\r\n+PONG\r\n`,
    ])
    expect(await raw('/multi-exec', [['PING']])).toEqual([200, 'application/json', '[{"result":"PONG"}]'])
    for (const [more, status] of [
      [{ 'Upstash-Encoding': 'base64' }, 400],
      [{ 'Upstash-Response-Format': 'resp3' }, 400],
      [{ 'Upstash-Response-Format': 'json' }, 200],
    ] as const)
      expect((await raw('', ['PING'], more)).slice(0, 2)).toEqual([status, 'application/json'])
  })

  test.each([
    ['no JSON', '', 'x', 400],
    ['no list', '', '{"a":1}', 400],
    ['no command', '', '[]', 400],
    ['null for a word', '', '["GET",null]', 400],
    ['an unknown command', '', '["NOSUCH"]', 400],
    ['a wrong number of words', '', '["GET"]', 400],
    ['a command that takes the connection', '', '["SELECT","1"]', 400],
    ['a broken escape', '/get/%zz', '', 400],
    ['a pipeline that is none', '/pipeline', '["GET","a"]', 400],
  ])('%s is told', async (_what, path, body, status) => {
    const answer = await send('plain', path, { method: 'POST', body })
    expect(answer.status).toBe(status)
    expect(answer.json).toEqual({ error: expect.any(String) })
  })

  test('methods that are not served', async () => {
    expect((await send('plain', '/get/a', { method: 'DELETE' })).status).toBe(405)
    expect((await send('plain', '')).status).toBe(405)
    expect((await send('plain', '/pipeline')).status).toBe(405)
  })

  test('a transaction is carried out whole or not at all', async () => {
    const good = await ask(
      'plain',
      [
        ['SET', 't', 'x'],
        ['INCR', 't'],
        ['GET', 't'],
      ],
      '/multi-exec',
    )
    expect(good.json).toEqual([
      { result: 'OK' },
      { error: expect.stringMatching(/not an integer/) },
      { result: 'x' },
    ])
    const bad = await ask('plain', [['SET', 't', 'y'], ['GET']], '/multi-exec')
    expect(bad.status).toBe(400)
    expect(await redis.command('GET', 't')).toBe('x')
  })
})

describe('tokens', () => {
  test('WebSocket connections obey the same rules', async () => {
    const url = `ws://127.0.0.1:${running.httpPort}/redis/.json`
    const refused = new WebSocket(url)
    await once(refused, 'error')
    const socket = new WebSocket(`${url}?_token=third`)
    await once(socket, 'open')
    for (const command of [['FLUSHALL'], ['SET', 'socket', '1']]) socket.send(JSON.stringify(command))
    const replies: string[] = []
    socket.on('message', (text: Buffer) => replies.push(text.toString()))
    await until(() => replies.length === 2)
    socket.close()
    expect(replies[0]).toContain('not allowed')
    expect((await ask('third', ['GET', 'socket'])).json).toEqual({ result: '1' })
    expect((await ask('plain', ['GET', 'socket'])).json).toEqual({ result: null })
  })

  test.each(['', 'wrong'])('%j is not let in', async (token) => {
    expect((await ask(token, ['PING'])).status).toBe(401)
    const response = await fetch(`http://127.0.0.1:${running.httpPort}/redis/PING`)
    expect(response.status).toBe(401)
  })

  const denied: [token: string, command: string[]][] = [
    ...[
      ['CONFIG', 'GET', '*'],
      ['config', 'get', '*'],
      ['CoNfIg'],
      ['config|get', '*'],
      ['DEBUG', 'SLEEP', '0'],
    ].map((words): [string, string[]] => ['plain', words]),
    ...[
      ['FLUSHALL'],
      ['flushdb'],
      ['shutdown', 'nosave'],
      ['REPLICAOF', 'no', 'one'],
      ['slaveof', 'no', 'one'],
    ].map((words): [string, string[]] => ['plain', words]),
    ...[
      ['MODULE', 'LIST'],
      ['acl', 'whoami'],
      ['ACL', 'users'],
      ['CLUSTER', 'info'],
      ['SAVE'],
      ['bgsave'],
    ].map((words): [string, string[]] => ['plain', words]),
    ...[
      ['EVAL', "return redis.call('FLUSHALL')", '0'],
      ['evalsha', 'x', '0'],
      ['fcall', 'f', '0'],
      ['client', 'list'],
    ].map((words): [string, string[]] => ['plain', words]),
    ...[
      ['script', 'kill'],
      ['SCRIPT', 'LOAD', 'return 1'],
      ['monitor'],
      ['swapdb', '0', '1'],
      ['migrate', 'h', '1'],
    ].map((words): [string, string[]] => ['plain', words]),
    ...[
      ['SET', 'a', 'b'],
      ['getset', 'a', 'b'],
      ['PUBLISH', 'c', 'm'],
      ['sort', 'a', 'store', 'b'],
    ].map((words): [string, string[]] => ['reader', words]),
    ...[
      ['GET', 'other'],
      ['MGET', 'mine:a', 'other'],
      ['keys', '*'],
      ['SCAN', '0'],
      ['sort', 'mine:a', 'by', 'x*'],
    ].map((words): [string, string[]] => ['mine', words]),
    ...[
      ['PUBLISH', 'other', 'm'],
      ['XREAD', 'STREAMS', 'mine:a', 'other', '0', '0'],
      ['lmpop', '1', 'x', 'left'],
    ].map((words): [string, string[]] => ['mine', words]),
    ['counter', ['get', 'a']],
    ['counter', ['set', 'a', 'b']],
    ['strings', ['lpush', 'a', 'b']],
    ['ruled', ['get', 'other']],
    ['third', ['COPY', 'a', 'b', 'db', '0']],
    ['third', ['move', 'a', '0']],
    ['third-all', ['FLUSHALL']],
    ['third-all', ['EVAL', "return redis.call('SELECT', 0)", '0']],
    ['mine-all', ['EVAL', "return redis.call('GET', 'wit' .. 'ness')", '0']],
    ['mine-all', ['FUNCTION', 'LIST']],
    ['mine-all', ['DEBUG', 'OBJECT', 'witness']],
    ['mine', ['PUBSUB', 'CHANNELS']],
    ['listener', ['pubsub', 'numsub', 'other']],
    ['reader', ['MEMORY', 'PURGE']],
    ['reader', ['memory', 'purge']],
    ['reader', ['WAIT', '0', '1']],
    ['reader', ['WAITAOF', '0', '0', '1']],
  ]

  test.each(denied)(
    '%s may not %j, alone, in a pipeline, in a transaction, or in a URL',
    async (token, command) => {
      await redis.command('SET', 'witness', 'here')
      expect((await ask(token, command)).status).toBe(403)
      const path = command.map(encodeURIComponent).join('/')
      expect((await send(token, `/${path}`)).status).toBe(403)
      if (token === 'ruled') return
      const other = ['ECHO', 'x']
      expect((await ask(token, [other, command], '/pipeline')).status).toBe(403)
      expect((await ask(token, [command, other], '/multi-exec')).status).toBe(403)
      const url = `http://127.0.0.1:${running.httpPort}/redis/${path}?_token=${token}`
      // A URL takes only a plain name.
      expect((await fetch(url)).status).toBe(path.includes('%7C') ? 400 : 403)
      expect(await redis.command('GET', 'witness')).toBe('here')
    },
  )

  test('what is allowed works', async () => {
    expect((await ask('reader', ['GET', 'witness'])).status).toBe(200)
    for (const command of [
      ['PING'],
      ['TIME'],
      ['INFO'],
      ['DBSIZE'],
      ['TTL', 'witness'],
      ['MEMORY', 'USAGE', 'witness'],
      ['memory', 'doctor'],
      ['OBJECT', 'HELP'],
      ['PUBSUB', 'CHANNELS'],
      ['COMMAND', 'DOCS', 'get'],
      ['CLIENT', 'ID'],
    ])
      expect([command, (await ask('reader', command)).status]).toEqual([command, 200])
    expect((await ask('mine', ['SET', 'mine:a', '1'])).status).toBe(200)
    expect((await ask('mine', ['PUBLISH', 'mine:c', 'm'])).status).toBe(200)
    expect((await ask('counter', ['incr', 'count'])).status).toBe(200)
    expect((await ask('strings', ['APPEND', 's', 'x'])).status).toBe(200)
    expect((await ask('ruled', ['SET', 'bob:a', '1'])).status).toBe(200)
    expect((await ask('ruled', ['CONFIG', 'GET', 'maxclients'])).status).toBe(200)
  })

  test('a token with a database has it, and no other', async () => {
    await ask('third', ['SET', 'where', 'three'])
    const url = (path: string): string => `http://127.0.0.1:${running.httpPort}/redis/${path}?_token=third`
    expect(await (await fetch(url('GET/where'))).json()).toEqual({ GET: 'three' })
    expect((await fetch(url('0/GET/where'))).status).toBe(400)
    expect((await ask('plain', ['GET', 'where'])).json).toEqual({ result: null })
  })

  test('a token that asks too often is told to wait', async () => {
    const statuses = [await ask('slow', ['PING']), await ask('slow', ['PING']), await ask('slow', ['PING'])]
    expect(statuses.map(({ status }) => status)).toEqual([200, 200, 429])
  })

  test('channels that are not theirs cannot be listened to', async () => {
    expect((await send('mine', '/subscribe/other')).status).toBe(403)
    expect((await send('mine', '/psubscribe/*')).status).toBe(403)
  })
})

test('while Redis is away clients get 503 and never a wrong reply; afterwards it works by itself', async () => {
  await redis.command('SET', 'n', '0')
  let isRunning = true
  const seen = new Set<number>()
  const wrong: unknown[] = []
  const clients = Array.from({ length: 8 }, async (_, client) => {
    for (let round = 0; isRunning; round++) {
      const word = `${client}:${round}`
      const { status, json } = await ask('plain', ['ECHO', word])
      seen.add(status)
      if (status === 200 ? (json as { result: string }).result !== word : status !== 503)
        wrong.push({ status, json })
    }
  })
  await until(() => seen.has(200))
  await redis.stop()
  await until(() => seen.has(503))
  await redis.start()
  await until(async () => (await ask('plain', ['ECHO', 'back'])).status === 200)
  isRunning = false
  await Promise.all(clients)
  expect(wrong).toEqual([])
}, 30_000)
