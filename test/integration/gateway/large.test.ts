/** Large values and long lists through every format, carrier and style: what goes in comes out. */
import { createHash, randomBytes } from 'node:crypto'
import { decode as decodeMessagePack } from '@msgpack/msgpack'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RedisServer, startRedis, until } from '../redis/redis-server.ts'
import { type Running, run } from '../server/running.ts'
import { talk } from './raw-client.ts'

const mebibyte = 1024 * 1024

let redis: RedisServer
let running: Running
let base: string

beforeAll(async () => {
  redis = await startRedis()
  running = await run({
    redisUrl: redis.url,
    // On a busy machine 64 MiB take their time.
    gateway: { port: 'any', commandTimeoutMs: 60_000 },
  })
  base = `http://127.0.0.1:${running.gatewayPort}`
  await until(async () => (await fetch(`${base}/PING`)).status === 200)
})

afterAll(async () => {
  await running.server.close()
  await redis[Symbol.asyncDispose]()
})

const hash = (bytes: Uint8Array): string => createHash('sha1').update(bytes).digest('hex')

async function bytesOf(url: string, init: RequestInit = {}): Promise<Buffer> {
  const response = await fetch(url, init)
  expect(response.status).toBe(200)
  return Buffer.from(await response.arrayBuffer())
}

/** The same text, of so many bytes, with all that JSON escapes. */
function textOf(bytes: number): Buffer {
  const piece = Buffer.from('plain, "quoted", back\\slash, новый, 値 😀\u0000\n')
  const text = Buffer.alloc(bytes, piece)
  // Not within a character.
  return text.subarray(0, text.lastIndexOf('\n') + 1)
}

describe.each([1, 64])('a value of %i MiB', (mebibytes) => {
  test.each([
    ['bytes', (): Buffer => randomBytes(mebibytes * mebibyte)],
    ['text', (): Buffer => textOf(mebibytes * mebibyte)],
    ['plain text', (): Buffer => Buffer.alloc(mebibytes * mebibyte, 'plain text. ')],
  ])(
    'of %s is the same in every format',
    async (kind, make) => {
      const value = make()
      const sum = hash(value)
      const put = await fetch(`${base}/SET/large`, { method: 'PUT', body: value })
      expect(await put.text()).toBe('{"SET":[true,"OK"]}')
      const plain = await fetch(`${base}/GET/large.bin`)
      expect(plain.headers.get('content-length')).toBe(String(value.length))
      expect(hash(Buffer.from(await plain.arrayBuffer()))).toBe(sum)
      const raw = await bytesOf(`${base}/GET/large.raw`)
      const head = `$${value.length}\r\n`
      expect(raw.toString('latin1', 0, head.length)).toBe(head)
      expect(raw.toString('latin1', raw.length - 2)).toBe('\r\n')
      expect(hash(raw.subarray(head.length, -2))).toBe(sum)
      const { GET: shown } = JSON.parse((await bytesOf(`${base}/GET/large`)).toString())
      expect(hash(kind === 'bytes' ? Buffer.from(shown.base64, 'base64') : Buffer.from(shown))).toBe(sum)
      const { GET: base64 } = JSON.parse((await bytesOf(`${base}/GET/large?encoding=base64`)).toString())
      expect(hash(Buffer.from(base64, 'base64'))).toBe(sum)
      const packed = decodeMessagePack(await bytesOf(`${base}/GET/large.msg`)) as { GET: Uint8Array }
      expect(hash(packed.GET)).toBe(sum)
      const rest = `http://127.0.0.1:${running.httpPort}/rest`
      const { result } = JSON.parse((await bytesOf(`${rest}/get/large`)).toString())
      expect(hash(kind === 'bytes' ? Buffer.from(result.base64, 'base64') : Buffer.from(result))).toBe(sum)
      const encoded = await bytesOf(`${rest}/get/large`, { headers: { 'Upstash-Encoding': 'base64' } })
      expect(hash(Buffer.from(JSON.parse(encoded.toString()).result, 'base64'))).toBe(sum)
      const resp = await bytesOf(`${rest}/get/large`, { headers: { 'Upstash-Response-Format': 'resp2' } })
      expect(resp.equals(raw)).toBe(true)
    },
    120_000,
  )
})

describe('a long list', () => {
  const count = 200_000
  const items = Array.from({ length: count }, (_, index) => `item ${index} é"`)

  beforeAll(async () => {
    for (let at = 0; at < count; at += 20_000)
      await redis.command('RPUSH', 'list', ...items.slice(at, at + 20_000))
  })

  test('is whole in every format', async () => {
    const { LRANGE } = JSON.parse((await bytesOf(`${base}/LRANGE/list/0/-1`)).toString())
    expect(LRANGE).toEqual(items)
    expect((await bytesOf(`${base}/LRANGE/list/0/-1.txt`)).toString()).toBe(items.join(''))
    const bulk = items.map((item) => `$${Buffer.byteLength(item)}\r\n${item}\r\n`).join('')
    expect((await bytesOf(`${base}/LRANGE/list/0/-1.raw`)).toString()).toBe(`*${count}\r\n${bulk}`)
    const packed = decodeMessagePack(await bytesOf(`${base}/LRANGE/list/0/-1.msg`)) as {
      LRANGE: Uint8Array[]
    }
    expect(packed.LRANGE).toHaveLength(count)
    const rest = `http://127.0.0.1:${running.httpPort}/rest`
    const { result } = JSON.parse((await bytesOf(`${rest}/lrange/list/0/-1`)).toString())
    expect(result).toEqual(items)
    const pipeline = await bytesOf(`${rest}/pipeline`, {
      method: 'POST',
      body: '[["LLEN","list"],["LRANGE","list",0,-1],["INCR","list"]]',
    })
    const outcomes = JSON.parse(pipeline.toString())
    expect([outcomes[0], outcomes[1].result.length]).toEqual([{ result: count }, count])
    expect(outcomes[2].error).toMatch(/WRONGTYPE/)
  }, 60_000)

  test('comes whole to who asks for others before and behind it', async () => {
    const get = (path: string, more = ''): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`
    const said = await talk(
      running.gatewayPort,
      get('/ECHO/first') + get('/LRANGE/list/0/-1') + get('/ECHO/last', 'Connection: close\r\n'),
    )
    expect(said.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(3)
    expect(said).toContain('item 199999')
    expect(said.endsWith('{"ECHO":"last"}')).toBe(true)
  })

  test('ends with its connection for a client of HTTP/1.0', async () => {
    const said = await talk(running.gatewayPort, 'GET /LRANGE/list/0/-1 HTTP/1.0\r\nHost: localhost\r\n\r\n')
    expect(said).not.toMatch(/transfer-encoding/i)
    expect(JSON.parse(Buffer.from(said.slice(said.indexOf('\r\n\r\n') + 4), 'latin1').toString())).toEqual({
      LRANGE: items,
    })
  })
})

test('a value between 64 KiB and a mebibyte has its tag and its length, and HEAD has both without it', async () => {
  await redis.command('SET', 'middle', Buffer.alloc(200_000, 'x'))
  const whole = await fetch(`${base}/GET/middle`)
  const body = await whole.text()
  const etag = whole.headers.get('etag') ?? ''
  expect(etag).toMatch(/^"~[\w+/=]+"$/)
  expect(whole.headers.get('content-length')).toBe(String(body.length))
  const again = await fetch(`${base}/GET/middle`, { headers: { 'If-None-Match': etag } })
  expect([again.status, await again.text()]).toEqual([304, ''])
  const head = await fetch(`${base}/GET/middle`, { method: 'HEAD' })
  expect([head.headers.get('etag'), head.headers.get('content-length')]).toEqual([etag, String(body.length)])
  const script = await (await fetch(`${base}/GET/middle?callback=show`)).text()
  expect(script).toBe(`show(${body});`)
})

test('a hash of many fields is an object, unless a name is no text', async () => {
  const fields = Object.fromEntries(
    Array.from({ length: 5000 }, (_, index) => [`field ${index}`, `value ${index}`]),
  )
  await redis.command('HSET', 'hash', ...Object.entries(fields).flat())
  expect(JSON.parse((await bytesOf(`${base}/HGETALL/hash`)).toString())).toEqual({ HGETALL: fields })
  await redis.command('HSET', 'hash', Buffer.from([255]), 'x')
  const { HGETALL } = JSON.parse((await bytesOf(`${base}/HGETALL/hash`)).toString())
  expect(HGETALL).toHaveLength(10_002)
})

test('a reply of Redis beyond the limit is refused, and the next request is answered', async () => {
  const small = await run({ redisUrl: redis.url, gateway: { port: 'any', replyBytes: 100_000 } })
  await redis.command('SET', 'beyond', Buffer.alloc(200_000))
  const ask = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${small.gatewayPort}${path}`)
  const refused = await ask('/GET/beyond')
  expect(refused.status).toBe(502)
  await until(async () => (await ask('/PING')).status === 200)
  await small.server.close()
})
