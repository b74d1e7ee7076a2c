import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { type RedisServer, startRedis } from '../redis/redis-server.ts'
import { type Running, run } from '../server/running.ts'

let redis: RedisServer
let running: Running

beforeAll(async () => {
  redis = await startRedis()
  running = await run({ redisUrl: redis.url, gateway: { port: 'any' } })
})

afterAll(async () => {
  await running.server.close()
  await redis[Symbol.asyncDispose]()
})

const soon = { timeout: 5000, interval: 10 }

/** A WebSocket with all that it has received, as text. */
async function open(url: string, headers: Record<string, string> = {}): Promise<[WebSocket, string[]]> {
  const socket = new WebSocket(url, { headers })
  const received: string[] = []
  socket.on('message', (data: Buffer) => received.push(data.toString()))
  await once(socket, 'open')
  return [socket, received]
}

describe.each(['on the server’s port', 'on the gateway’s own port'])('a WebSocket %s', (place) => {
  const address = (format: string): string =>
    place.includes('own')
      ? `ws://127.0.0.1:${running.gatewayPort}/.${format}`
      : `ws://127.0.0.1:${running.httpPort}/redis/.${format}`

  test('carries commands as JSON arrays, answered in order', async () => {
    const [socket, received] = await open(address('json'))
    socket.send('["SET","key","値"]')
    socket.send('["GET","key"]')
    socket.send('["SET","bytes",{"base64":"/wA="}]')
    socket.send('["GET","bytes"]')
    socket.send('["INCR","key"]')
    await vi.waitFor(() => expect(received).toHaveLength(5), soon)
    expect(received).toEqual([
      ...['{"SET":[true,"OK"]}', '{"GET":"値"}', '{"SET":[true,"OK"]}', '{"GET":{"base64":"/wA="}}'],
      '{"INCR":[false,"ERR value is not an integer or out of range"]}',
    ])
    socket.terminate()
  })

  test('takes bytes as base64, padded or not, and refuses what is none', async () => {
    const [socket, received] = await open(address('json'))
    for (const base64 of ['/wA=', '/wA', '', '!!', '/wA==', '/', '_wA', 'L w', '/wA=/wA=']) {
      socket.send(JSON.stringify(['STRLEN', 'none', { base64 }]))
    }
    await vi.waitFor(() => expect(received).toHaveLength(9), soon)
    const refused = '{"error":"What stands as {\\"base64\\":\\"…\\"} is not base64."}'
    const taken = `{"STRLEN":[false,"ERR wrong number of arguments for 'strlen' command"]}`
    expect(received).toEqual([...Array(3).fill(taken), ...Array(6).fill(refused)])
    socket.terminate()
  })

  test('carries commands as RESP, several in a frame', async () => {
    const [socket, received] = await open(address('raw'))
    socket.send('*1\r\n$4\r\nPING\r\n*2\r\n$4\r\nECHO\r\n$2\r\nhi\r\n')
    await vi.waitFor(() => expect(received).toEqual(['+PONG\r\n', '$2\r\nhi\r\n']), soon)
    socket.terminate()
  })

  test('carries subscriptions, which end with it', async () => {
    const [socket, received] = await open(address('json'))
    socket.send('["SUBSCRIBE","news"]')
    await vi.waitFor(() => expect(received).toEqual(['{"SUBSCRIBE":["subscribe","news",1]}']), soon)
    await redis.command('PUBLISH', 'news', 'hello')
    await vi.waitFor(() => expect(received[1]).toBe('{"SUBSCRIBE":["message","news","hello"]}'), soon)
    socket.send('["PING"]')
    await vi.waitFor(() => expect(received[2]).toBe('{"PING":[true,"PONG"]}'), soon)
    socket.send('["UNSUBSCRIBE","news"]')
    await vi.waitFor(() => expect(received[3]).toBe('{"UNSUBSCRIBE":["unsubscribe","news",0]}'), soon)
    socket.send('["PSUBSCRIBE","left*"]')
    await vi.waitFor(() => expect(received).toHaveLength(5), soon)
    socket.terminate()
    await vi.waitFor(async () => expect(await redis.command('PUBSUB', 'NUMPAT')).toBe(0), soon)
  })

  test('answers who leaves nothing, as Redis does', async () => {
    const [socket, received] = await open(address('json'))
    socket.send('["UNSUBSCRIBE"]')
    socket.send('["punsubscribe"]')
    socket.send('["PING"]')
    await vi.waitFor(() => expect(received).toHaveLength(3), soon)
    expect(received).toEqual([
      '{"UNSUBSCRIBE":["unsubscribe",null,0]}',
      '{"punsubscribe":["punsubscribe",null,0]}',
      '{"PING":[true,"PONG"]}',
    ])
    socket.terminate()
    const [bare, replies] = await open(address('raw'))
    bare.send('*1\r\n$11\r\nUNSUBSCRIBE\r\n')
    await vi.waitFor(() => expect(replies).toEqual(['*3\r\n$11\r\nunsubscribe\r\n$-1\r\n:0\r\n']), soon)
    bare.terminate()
  })

  test('says so where a frame of RESP ends within a command, and carries nothing of it out', async () => {
    await redis.command('DEL', 'whole')
    const whole = '*3\r\n$3\r\nSET\r\n$5\r\nwhole\r\n$1\r\n1\r\n'
    for (const part of ['*', '*2\r\n', '*2\r\n$3\r\nGET\r\n', '*2\r\n$3\r\nGET\r\n$5\r\nwho']) {
      const [socket, received] = await open(address('raw'))
      socket.send(whole + part)
      socket.send('*1\r\n$4\r\nPING\r\n')
      await vi.waitFor(() => expect(received).toHaveLength(2), soon)
      expect(received).toEqual([expect.stringMatching(/^-ERR The frame ends within a command/), '+PONG\r\n'])
      socket.terminate()
    }
    expect(await redis.command('EXISTS', 'whole')).toBe(0)
  })

  test('obeys the same rules as requests', async () => {
    const [socket, received] = await open(address('json'))
    for (const frame of ['["flushall"]', '["CONFIG","GET","*"]', '["MULTI"]', 'no JSON', '[]'])
      socket.send(frame)
    await vi.waitFor(() => expect(received).toHaveLength(5), soon)
    expect(received.every((frame) => frame.startsWith('{"error":'))).toBe(true)
    socket.terminate()
    const refused = new WebSocket(address('json'), { headers: { Origin: 'http://evil.example' } })
    const [, response] = (await once(refused, 'unexpected-response')) as [unknown, { statusCode: number }]
    expect(response.statusCode).toBe(403)
    refused.on('error', () => {
      // Ended before it was open, as it should be.
    })
    refused.terminate()
  })

  test('lets go of a command that waits when it ends', async () => {
    const [socket] = await open(address('json'))
    const blocked = async (): Promise<string> =>
      /blocked_clients:(\d+)/.exec(String(await redis.command('INFO')))?.[1] ?? ''
    socket.send('["BLPOP","never",0]')
    await vi.waitFor(async () => expect(await blocked()).toBe('1'), soon)
    socket.close()
    await vi.waitFor(async () => expect(await blocked()).toBe('0'), soon)
  })
})
