/** Clients that vanish in the middle of something: nothing of half a request is carried out, and Redis is let go of. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { type RedisServer, startRedis, until } from '../../integration/redis/redis-server.ts'
import { type Running, run } from '../../integration/server/running.ts'
import { scrape } from '../../integration/server/scrape.ts'

const soon = { timeout: 10_000, interval: 10 }
const host = 'Host: localhost\r\n'

let redis: RedisServer
let running: Running

beforeAll(async () => {
  redis = await startRedis()
  running = await run({ redisUrl: redis.url, gateway: { port: 'any' } })
  await until(async () => (await fetch(`http://127.0.0.1:${running.gatewayPort}/PING`)).status === 200)
})

afterAll(async () => {
  await running.server.close()
  await redis[Symbol.asyncDispose]()
})

beforeEach(async () => {
  await redis.command('FLUSHALL')
})

/** Connections to Redis by what their last command was. */
async function clientsAt(command: string): Promise<number> {
  const list = String(await redis.command('CLIENT', 'LIST'))
  return list.split('\n').filter((line) => line.includes(` cmd=${command} `) && line.includes('longwire'))
    .length
}

async function open(port: number, text: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {
    // These tests end connections in every way there is.
  })
  socket.write(text)
  await once(socket, 'connect')
  return socket
}

/** Until the server has no connection of a client's any more. */
async function untilNobodyIsHere(): Promise<void> {
  await vi.waitFor(async () => expect((await running.health()).connections).toBeLessThanOrEqual(1), soon)
}

const places = [
  ['the own port', '', (): number => running.gatewayPort],
  ["the server's port", '/redis', (): number => running.httpPort],
] as const
/** On a connection that began with something else `node:http` has the request. */
const beginnings = [
  ['', ''],
  [' behind another request', `GET /health HTTP/1.1\r\n${host}\r\n`],
] as const
const leaves = ['end', 'destroy', 'resetAndDestroy'] as const

describe.each(places)('at %s', (_place, path, port) => {
  describe.each(path === '' ? [beginnings[0]] : beginnings)('%s', (_when, before) => {
    test.each(leaves)('half an upload is not carried out (%s)', async (leave) => {
      for (const framing of ['Content-Length: 1000', 'Transfer-Encoding: chunked'] as const) {
        const piece = framing.startsWith('C') ? 'half' : '4\r\nhalf\r\n'
        const socket = await open(
          port(),
          `${before}PUT ${path}/SET/half HTTP/1.1\r\n${host}${framing}\r\n\r\n${piece}`,
        )
        socket.resume()
        socket[leave]()
        await once(socket, 'close')
      }
      await untilNobodyIsHere()
      expect(await redis.command('EXISTS', 'half')).toBe(0)
    })

    test.each(leaves)('a command that waits is ended, and its lease freed (%s)', async (leave) => {
      const socket = await open(port(), `${before}GET ${path}/BLPOP/queue/0 HTTP/1.1\r\n${host}\r\n`)
      await vi.waitFor(async () => expect(await clientsAt('blpop')).toBe(1), soon)
      socket[leave]()
      await vi.waitFor(async () => expect(await clientsAt('blpop')).toBe(0), soon)
      await redis.command('RPUSH', 'queue', 'kept')
      expect(await redis.command('LLEN', 'queue')).toBe(1)
      await vi.waitFor(async () => {
        const { value } = await scrape(running.httpPort)
        expect(value('longwire_redis_connections{pool="gateway",state="leased"}')).toBe(0)
      }, soon)
    })

    test.each(leaves)('a subscription ends with its client (%s)', async (leave) => {
      const socket = await open(port(), `${before}GET ${path}/SUBSCRIBE/news HTTP/1.1\r\n${host}\r\n`)
      await vi.waitFor(
        async () => expect(await redis.command('PUBSUB', 'NUMSUB', 'news')).toEqual(['news', 1]),
        soon,
      )
      socket[leave]()
      await vi.waitFor(
        async () => expect(await redis.command('PUBSUB', 'NUMSUB', 'news')).toEqual(['news', 0]),
        soon,
      )
    })

    test('a large reply that nobody reads any more is let go of', async () => {
      await redis.command('SET', 'large', Buffer.alloc(16 * 1024 * 1024, 'x'))
      const socket = await open(port(), `${before}GET ${path}/GET/large HTTP/1.1\r\n${host}\r\n`)
      await once(socket, 'readable')
      const held = async (): Promise<number | undefined> =>
        (await scrape(running.httpPort)).value('longwire_gateway_held_reply_bytes')
      await vi.waitFor(async () => expect(await held()).toBeGreaterThan(1_000_000), soon)
      socket.resetAndDestroy()
      await vi.waitFor(async () => expect(await held()).toBe(0), soon)
    })
  })
})

test('a WebSocket that vanishes frees its lease and its subscriptions', async () => {
  const socket = new WebSocket(`ws://127.0.0.1:${running.httpPort}/redis/.json`)
  await once(socket, 'open')
  socket.send('["SUBSCRIBE","news"]')
  socket.send('["BLPOP","queue",0]')
  await vi.waitFor(
    async () => expect(await redis.command('PUBSUB', 'NUMSUB', 'news')).toEqual(['news', 1]),
    soon,
  )
  await vi.waitFor(async () => expect(await clientsAt('blpop')).toBe(1), soon)
  socket.terminate()
  await vi.waitFor(
    async () => expect(await redis.command('PUBSUB', 'NUMSUB', 'news')).toEqual(['news', 0]),
    soon,
  )
  await vi.waitFor(async () => expect(await clientsAt('blpop')).toBe(0), soon)
})

test('the REST style lets go likewise: of a command that waits, and of a subscription', async () => {
  for (const [path, isThere] of [
    ['/rest/blpop/queue/0', async () => (await clientsAt('blpop')) === 1],
    [
      '/rest/subscribe/news',
      async () => String(await redis.command('PUBSUB', 'NUMSUB', 'news')).endsWith(',1'),
    ],
  ] as const) {
    const leave = new AbortController()
    const left = fetch(`http://127.0.0.1:${running.httpPort}${path}`, { signal: leave.signal }).catch(
      () => 'left',
    )
    await until(isThere)
    leave.abort()
    await left
    await until(async () => !(await isThere()))
  }
})
