/** What clients send is stored as they sent it, or refused: never something that only looks like it. */
import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { type RedisServer, startRedis, until } from '../redis/redis-server.ts'
import { type Running, run } from '../server/running.ts'
import { talk } from './raw-client.ts'

let redis: RedisServer
let running: Running
let rest: string

beforeAll(async () => {
  redis = await startRedis()
  running = await run({ redisUrl: redis.url, gateway: { port: 'any' } })
  rest = `http://127.0.0.1:${running.httpPort}/rest`
})

afterAll(async () => {
  await running.server.close()
  await redis[Symbol.asyncDispose]()
})

beforeEach(async () => {
  await redis.command('FLUSHALL')
})

/** Numbers that a double would change, and ones that it would only write differently. */
const numbers = [
  ...['9007199254740993', '-9007199254740993', '123456789012345678901234567890', '123456789.123456789'],
  ...['1.10', '1.0', '-0', '-0.0', '1e2', '1E400', '0.0000001', '7', '-1.5'],
]
/** JSON text with bytes that are no UTF-8. */
const notUtf8 = Buffer.concat([Buffer.from('["SET","k","'), Buffer.from([0xff, 0xfe]), Buffer.from('"]')])
const surrogate = String.raw`["SET","k","\ud800"]`

test('bytes that a path holds without escapes are stored as they came, in every style', async () => {
  const target = Buffer.from('Gr\xfc\xc3\xa9', 'latin1')
  for (const [port, path] of [
    [running.httpPort, '/rest/set/k/'],
    [running.httpPort, '/redis/SET/k/'],
    [running.gatewayPort, '/SET/k/'],
  ] as const) {
    await redis.command('DEL', 'k')
    const request = [`GET ${path}`, target, ' HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n']
    expect(await talk(port, Buffer.concat(request.map((part) => Buffer.from(part))))).toContain('200 OK')
    expect(
      await (await fetch(`${rest}/get/k`, { headers: { 'Upstash-Encoding': 'base64' } })).json(),
    ).toEqual({
      result: target.toString('base64'),
    })
  }
})

describe('a command as JSON in the REST style', () => {
  const post = (path: string, body: string | Buffer): Promise<Response> =>
    fetch(rest + path, { method: 'POST', body })

  /** The command alone, and in the two lists. */
  const places: [path: string, wrap: (command: Buffer) => Buffer][] = [
    ['', (command) => command],
    ['/pipeline', (command) => Buffer.concat([Buffer.from('['), command, Buffer.from(']')])],
    ['/multi-exec', (command) => Buffer.concat([Buffer.from('['), command, Buffer.from(']')])],
  ]

  test.each(numbers)('keeps the number %s as it was written', async (number) => {
    for (const [path, wrap] of places) {
      expect((await post(path, wrap(Buffer.from(`["SET","k",${number}]`)))).status).toBe(200)
      expect(await redis.command('GET', 'k')).toBe(number)
    }
  })

  test('keeps numbers inside of objects and lists that are stored as JSON', async () => {
    await post('', '["SET","k",{"id":9007199254740993,"price":[1.10,{"deep":1e2}],"text":"1.10"}]')
    expect(await redis.command('GET', 'k')).toBe(
      '{"id":9007199254740993,"price":[1.10,{"deep":1e2}],"text":"1.10"}',
    )
    await post('', '["SET","k",[12345678901234567890,null,true]]')
    expect(await redis.command('GET', 'k')).toBe('[12345678901234567890,null,true]')
  })

  test.each([
    ['bytes that are no UTF-8', notUtf8, /UTF-8/],
    ['half of a surrogate pair', Buffer.from(surrogate), /surrogate/],
  ])('is refused with %s, which no text can hold', async (_what, command, sentence) => {
    for (const [path, wrap] of places) {
      const response = await post(path, wrap(command))
      expect([response.status, await response.json()]).toEqual([
        400,
        { error: expect.stringMatching(sentence) },
      ])
    }
    expect(await redis.command('EXISTS', 'k')).toBe(0)
  })

  test('keeps a whole surrogate pair, and half of one where it stays an escape', async () => {
    await post('', String.raw`["SET","k","\ud83d\ude00"]`)
    expect(await redis.command('GET', 'k')).toBe('😀')
    await post('', String.raw`["SET","k",{"a":"\ud800"}]`)
    expect(await redis.command('GET', 'k')).toBe(String.raw`{"a":"\ud800"}`)
  })
})

test('options in the query of the REST style may be any bytes', async () => {
  expect((await fetch(`${rest}/hset/k?field=%ff%00`, { method: 'POST' })).status).toBe(200)
  const stored = await fetch(`${rest}/hget/k/field`)
  expect(await stored.json()).toEqual({ result: { base64: '/wA=' } })
  await fetch(`${rest}/hset/k?a+b=c%2Bd`)
  expect(await redis.command('HGET', 'k', 'a b')).toBe('c+d')
  expect((await fetch(`${rest}/hset/k?field=%zz`)).status).toBe(400)
})

describe('a command as JSON over a WebSocket', () => {
  let socket: WebSocket
  let received: string[]

  beforeEach(async () => {
    received = []
    socket = new WebSocket(`ws://127.0.0.1:${running.gatewayPort}/.json`)
    socket.on('message', (frame: Buffer) => received.push(frame.toString()))
    await once(socket, 'open')
  })

  afterEach(() => socket.terminate())

  async function ask(frame: string | Buffer): Promise<string | undefined> {
    const before = received.length
    socket.send(frame)
    await until(() => received.length > before)
    return received.at(-1)
  }

  test.each(numbers)('keeps the number %s as it was written', async (number) => {
    await ask(`["SET","k",${number}]`)
    expect(await redis.command('GET', 'k')).toBe(number)
  })

  test('is refused with bytes or halves of characters that no text can hold', async () => {
    expect(await ask(notUtf8)).toMatch(/^\{"error":".*UTF-8/)
    expect(await ask(surrogate)).toMatch(/^\{"error":".*surrogate/)
    expect(await redis.command('EXISTS', 'k')).toBe(0)
  })
})

describe('a channel whose name is not UTF-8, which a pattern has matched,', () => {
  const channel = Buffer.from([0x63, 0x68, 0xff])
  const shown = { base64: channel.toString('base64') }

  /** What a stream says of the one message, behind its confirmation. */
  async function heard(url: string): Promise<string> {
    const leave = new AbortController()
    const response = await fetch(url, { signal: leave.signal })
    const pieces = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    await pieces.read()
    await redis.command('PUBLISH', channel, 'hello')
    const { value = '' } = await pieces.read()
    leave.abort()
    return value
  }

  test('stands in command URLs as other bytes do', async () => {
    const own = `http://127.0.0.1:${running.gatewayPort}/PSUBSCRIBE/ch%2a`
    expect(JSON.parse(await heard(own))).toEqual({ PSUBSCRIBE: ['pmessage', 'ch*', shown, 'hello'] })
    expect(JSON.parse(await heard(`${own}?encoding=base64`))).toEqual({
      PSUBSCRIBE: ['pmessage', 'ch*', 'hello']
        .map((text) => Buffer.from(text).toString('base64'))
        .toSpliced(2, 0, shown.base64),
    })
  })

  test('stands in the REST style as other bytes do', async () => {
    const event = await heard(`${rest}/psubscribe/ch%2a`)
    expect(event).toBe(`data: pmessage,ch*,${JSON.stringify(shown)},hello\n\n`)
  })

  test('stands in frames of a WebSocket as other bytes do', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${running.gatewayPort}/.json`)
    const received: string[] = []
    socket.on('message', (frame: Buffer) => received.push(frame.toString()))
    await once(socket, 'open')
    socket.send('["PSUBSCRIBE","ch*"]')
    await until(() => received.length === 1)
    await redis.command('PUBLISH', channel, 'hello')
    await until(() => received.length === 2)
    expect(JSON.parse(received[1] ?? '')).toEqual({ PSUBSCRIBE: ['pmessage', 'ch*', shown, 'hello'] })
    socket.terminate()
  })
})
