/** Clients that do not read what they ask for: what they hold of the server's memory is bounded, and others are served. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type RedisServer, startRedis, until } from '../../integration/redis/redis-server.ts'
import { type Running, run } from '../../integration/server/running.ts'
import { scrape } from '../../integration/server/scrape.ts'

const soon = { timeout: 15_000, interval: 10 }
const mebibyte = 1024 * 1024
const heldReplyBytes = 20 * mebibyte
const valueBytes = 8 * mebibyte

let redis: RedisServer
let running: Running
const opened: Socket[] = []

beforeAll(async () => {
  redis = await startRedis()
  await redis.command('SET', 'large', Buffer.alloc(valueBytes, 'x'))
  await redis.command('SET', 'middle', Buffer.alloc(100_000, 'y'))
  running = await run({ redisUrl: redis.url, gateway: { port: 'any', heldReplyBytes } })
  await until(async () => (await fetch(`http://127.0.0.1:${running.gatewayPort}/PING`)).status === 200)
})

afterAll(async () => {
  for (const socket of opened) socket.destroy()
  await running.server.close()
  await redis[Symbol.asyncDispose]()
})

/** Sends requests and reads nothing. */
async function unreading(...paths: readonly string[]): Promise<Socket> {
  const socket = connect(running.gatewayPort, '127.0.0.1')
  socket.on('error', () => {
    // It is cut while it does not read.
  })
  opened.push(socket)
  socket.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`).join(''))
  await once(socket, 'connect')
  return socket
}

const held = async (): Promise<number> =>
  (await scrape(running.httpPort)).value('longwire_gateway_held_reply_bytes') ?? -1
const statusOf = async (path: string): Promise<number> => {
  const response = await fetch(`http://127.0.0.1:${running.gatewayPort}${path}`)
  await response.arrayBuffer()
  return response.status
}

test('beyond the bound large replies become 503, small ones are served, and it ends with those who did not read', async () => {
  const slow = [await unreading('/GET/large'), await unreading('/GET/large')]
  await vi.waitFor(async () => expect(await held()).toBe(2 * valueBytes), soon)
  const refused = await fetch(`http://127.0.0.1:${running.gatewayPort}/GET/large`)
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
  expect(await refused.json()).toEqual({ error: expect.stringContaining('carried out') })
  const rest = await fetch(`http://127.0.0.1:${running.httpPort}/rest/get/large`)
  expect(rest.status).toBe(503)
  expect(await statusOf('/GET/middle')).toBe(200)
  expect(await statusOf('/PING')).toBe(200)
  for (const socket of slow) socket.destroy()
  await vi.waitFor(async () => expect(await held()).toBe(0), soon)
  expect(await statusOf('/GET/large')).toBe(200)
})

test('twenty pipelined requests for a large value hold no more than the bound', async () => {
  const socket = await unreading(...Array.from({ length: 20 }, () => '/GET/large'))
  await vi.waitFor(async () => expect(await held()).toBe(2 * valueBytes), soon)
  expect(await statusOf('/PING')).toBe(200)
  expect(await held()).toBeLessThanOrEqual(heldReplyBytes)
  // Read at last, they all come, in order: those that found room, and a sentence for the others.
  let bytes = 0
  socket.on('data', (part: Buffer) => {
    bytes += part.length
  })
  socket.resume()
  await vi.waitFor(() => expect(bytes).toBeGreaterThan(2 * valueBytes), soon)
  await vi.waitFor(async () => expect(await held()).toBe(0), soon)
  socket.destroy()
})
