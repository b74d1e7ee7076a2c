/** Each status in each style and place where it can be, as docs/gateway.md lists them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { hashOfToken } from '../../../src/gateway/access/token.ts'
import { freePort, type RedisServer, startRedis, until } from '../redis/redis-server.ts'
import { type Running, run } from '../server/running.ts'
import { statusesOf, talk } from './raw-client.ts'

const bodyBytes = 10_000
const replyBytes = 1_000_000

let redis: RedisServer
let running: Running
/** Its Redis is not there. */
let without: Running
/** Its Redis stands still. */
let stuck: Running
let frozen: RedisServer
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longwire-tokens-'))
  const tokens = join(folder, 'tokens.json')
  const rules = [
    { name: 'any' },
    { name: 'slow', rate: { perSecond: 0.001, burst: 1 } },
    { name: 'bob', user: { name: 'bob', password: 'pw' } },
  ]
  await writeFile(tokens, JSON.stringify(rules.map((one) => ({ ...one, hash: hashOfToken(one.name) }))))
  redis = await startRedis()
  await redis.command('ACL', 'SETUSER', 'bob', 'on', '>pw', '~bob:*', '+get', '+set', '+ping')
  frozen = await startRedis()
  running = await run({ redisUrl: redis.url, gateway: { port: 'any', tokens, bodyBytes, replyBytes } })
  without = await run({
    redisUrl: `redis://127.0.0.1:${await freePort()}`,
    gateway: { port: 'any' },
  })
  stuck = await run({ redisUrl: frozen.url, gateway: { port: 'any', commandTimeoutMs: 300 } })
  await until(async () => (await fetch(`http://127.0.0.1:${stuck.gatewayPort}/PING`)).status === 200)
  await until(
    async () => (await fetch(`http://127.0.0.1:${running.gatewayPort}/PING?_token=any`)).status === 200,
  )
  await until(
    async () => (await fetch(`http://127.0.0.1:${running.gatewayPort}/PING?_token=bob`)).status === 200,
  )
})

/** While its Redis stands still. What was given up and what must come again is none of the next one's business. */
async function whileStuck(use: () => Promise<void>): Promise<void> {
  const works = async (): Promise<boolean> =>
    (await fetch(`http://127.0.0.1:${stuck.gatewayPort}/PING`)).status === 200
  await until(works)
  frozen.freeze()
  try {
    await use()
  } finally {
    frozen.thaw()
    await until(works)
  }
}

afterAll(async () => {
  frozen.thaw()
  for (const { server } of [running, without, stuck]) await server.close()
  await redis[Symbol.asyncDispose]()
  await frozen[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

interface Place {
  readonly name: string
  readonly portOf: (server: Running) => number
  /** The URL of a command. */
  readonly path: (words: readonly string[], token: string) => string
  /** What is sent before the request, so that `node:http` has it. */
  readonly before: string
}

const commandUrl =
  (prefix: string) =>
  (words: readonly string[], token: string): string =>
    `${prefix}/${words.join('/')}?_token=${token}`
const health = 'GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n'
const places: readonly Place[] = [
  { name: 'the own port', portOf: ({ gatewayPort }) => gatewayPort, path: commandUrl(''), before: '' },
  { name: '/redis', portOf: ({ httpPort }) => httpPort, path: commandUrl('/redis'), before: '' },
  { name: '/rest', portOf: ({ httpPort }) => httpPort, path: commandUrl('/rest'), before: '' },
  {
    ...{ name: '/redis behind another request', before: health },
    ...{ portOf: ({ httpPort }) => httpPort, path: commandUrl('/redis') },
  },
  {
    ...{ name: '/rest behind another request', before: health },
    ...{ portOf: ({ httpPort }) => httpPort, path: commandUrl('/rest') },
  },
]

describe.each(places)('at $name', ({ portOf, path, before }) => {
  /** The status of the request, and its whole reply. */
  async function ask(
    server: Running,
    words: readonly string[],
    { token = 'any', method = 'GET', headers = '', body = '' } = {},
  ): Promise<{ status: number; said: string }> {
    const length = body === '' ? '' : `Content-Length: ${body.length}\r\n`
    const request = `${method} ${path(words, token)} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${headers}${length}\r\n${body}`
    const said = await talk(portOf(server), `${before}${request}`)
    const own = before === '' ? said : said.slice(said.lastIndexOf('HTTP/1.1 '))
    return { status: statusesOf(own)[0] ?? 0, said: own }
  }

  test('200 where Redis answers', async () => {
    expect((await ask(running, ['SET', 'a', '1'])).status).toBe(200)
    expect((await ask(running, ['SET', 'a'], { method: 'PUT', body: 'bytes' })).status).toBe(200)
  })

  test('400 where there is no command, or one that would change the connection', async () => {
    expect((await ask(running, ['GET', '%zz'])).status).toBe(400)
    expect((await ask(running, ['MULTI'])).status).toBe(400)
    expect((await ask(running, ['SELECT', '1'])).status).toBe(400)
  })

  test('401 without a token, or with an unknown one', async () => {
    for (const token of ['', 'unknown']) {
      const { status, said } = await ask(running, ['PING'], { token })
      expect(status).toBe(401)
      expect(said).toMatch(/\r\nWWW-Authenticate: Bearer\r\n/i)
    }
  })

  test("403 for what is denied, by our rules or by Redis's, and for pages of elsewhere", async () => {
    expect((await ask(running, ['FLUSHALL'])).status).toBe(403)
    expect((await ask(running, ['GET', 'other'], { token: 'bob' })).status).toBe(403)
    const headers = 'Origin: https://elsewhere.example\r\n'
    expect((await ask(running, ['PING'], { headers })).status).toBe(403)
  })

  test('405 for another method, with those that there are', async () => {
    const { status, said } = await ask(running, ['GET', 'a'], { method: 'DELETE' })
    expect(status).toBe(405)
    expect(said).toMatch(/\r\nAllow: GET, HEAD, POST, PUT/)
  })

  test('413 for a body over the limit, before it has come', async () => {
    const body = 'x'.repeat(bodyBytes + 1)
    expect((await ask(running, ['SET', 'a'], { method: 'PUT', body })).status).toBe(413)
    const chunk = `${body.length.toString(16)}\r\n${body}\r\n`
    const chunked = `${before}PUT ${path(['SET', 'a'], 'any')} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}`
    expect(statusesOf(await talk(portOf(running), chunked)).at(-1)).toBe(413)
  })

  test('429 for a token that asks too often', async () => {
    await ask(running, ['PING'], { token: 'slow' })
    const { status, said } = await ask(running, ['PING'], { token: 'slow' })
    expect(status).toBe(429)
    expect(said).toMatch(/\r\nRetry-After: 1\r\n/i)
  })

  test('502 for a reply over the limit, which it would be again, and others lose nothing', async () => {
    await redis.command('SET', 'huge', 'x'.repeat(replyBytes + 1))
    await redis.command('SET', 'small', 'here')
    const others = Array.from({ length: 20 }, () => ask(running, ['GET', 'small']))
    const { status, said } = await ask(running, ['GET', 'huge'])
    expect(status).toBe(502)
    expect(said).toMatch(/1000000 bytes \(gateway\.replyBytes\)/)
    expect(said).not.toMatch(/Retry-After/i)
    for (const other of await Promise.all(others)) expect(other.status).toBe(200)
    expect((await ask(running, ['GET', 'small'])).status).toBe(200)
  })

  test('503 where Redis is not there, with Retry-After', async () => {
    const { status, said } = await ask(without, ['GET', 'a'])
    expect(status).toBe(503)
    expect(said).toMatch(/\r\nRetry-After: 1\r\n/i)
  })

  test('504 where Redis does not answer in time', async () => {
    await whileStuck(async () => expect((await ask(stuck, ['GET', 'a'])).status).toBe(504))
  })
})

describe.each(places.filter(({ name }) => !name.includes('rest')))('at $name', ({ portOf, path, before }) => {
  const ask = async (words: readonly string[], more: string): Promise<number | undefined> => {
    const target = `${path(words, 'any')}${more}`
    const said = await talk(
      portOf(running),
      `${before}GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
    )
    return statusesOf(said).at(-1)
  }

  test("403 for a database that the token's user may not select, as often as it asks", async () => {
    const url = path(['7', 'GET', 'bob:a'], 'bob')
    for (let round = 0; round < 3; round++) {
      const said = await talk(
        portOf(running),
        `${before}GET ${url} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
      )
      expect(statusesOf(said).at(-1)).toBe(403)
      expect(said).toMatch(/NOPERM.*select/)
    }
  })

  test('404 for a value that is missing, where ?strict asks or the format has no word for it', async () => {
    expect(await ask(['GET', 'missing'], '')).toBe(200)
    expect(await ask(['GET', 'missing'], '&strict')).toBe(404)
    expect(await ask(['GET', 'missing'], '&strict=0')).toBe(200)
    expect(await ask(['GET', 'missing.txt'], '')).toBe(404)
    expect(await ask(['GET', 'missing.raw'], '&strict')).toBe(404)
    expect(await ask(['GET', 'missing.msg'], '&strict=true')).toBe(404)
  })
})

// What comes behind another request is read by Node's own parser.
describe.each(places.filter(({ before }) => before === ''))('at $name', ({ portOf, path }) => {
  test.each([
    [
      400,
      'a request line that is none',
      (target: string) => `GET ${target} HTTP/1.1\r\nHost: a\r\nNo colon\r\n\r\n`,
    ],
    [
      413,
      'a body that is too long',
      (target: string) =>
        `PUT ${target} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${bodyBytes + 1}\r\n\r\n`,
    ],
    [
      414,
      'a path that is too long',
      (target: string) => `GET ${target}${'a'.repeat(70_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    ],
    [
      431,
      'headers that are too long',
      (target: string) => `GET ${target} HTTP/1.1\r\nHost: localhost\r\nX: ${'a'.repeat(70_000)}\r\n\r\n`,
    ],
  ])('%i for %s, with a body that its clients read', async (status, _what, requestFor) => {
    const said = await talk(portOf(running), requestFor(path(['SET', 'a'], 'any')))
    expect(statusesOf(said)).toEqual([status])
    const [head = '', body = ''] = said.split('\r\n\r\n')
    expect(head).toMatch(/\r\nContent-Type: application\/json\r\n/)
    expect(head).toContain(`Content-Length: ${body.length}`)
    expect(JSON.parse(body)).toEqual({ error: expect.stringMatching(/\w+\./) })
  })
})

test('the REST style has the same for its lists: pipelines, transactions and streams', async () => {
  const ask = async (server: Running, path: string, body: string, token = 'any'): Promise<number> => {
    const headers = { Authorization: `Bearer ${token}` }
    const url = `http://127.0.0.1:${server.httpPort}/rest${path}`
    const response = await fetch(url, { method: 'POST', headers, body })
    await response.arrayBuffer()
    return response.status
  }
  for (const path of ['/pipeline', '/multi-exec']) {
    expect(await ask(running, path, '[["PING"]]')).toBe(200)
    expect(await ask(running, path, '{}')).toBe(400)
    expect(await ask(running, path, '[["PING"]]', 'unknown')).toBe(401)
    expect(await ask(running, path, '[["PING"],["FLUSHALL"]]')).toBe(403)
    expect(await ask(running, path, `[["ECHO","${'x'.repeat(bodyBytes)}"]]`)).toBe(413)
    expect(await ask(without, path, '[["PING"]]')).toBe(503)
    await whileStuck(async () => expect(await ask(stuck, path, '[["PING"]]')).toBe(504))
  }
  await redis.command('SET', 'huge', 'x'.repeat(replyBytes + 1))
  for (const path of ['/pipeline', '/multi-exec'])
    expect(await ask(running, path, '[["PING"],["GET","huge"]]')).toBe(502)
  for (const path of ['/subscribe/a', '/psubscribe/a*', '/monitor']) {
    expect(await ask(running, path, '[]', 'unknown')).toBe(401)
  }
  for (const path of ['/subscribe/a', '/psubscribe/a*']) expect(await ask(without, path, '[]')).toBe(503)
  expect(await ask(running, '/subscribe/%ff', '[]')).toBe(400)
})

test('a command that waits is told to come alone, where it would hold up a pipeline', async () => {
  const post = async (path: string, body: string): Promise<[number, unknown]> => {
    const headers = { Authorization: 'Bearer any' }
    const url = `http://127.0.0.1:${running.httpPort}/rest${path}`
    const response = await fetch(url, { method: 'POST', headers, body })
    return [response.status, await response.json()]
  }
  for (const command of ['["BLPOP","none","0"]', '["xread","BLOCK","10","STREAMS","none","0"]'])
    expect(await post('/pipeline', `[["PING"],${command}]`)).toEqual([
      400,
      { error: expect.stringMatching(/^(BLPOP|XREAD) waits for data.*on its own/) },
    ])
  expect(await post('', '["BLPOP","none","0.01"]')).toEqual([200, { result: null }])
  expect(await post('/pipeline', '[["SELECT","1"]]')).toEqual([
    400,
    { error: expect.stringMatching(/SELECT would change the connection for everybody/) },
  ])
})

test('a WebSocket is refused with a status, and its commands with a sentence', async () => {
  const refusal = async (url: string): Promise<number> =>
    new Promise((resolve) => {
      const socket = new WebSocket(url)
      socket.on('error', () => {
        // The status says it.
      })
      socket.on('unexpected-response', (_request, response) => {
        resolve(response.statusCode ?? 0)
        response.destroy()
      })
    })
  const own = `ws://127.0.0.1:${running.gatewayPort}/.json`
  expect(await refusal(own)).toBe(401)
  expect(await refusal(`ws://127.0.0.1:${running.httpPort}/redis/.raw?_token=unknown`)).toBe(401)
  expect(await refusal(`ws://127.0.0.1:${running.gatewayPort}/.nothing?_token=any`)).toBe(404)
  const firstFrame = async (server: Running): Promise<string | undefined> => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.gatewayPort}/.json`)
    const frames: string[] = []
    socket.on('message', (frame: Buffer) => frames.push(frame.toString()))
    socket.on('open', () => socket.send('["GET","a"]'))
    await vi.waitFor(() => expect(frames).toHaveLength(1), { timeout: 10_000 })
    socket.terminate()
    return frames[0]
  }
  expect(await firstFrame(without)).toMatch(/^\{"error":".*(cannot|down|reached)/)
  await whileStuck(async () => expect(await firstFrame(stuck)).toMatch(/^\{"error":".*within 300 ms/))
})
