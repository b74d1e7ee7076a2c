/** `/rest/monitor`: what Redis carries out as server-sent events, for tokens that are allowed it by name. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { hashOfToken } from '../../../src/gateway/access/token.ts'
import { type RedisServer, startRedis, until } from '../redis/redis-server.ts'
import { type Running, run } from '../server/running.ts'

const soon = { timeout: 10_000, interval: 10 }

let redis: RedisServer
let running: Running
let folder: string

beforeAll(async () => {
  redis = await startRedis()
  folder = await mkdtemp(join(tmpdir(), 'longwire-tokens-'))
  const tokens = join(folder, 'tokens.json')
  const rules = [
    { name: 'watcher', allow: ['monitor', '@all'] },
    { name: 'plain' },
    { name: 'mine', allow: ['monitor'], keys: ['mine:*'] },
    { name: 'third', allow: ['monitor'], database: 3 },
    { name: 'reader', allow: ['monitor'], readOnly: true },
  ]
  await writeFile(tokens, JSON.stringify(rules.map((one) => ({ ...one, hash: hashOfToken(one.name) }))))
  running = await run({ redisUrl: redis.url, gateway: { tokens } })
  await until(async () => (await ask('plain', '/ping')).status === 200)
})

afterAll(async () => {
  await running.server.close()
  await redis[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

function ask(token: string, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { Authorization: `Bearer ${token}` }
  return fetch(`http://127.0.0.1:${running.httpPort}/rest${path}`, { ...init, headers })
}

/** Connections that Redis shows as monitors. */
async function monitors(): Promise<number> {
  return String(await redis.command('CLIENT', 'LIST')).match(/ flags=O /g)?.length ?? 0
}

/** Opens a monitor; gives what it has said so far, and its end. */
async function monitor(): Promise<{ said: () => string; ended: Promise<void>; leave: () => void }> {
  const leave = new AbortController()
  const response = await ask('watcher', '/monitor', { method: 'POST', signal: leave.signal })
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    'text/event-stream; charset=utf-8',
  ])
  let text = ''
  const read = async (): Promise<void> => {
    for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) text += piece
  }
  const ended = read().catch(() => {
    // It was left.
  })
  return { said: () => text, ended, leave: () => leave.abort() }
}

test('tells each command of every client, one client at a time, until it leaves', async () => {
  const { said, ended, leave } = await monitor()
  await vi.waitFor(() => expect(said()).toContain('data: "OK"\n\n'), soon)
  await redis.command('SET', 'watched', 'a "b"\r\n')
  await (await ask('plain', '/get/watched')).text()
  const line = /data: \d+\.\d+ \[0 127\.0\.0\.1:\d+\] "SET" "watched" "a \\"b\\"\\r\\n"\n\n/
  await vi.waitFor(() => expect(said()).toMatch(line), soon)
  await vi.waitFor(() => expect(said()).toMatch(/data: [^\n]* "get" "watched"\n\n/), soon)
  const second = await ask('watcher', '/monitor')
  expect([second.status, second.headers.get('retry-after')]).toEqual([429, '10'])
  expect(await monitors()).toBe(1)
  leave()
  await ended
  await vi.waitFor(async () => expect(await monitors()).toBe(0), soon)
  const again = await monitor()
  again.leave()
  await vi.waitFor(async () => expect(await monitors()).toBe(0), soon)
})

test.each(['plain', 'mine', 'third', 'reader'])('is not for the token %s', async (token) => {
  expect((await ask(token, '/monitor')).status).toBe(403)
  expect((await ask(token, '/MONITOR')).status).toBe(403)
  expect(await monitors()).toBe(0)
})

test('is nothing but a stream: in a pipeline or as a command it is refused', async () => {
  for (const [path, body] of [
    ['', '["MONITOR"]'],
    ['/pipeline', '[["MONITOR"]]'],
    ['/multi-exec', '[["MONITOR"]]'],
  ] as const) {
    expect((await ask('watcher', path, { method: 'POST', body })).status).toBe(400)
  }
  expect(await monitors()).toBe(0)
})

test('ends when Redis goes away, and can be had again afterwards', async () => {
  const { ended } = await monitor()
  await redis.stop()
  await ended
  await redis.start()
  await until(async () => (await ask('plain', '/ping')).status === 200)
  await vi.waitFor(async () => {
    const { leave } = await monitor()
    leave()
  }, soon)
  await vi.waitFor(async () => expect(await monitors()).toBe(0), soon)
})

test('cuts off who reads more slowly than Redis works, and lets go of Redis then', async () => {
  const socket = connect(running.httpPort, '127.0.0.1')
  socket.on('error', () => {
    // It is cut off while it does not read.
  })
  socket.write('GET /rest/monitor?_token=watcher HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await vi.waitFor(async () => expect(await monitors()).toBe(1), soon)
  socket.pause()
  const value = 'x'.repeat(50_000)
  await until(async () => {
    await Promise.all(Array.from({ length: 50 }, () => redis.command('ECHO', value)))
    return (await monitors()) === 0
  }, 30_000)
  socket.destroy()
}, 40_000)
