/** What can be seen of requests from outside: their names, a line of the log for each, and metrics. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { hashOfToken } from '../../../src/gateway/access/token.ts'
import { type RedisServer, startRedis, until } from '../redis/redis-server.ts'
import { type LogEntry, type Running, run } from '../server/running.ts'
import { scrape } from '../server/scrape.ts'

const soon = { timeout: 5000, interval: 10 }

let redis: RedisServer
let running: Running
let folder: string

beforeAll(async () => {
  redis = await startRedis()
  folder = await mkdtemp(join(tmpdir(), 'longwire-tokens-'))
  const tokens = join(folder, 'tokens.json')
  const rules = [{ name: 'shop' }, { name: 'fifth', database: 5 }]
  await writeFile(tokens, JSON.stringify(rules.map((one) => ({ ...one, hash: hashOfToken(one.name) }))))
  running = await run({ redisUrl: redis.url, gateway: { port: 'any', tokens, accessLogShare: 1 } })
  await until(async () => (await ask('/redis/PING')).status === 200)
})

afterAll(async () => {
  await running.server.close()
  await redis[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

/** A request to the server's port, as the token `shop` unless it says otherwise. */
function ask(path: string, headers: Record<string, string> = {}, body?: string): Promise<Response> {
  const init = body === undefined ? {} : { method: 'POST', body }
  const shown = { Authorization: 'Bearer shop', ...headers }
  return fetch(`http://127.0.0.1:${running.httpPort}${path}`, { ...init, headers: shown })
}

const lines = (): LogEntry[] => running.log.filter(({ msg }) => msg === 'gateway request')

/** The line about the request that was answered last with this name. */
async function lineOf(requestId: string): Promise<LogEntry> {
  await vi.waitFor(() => expect(lines().some((line) => line.requestId === requestId)).toBe(true), soon)
  return lines().findLast((line) => line.requestId === requestId)!
}

describe('every reply says what its request is called', () => {
  test.each([
    ['of the command-URL style', '/redis/PING', 200],
    ['of the REST style', '/rest/ping', 200],
    ['that is an error', '/redis/FLUSHALL', 403],
    ['that has no body', '/redis/PING?strict', 200],
  ])('%s', async (_what, path, status) => {
    const named = await ask(path, { 'X-Request-Id': 'abc-1.2:3' })
    expect([named.status, named.headers.get('x-request-id')]).toEqual([status, 'abc-1.2:3'])
    const [one, other] = [await ask(path), await ask(path)].map(({ headers }) => headers.get('x-request-id'))
    expect(one).toMatch(/^[\w-]{6}-[0-9a-z]{2,}$/)
    expect(other).not.toBe(one)
  })

  test.each(['with a blank', '<script>', '', 'a'.repeat(129)])('unless its name is odd: %j', async (name) => {
    const id = (await ask('/redis/PING', { 'X-Request-Id': name })).headers.get('x-request-id')
    expect(id).not.toBe(name)
    expect(id).toMatch(/^[\w-]{6}-[0-9a-z]{2,}$/)
  })

  test('a stream, what is no request, and one on a connection that began with something else', async () => {
    const leave = new AbortController()
    const headers = { Authorization: 'Bearer shop', 'X-Request-Id': 'a-stream' }
    const url = `http://127.0.0.1:${running.httpPort}/redis/SUBSCRIBE/c`
    const stream = await fetch(url, { headers, signal: leave.signal })
    expect(stream.headers.get('x-request-id')).toBe('a-stream')
    leave.abort()
    const said = await talk('GET /redis/PING HTTP/1.1\r\nHost : x\r\n\r\n')
    expect(said).toMatch(/^HTTP\/1\.1 400 [\s\S]*\r\nX-Request-Id: [\w-]+\r\n/)
    const both = await talk(
      'GET /health HTTP/1.1\r\nHost: localhost\r\n\r\nGET /redis/PING?_token=shop HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: second\r\nConnection: close\r\n\r\n',
    )
    expect(both).toMatch(/HTTP\/1\.1 200 [\s\S]*HTTP\/1\.1 200 [\s\S]*\r\nX-Request-Id: second\r\n/)
  })
})

/** All that comes back until the server ends the connection. */
function talk(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(running.httpPort, '127.0.0.1')
    let said = ''
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => {
      said += chunk
    })
    socket.on('error', reject)
    socket.on('end', () => {
      socket.destroy()
      resolve(said)
    })
    socket.write(text)
  })
}

describe('the log has a line', () => {
  test('for each request, with its command and nothing that may be a secret', async () => {
    const response = await ask('/redis/set/secret-key/secret-value?_token=secret-token', {
      'X-Request-Id': 'logged',
    })
    const body = await response.text()
    expect(await lineOf('logged')).toMatchObject({
      ...{ method: 'GET', command: 'SET', status: 200, bytes: body.length, token: 'shop' },
      ...{ remoteAddress: '127.0.0.1', durationMs: expect.any(Number) },
    })
    await ask('/redis/secret-command/x', { 'X-Request-Id': 'unknown' })
    expect(await lineOf('unknown')).toMatchObject({ command: 'other' })
    await ask('/redis/GET/secret-key', { Authorization: 'Bearer secret-token', 'X-Request-Id': 'stranger' })
    expect(await lineOf('stranger')).toMatchObject({ status: 401, command: 'none' })
    await ask('/rest/pipeline', { 'X-Request-Id': 'pipeline' }, '[["SET","secret","secret"]]')
    expect(await lineOf('pipeline')).toMatchObject({ command: 'pipeline', status: 200, token: 'shop' })
    expect(JSON.stringify(running.log)).not.toContain('secret')
  })

  const health = 'GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n'

  test.each([
    ['of the command-URL style', '/redis/BLPOP/never/0', ''],
    ['of the REST style', '/rest/blpop/never/0', ''],
    ['of the first on a connection that began with something else', '/redis/BLPOP/never/0', health],
    ['of the second there', '/rest/blpop/never/0', health],
  ])('for a client that left before its reply: %s', async (what, path, before) => {
    const requestId = what.replaceAll(' ', '-')
    const socket = connect(running.httpPort, '127.0.0.1')
    socket.on('data', () => {})
    const head = `Host: localhost\r\nAuthorization: Bearer shop\r\nX-Request-Id: ${requestId}`
    socket.write(`${before}GET ${path} HTTP/1.1\r\n${head}\r\n\r\n`)
    const blocked = async (): Promise<boolean> =>
      String(await redis.command('INFO')).includes('blocked_clients:1')
    await vi.waitFor(async () => expect(await blocked()).toBe(true), soon)
    socket.destroy()
    expect(await lineOf(requestId)).toMatchObject({ status: 499, command: 'BLPOP' })
    await vi.waitFor(async () => expect(await blocked()).toBe(false), soon)
  })

  test('for a client that has said all it will and is answered with an error', async () => {
    const socket = connect({ port: running.httpPort, host: '127.0.0.1', allowHalfOpen: true })
    await redis.command('SET', 'text', 'none')
    let said = ''
    socket.on('data', (chunk) => {
      said += chunk
    })
    const ended = new Promise((resolve) => socket.on('end', resolve))
    const head = 'Host: localhost\r\nAuthorization: Bearer shop\r\nX-Request-Id: half-closed'
    socket.end(`GET /rest/incr/text HTTP/1.1\r\n${head}\r\n\r\n`)
    await ended
    socket.destroy()
    expect(said).toContain('value is not an integer')
    expect(await lineOf('half-closed')).toMatchObject({ command: 'INCR' })
  })

  test('for each command of a WebSocket', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${running.httpPort}/redis/.json?_token=shop`, {
      headers: { 'X-Request-Id': 'socket' },
    })
    socket.on('open', () => socket.send('["GET","secret"]'))
    const line = await lineOf('socket')
    expect(line).toMatchObject({ method: 'WebSocket', command: 'GET', status: 200, token: 'shop' })
    socket.terminate()
  })

  test('for a share of them, where only a share is asked for, and for none by default', async () => {
    for (const [accessLogShare, count] of [
      [0.25, 5],
      [0, 0],
    ] as const) {
      const sampled = await run({ redisUrl: redis.url, gateway: { port: 'any', accessLogShare } })
      for (let index = 0; index < 20; index++) {
        await (await fetch(`http://127.0.0.1:${sampled.gatewayPort}/PING`)).text()
      }
      expect(sampled.log.filter(({ msg }) => msg === 'gateway request')).toHaveLength(count)
      await sampled.server.close()
    }
  })

  test('that names who a trusted proxy asks for', async () => {
    const behind = await run({
      ...{ redisUrl: redis.url, trustedProxies: ['127.0.0.1'] },
      gateway: { port: 'any', accessLogShare: 1 },
    })
    await new Promise<void>((resolve, reject) => {
      const headers = { 'X-Forwarded-For': '203.0.113.9' }
      const request = httpRequest({ port: behind.gatewayPort, path: '/PING', headers }, (response) => {
        response.resume()
        response.on('end', resolve)
      })
      request.on('error', reject)
      request.end()
    })
    expect(behind.log.find(({ msg }) => msg === 'gateway request')).toMatchObject({
      remoteAddress: '203.0.113.9',
    })
    await behind.server.close()
  })
})

describe('metrics', () => {
  test('count requests by command, however it is spelt, and by status', async () => {
    const before = await scrape(running.httpPort)
    for (const path of ['GET/a', 'get/a', 'gEt/a', 'FLUSHALL', 'NoSuch/a', 'GET/none.txt', '%zz'])
      await ask(`/redis/${path}`)
    await ask('/rest/get/a')
    await ask('/rest/pipeline', {}, '[["GET","a"],["INCR","n"]]')
    const { value, types } = await scrape(running.httpPort)
    const rise = (name: string): number => (value(name) ?? 0) - (before.value(name) ?? 0)
    const requests = (command: string, status: number): number =>
      rise(`longwire_gateway_requests_total{command="${command}",status="${status}"}`)
    expect(requests('GET', 200)).toBe(4)
    expect(requests('GET', 404)).toBe(1)
    expect(requests('FLUSHALL', 403)).toBe(1)
    expect(requests('other', 403) + requests('other', 200)).toBe(1)
    expect(requests('none', 400)).toBe(1)
    expect(requests('pipeline', 200)).toBe(1)
    expect(rise('longwire_gateway_batched_commands_total{command="INCR"}')).toBe(1)
    expect(types.get('longwire_gateway_request_seconds')).toBe('histogram')
    expect(rise('longwire_gateway_request_seconds_count{command="GET"}')).toBe(5)
    expect(rise('longwire_gateway_request_seconds_bucket{le="+Inf",command="GET"}')).toBe(5)
    expect(rise('longwire_gateway_request_seconds_sum{command="GET"}')).toBeGreaterThan(0)
  })

  test('names of commands that the server does not have are not made labels', async () => {
    for (let index = 0; index < 50; index++) await ask(`/redis/NOSUCH${index}/a`)
    const response = await fetch(`http://127.0.0.1:${running.httpPort}/metrics`)
    expect(await response.text()).not.toContain('NOSUCH')
  })

  test('measure the pools of tokens and of databases', async () => {
    await ask('/redis/PING', { Authorization: 'Bearer fifth' })
    await ask('/redis/7/PING')
    const { value } = await scrape(running.httpPort)
    expect(value('longwire_redis_calls_total{pool="gateway/fifth"}')).toBeGreaterThanOrEqual(1)
    expect(value('longwire_redis_calls_total{pool="gateway/7"}')).toBeGreaterThanOrEqual(1)
  })
})
