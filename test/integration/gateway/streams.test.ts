import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type RedisServer, startRedis } from '../redis/redis-server.ts'
import { type Running, run } from '../server/running.ts'

let redis: RedisServer
let running: Running
let base: string

beforeAll(async () => {
  redis = await startRedis()
  running = await run({ redisUrl: redis.url, gateway: { port: 'any' } })
  base = `http://127.0.0.1:${running.gatewayPort}`
})

afterAll(async () => {
  await running.server.close()
  await redis[Symbol.asyncDispose]()
})

const soon = { timeout: 5000, interval: 10 }

/** What INFO says of one thing. */
async function info(name: string): Promise<string | undefined> {
  return new RegExp(`^${name}:(.*)$`, 'm').exec(String(await redis.command('INFO')))?.[1]?.trim()
}

async function subscribers(channel: string): Promise<unknown> {
  return redis.command('PUBSUB', 'NUMSUB', channel)
}

/** Reads a stream as text, piece by piece. */
function reader(response: Response): () => Promise<string> {
  const pieces = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  return async () => (await pieces.read()).value ?? ''
}

function open(text: string): Socket {
  const socket = connect(running.gatewayPort, '127.0.0.1')
  socket.on('error', () => {
    // These tests end connections in every way there is.
  })
  socket.write(text)
  return socket
}

/** Reads from the socket until what was read satisfies, or the peer ended. */
function readUntil(socket: Socket, satisfies: (text: string) => boolean): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const read = (chunk: Buffer): void => {
      text += chunk.toString('latin1')
      if (!satisfies(text)) return
      socket.off('data', read)
      resolve(text)
    }
    socket.on('data', read)
    socket.on('close', () => resolve(text))
  })
}

describe('a subscription', () => {
  test('streams an object for each message, and ends when its client leaves', async () => {
    const leave = new AbortController()
    const response = await fetch(`${base}/SUBSCRIBE/news`, { signal: leave.signal })
    const next = reader(response)
    expect(await next()).toBe('{"SUBSCRIBE":["subscribe","news",1]}\n')
    await redis.command('PUBLISH', 'news', 'hello')
    expect(await next()).toBe('{"SUBSCRIBE":["message","news","hello"]}\n')
    await redis.command('PUBLISH', 'news', Buffer.from([255]))
    expect(await next()).toBe('{"SUBSCRIBE":["message","news",{"base64":"/w=="}]}\n')
    leave.abort()
    await vi.waitFor(async () => expect(await subscribers('news')).toEqual(['news', 0]), soon)
  })

  test('to patterns names the pattern, and is a stream of events where they are accepted', async () => {
    const leave = new AbortController()
    const headers = { Accept: 'text/event-stream' }
    const response = await fetch(`${base}/PSUBSCRIBE/new%2a`, { headers, signal: leave.signal })
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    const next = reader(response)
    expect(await next()).toBe('data: {"PSUBSCRIBE":["psubscribe","new*",1]}\n\n')
    await redis.command('PUBLISH', 'newer', 'a\nb')
    expect(await next()).toBe('data: {"PSUBSCRIBE":["pmessage","new*","newer","a\\nb"]}\n\n')
    leave.abort()
    await vi.waitFor(async () => expect(await redis.command('PUBSUB', 'NUMPAT')).toBe(0), soon)
  })

  test('on the connection of earlier requests comes after their replies, and ends when the client resets', async () => {
    const socket = open(
      `GET /PING HTTP/1.1\r\nHost: localhost\r\n\r\nGET /SUBSCRIBE/later HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    )
    const text = await readUntil(socket, (so) => so.includes('later'))
    expect(text.indexOf('PONG')).toBeLessThan(text.indexOf('"subscribe"'))
    socket.resetAndDestroy()
    await vi.waitFor(async () => expect(await subscribers('later')).toEqual(['later', 0]), soon)
  })

  test('without a channel is refused', async () => {
    expect((await fetch(`${base}/SUBSCRIBE`)).status).toBe(400)
  })

  test('by HEAD is refused, in both styles: nobody would read it', async () => {
    const rest = `http://127.0.0.1:${running.httpPort}/rest`
    for (const url of [
      `${base}/SUBSCRIBE/head`,
      `${base}/psubscribe/head`,
      `${rest}/subscribe/head`,
      `${rest}/psubscribe/head`,
      `${rest}/monitor`,
    ]) {
      const { status, headers } = await fetch(url, { method: 'HEAD' })
      expect([url, status, headers.get('allow')]).toEqual([url, 405, 'GET, POST, PUT'])
    }
    expect(await subscribers('head')).toEqual(['head', 0])
  })

  test.each(['news?callback=f', 'news?jsonp=f', 'news?type=text/plain', 'news.msg', 'news.txt', 'news.png'])(
    'as %s, which no stream can be, is refused',
    async (path) => {
      const response = await fetch(`${base}/SUBSCRIBE/${path}`)
      expect([response.status, await response.json()]).toEqual([
        400,
        { error: expect.stringMatching(/^SUBSCRIBE is streamed as JSON/) },
      ])
    },
  )

  test('to a channel with a dot says that it is data', async () => {
    const leave = new AbortController()
    const next = reader(await fetch(`${base}/SUBSCRIBE/news%2etxt`, { signal: leave.signal }))
    expect(await next()).toBe('{"SUBSCRIBE":["subscribe","news.txt",1]}\n')
    leave.abort()
  })

  test('streams RESP where that is asked for', async () => {
    const leave = new AbortController()
    const next = reader(await fetch(`${base}/SUBSCRIBE/bare.raw`, { signal: leave.signal }))
    expect(await next()).toBe('*3\r\n$9\r\nsubscribe\r\n$4\r\nbare\r\n:1\r\n')
    leave.abort()
  })
})

describe('a command that waits for data', () => {
  test('is answered when data comes', async () => {
    const answer = fetch(`${base}/BLPOP/queue/0`)
    await vi.waitFor(async () => expect(await info('blocked_clients')).toBe('1'), soon)
    await redis.command('RPUSH', 'queue', 'job')
    expect(await (await answer).text()).toBe('{"BLPOP":["queue","job"]}')
  })

  test('holds up nobody else, also not on its own connection but behind it', async () => {
    const leave = new AbortController()
    const waiting = fetch(`${base}/BLPOP/never/0`, { signal: leave.signal }).catch(() => 'left')
    await vi.waitFor(async () => expect(await info('blocked_clients')).toBe('1'), soon)
    expect(await (await fetch(`${base}/PING`)).text()).toBe('{"PING":[true,"PONG"]}')
    leave.abort()
    expect(await waiting).toBe('left')
    await vi.waitFor(async () => expect(await info('blocked_clients')).toBe('0'), soon)
  })

  test('ends when its client leaves, however it leaves, and takes nothing for it', async () => {
    for (const leave of ['end', 'resetAndDestroy'] as const) {
      const socket = open('GET /BLPOP/gone/0 HTTP/1.1\r\nHost: localhost\r\n\r\n')
      await vi.waitFor(async () => expect(await info('blocked_clients')).toBe('1'), soon)
      socket[leave]()
      await vi.waitFor(async () => expect(await info('blocked_clients')).toBe('0'), soon)
    }
    await redis.command('RPUSH', 'gone', 'kept')
    expect(await redis.command('LLEN', 'gone')).toBe(1)
  })
})

describe('one connection', () => {
  test('gets a thousand pipelined requests answered in order', async () => {
    const count = 1000
    const requests = Array.from({ length: count }, (_, index) =>
      index % 3 === 0
        ? `PUT /SET/key${index} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nbody`
        : `GET /ECHO/${index}.txt HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    )
    const socket = open(requests.join(''))
    const text = await readUntil(
      socket,
      (so) => so.split('HTTP/1.1 200 OK').length > count && so.endsWith('}'),
    )
    const bodies = [...text.matchAll(/\r\n\r\n(\d+|\{"SET":\[true,"OK"\]\})/g)].map((match) => match[1])
    const expected = Array.from({ length: count }, (_, index) =>
      index % 3 === 0 ? '{"SET":[true,"OK"]}' : `${index}`,
    )
    socket.destroy()
    expect(bodies).toEqual(expected)
  })

  test('that sends its requests and its end at once still gets all replies', async () => {
    const socket = open(
      'GET /PING HTTP/1.1\r\nHost: localhost\r\n\r\nGET /ECHO/last HTTP/1.1\r\nHost: localhost\r\n\r\n',
    )
    socket.end()
    expect(await readUntil(socket, () => false)).toContain('{"ECHO":"last"}')
  })

  test('that reads slowly gets all of it, and others are not held up meanwhile', async () => {
    await redis.command('SET', 'slow', Buffer.alloc(8 * 1024 * 1024, 'x'))
    const socket = open('GET /GET/slow.bin HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
    socket.pause()
    for (let index = 0; index < 20; index++) {
      expect(await (await fetch(`${base}/PING`)).text()).toBe('{"PING":[true,"PONG"]}')
    }
    const all = readUntil(socket, () => false)
    socket.resume()
    const text = await all
    expect(text.length - text.indexOf('\r\n\r\n') - 4).toBe(8 * 1024 * 1024)
  })

  test('that vanishes in the middle of an upload changes nothing', async () => {
    const socket = open('PUT /SET/half HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf')
    const before = running.log.length
    await new Promise<void>((resolve) => socket.once('connect', resolve))
    socket.resetAndDestroy()
    await vi.waitFor(
      () => expect(running.log.slice(before).some(({ msg }) => msg === 'connection closed')).toBe(true),
      soon,
    )
    expect(await redis.command('EXISTS', 'half')).toBe(0)
  })

  test('gets a 400 behind the replies to what came before', async () => {
    const socket = open(
      'GET /ECHO/first HTTP/1.1\r\nHost: localhost\r\n\r\nGET /ECHO/x HTTP/1.1\r\nHost : localhost\r\n\r\n',
    )
    const text = await readUntil(socket, () => false)
    expect([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(['200', '400'])
  })
})

test('a connection that says nothing, or says it too slowly, is let go', async () => {
  const strict = await run({ gateway: { port: 'any', idleTimeoutMs: 200, requestTimeoutMs: 200 } })
  const lasts = async (text: string): Promise<string> => {
    const socket = connect(strict.gatewayPort, '127.0.0.1')
    if (text !== '') socket.write(text)
    return readUntil(socket, () => false)
  }
  expect(await lasts('')).toBe('')
  expect(await lasts('GET / HTTP/1.1\r\nHo')).toContain('HTTP/1.1 408 ')
  await strict.server.close()
})

test('a Redis that goes away costs 503 with Retry-After, and its return nothing', async () => {
  const own = await startRedis()
  const through = await run({ redisUrl: own.url, gateway: { port: 'any' } })
  const ask = (): Promise<Response> => fetch(`http://127.0.0.1:${through.gatewayPort}/INCR/n`)
  expect((await ask()).status).toBe(200)
  await own.stop()
  const down = await ask()
  expect([down.status, down.headers.get('retry-after')]).toEqual([503, '1'])
  await own.start()
  await vi.waitFor(async () => expect((await ask()).status).toBe(200), soon)
  own.freeze()
  await through.server.close()
  await own[Symbol.asyncDispose]()
})

test('a Redis that does not answer in time costs 504', async () => {
  const own = await startRedis()
  const through = await run({ redisUrl: own.url, gateway: { port: 'any', commandTimeoutMs: 200 } })
  const ask = (): Promise<Response> => fetch(`http://127.0.0.1:${through.gatewayPort}/PING`)
  expect((await ask()).status).toBe(200)
  own.freeze()
  expect((await ask()).status).toBe(504)
  own.thaw()
  await through.server.close()
  await own[Symbol.asyncDispose]()
})
