/** Pages of other origins: which may use the gateway and read its replies, by configuration. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hashOfToken } from '../../../src/gateway/access/token.ts'
import { type RedisServer, startRedis } from '../redis/redis-server.ts'
import { type Running, run } from '../server/running.ts'

const app = 'https://app.example'
const evil = 'https://evil.example'

let redis: RedisServer
let running: Running
let plain: Running
let open: Running
let folder: string

beforeAll(async () => {
  redis = await startRedis()
  folder = await mkdtemp(join(tmpdir(), 'longwire-tokens-'))
  const tokens = join(folder, 'tokens.json')
  await writeFile(tokens, JSON.stringify([{ name: 'app', hash: hashOfToken('app') }]))
  running = await run({ redisUrl: redis.url, allowOrigin: [app], gateway: { port: 'any', tokens } })
  plain = await run({ redisUrl: redis.url, gateway: { port: 'any' } })
  open = await run({ redisUrl: redis.url, allowOrigin: ['*'], gateway: { port: 'any' } })
})

afterAll(async () => {
  for (const { server } of [running, plain, open]) await server.close()
  await redis[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
}

/** A request with headers that fetch would not send. */
function ask(port: number, path: string, headers: Record<string, string>, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ port, path, method, headers, agent: false }, (response) => {
      response.resume()
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers }))
    })
    request.on('error', reject)
    request.end()
  })
}

const preflight = {
  'Access-Control-Request-Method': 'PUT',
  'Access-Control-Request-Headers': 'authorization,content-type,upstash-encoding',
}
const token = { Authorization: 'Bearer app' }

/** Where the gateway stands: the two styles on the server's port, and its own port. */
const places: [place: string, path: string, portOf: (server: Running) => number][] = [
  ['/redis', '/redis/SET/cors/1', ({ httpPort }) => httpPort],
  ['/rest', '/rest/set/cors/1', ({ httpPort }) => httpPort],
  ['the own port', '/SET/cors/1', ({ gatewayPort }) => gatewayPort],
]

describe.each(places)('at %s', (_place, path, portOf) => {
  test('a preflight of an allowed origin is answered before any token is asked for', async () => {
    const { status, headers } = await ask(portOf(running), path, { Origin: app, ...preflight }, 'OPTIONS')
    expect(status).toBe(204)
    expect(headers).toMatchObject({
      'access-control-allow-origin': app,
      'access-control-allow-methods': 'GET, HEAD, POST, PUT',
      'access-control-allow-headers': 'authorization,content-type,upstash-encoding',
      'access-control-max-age': '600',
      vary: 'Origin',
    })
  })

  test('replies to it, errors too, may be read with their tag and name, and never with credentials', async () => {
    for (const [shown, status] of [
      [token, 200],
      [{}, 401],
    ] as const) {
      const answer = await ask(portOf(running), path, { Origin: app, ...shown })
      expect(answer.status).toBe(status)
      expect(answer.headers).toMatchObject({
        'access-control-allow-origin': app,
        'access-control-expose-headers': 'ETag, Retry-After, X-Request-Id',
        vary: 'Origin',
      })
      expect(answer.headers['access-control-allow-credentials']).toBeUndefined()
    }
  })

  test('another origin gets nothing, neither the reply nor a word about sharing', async () => {
    for (const method of ['GET', 'PUT', 'OPTIONS']) {
      const { status, headers } = await ask(
        portOf(running),
        path,
        { Origin: evil, ...token, ...preflight },
        method,
      )
      expect(status).toBe(403)
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
    }
  })

  test('what has no origin varies by it all the same, since caches may hold both', async () => {
    const { headers } = await ask(portOf(running), path, token)
    expect(headers.vary).toBe('Origin')
    expect(headers['access-control-allow-origin']).toBeUndefined()
  })

  test('without a configuration no word is said about sharing', async () => {
    const refused = await ask(portOf(plain), path, { Origin: app, ...preflight }, 'OPTIONS')
    expect(refused.status).toBe(403)
    const { headers } = await ask(portOf(plain), path, {})
    expect(Object.keys(headers).filter((name) => /^access-control|^vary/.test(name))).toEqual([])
  })

  test('where all origins are allowed, any may read', async () => {
    const { status, headers } = await ask(portOf(open), path, { Origin: evil })
    expect([status, headers['access-control-allow-origin'], headers.vary]).toEqual([200, '*', undefined])
  })
})

test('a stream may be read too, and a reply on a connection that began with something else', async () => {
  const leave = new AbortController()
  const stream = await fetch(`http://127.0.0.1:${running.httpPort}/redis/SUBSCRIBE/c`, {
    headers: { Origin: app, ...token },
    signal: leave.signal,
  })
  expect(stream.headers.get('access-control-allow-origin')).toBe(app)
  leave.abort()
  const health = await fetch(`http://127.0.0.1:${running.httpPort}/health`)
  await health.text()
  const next = await fetch(`http://127.0.0.1:${running.httpPort}/redis/PING`, {
    headers: { Origin: app, ...token },
  })
  expect(next.headers.get('access-control-allow-origin')).toBe(app)
})

test('header names that are none are not repeated', async () => {
  const asked = { ...preflight, 'Access-Control-Request-Headers': 'a b; c' }
  const { headers } = await ask(running.httpPort, '/redis/PING', { Origin: app, ...asked }, 'OPTIONS')
  expect(headers['access-control-allow-headers']).toBeUndefined()
})
