import { request as httpRequest } from 'node:http'
import { decode as decodeMessagePack } from '@msgpack/msgpack'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
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

beforeEach(async () => {
  await redis.command('FLUSHALL')
})

async function text(path: string, init?: RequestInit): Promise<string> {
  return (await fetch(base + path, init)).text()
}

/** Status, content type and body. */
async function answer(path: string, init?: RequestInit): Promise<[number, string | null, string]> {
  const response = await fetch(base + path, init)
  return [response.status, response.headers.get('content-type'), await response.text()]
}

/** A request with headers that fetch would not send. */
function raw(path: string, headers: Record<string, string>, method = 'GET'): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(base + path, { method, headers, agent: false }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode ?? 0))
    })
    request.on('error', reject)
    request.end()
  })
}

describe('a command in a URL', () => {
  test('is answered with an object of its name and its reply', async () => {
    expect(await text('/SET/hello/world')).toBe('{"SET":[true,"OK"]}')
    expect(await text('/GET/hello')).toBe('{"GET":"world"}')
    expect(await text('/get/hello')).toBe('{"get":"world"}')
    expect(await text('/GET/none')).toBe('{"GET":null}')
    expect(await text('/INCR/n')).toBe('{"INCR":1}')
    expect(await text('/TYPE/hello')).toBe('{"TYPE":[true,"string"]}')
    expect(await text('/RPUSH/list/a/b')).toBe('{"RPUSH":2}')
    expect(await text('/LRANGE/list/0/-1')).toBe('{"LRANGE":["a","b"]}')
    expect(await text('/HSET/hash/field/value')).toBe('{"HSET":1}')
    expect(await text('/HGETALL/hash')).toBe('{"HGETALL":{"field":"value"}}')
    expect(await text('/GET/list')).toBe(
      '{"GET":[false,"WRONGTYPE Operation against a key holding the wrong kind of value"]}',
    )
    const info = JSON.parse(await text('/INFO')) as { INFO: Record<string, string> }
    expect(info.INFO).toMatchObject({ redis_mode: 'standalone', tcp_port: String(redis.port) })
  })

  test('may be the body of a POST, and its last argument the body of a PUT', async () => {
    expect(await text('/', { method: 'POST', body: 'SET/slash/a%2fb%2ec' })).toBe('{"SET":[true,"OK"]}')
    expect(await text('/GET/slash')).toBe('{"GET":"a/b.c"}')
    const bytes = Buffer.from([0, 255, 13, 10, 47, 37])
    expect(await text('/SET/bytes', { method: 'PUT', body: bytes })).toBe('{"SET":[true,"OK"]}')
    const stored = await fetch(`${base}/GET/bytes.bin`)
    expect(Buffer.from(await stored.arrayBuffer())).toEqual(bytes)
  })

  test('takes percent-encoded dots and slashes for data, and unknown extensions too', async () => {
    await text('/SET/a%2ftxt/1')
    await text('/SET/a%2Etxt/2')
    await text('/SET/a.b/3')
    expect(await text('/GET/a%2ftxt')).toBe('{"GET":"1"}')
    expect(await text('/GET/a%2etxt')).toBe('{"GET":"2"}')
    expect(await text('/GET/a.b')).toBe('{"GET":"3"}')
    expect(await text('/GET/a%2etxt.txt')).toBe('2')
  })

  test('selects a database by a number before it', async () => {
    await text('/SET/where/0')
    expect(await text('/7/SET/where/seven')).toBe('{"SET":[true,"OK"]}')
    expect(await text('/7/GET/where')).toBe('{"GET":"seven"}')
    expect(await text('/GET/where')).toBe('{"GET":"0"}')
    expect(await answer('/16/GET/where')).toMatchObject([
      400,
      'application/json',
      expect.stringContaining('16'),
    ])
  })

  test('keeps line ends in its arguments: they reach Redis as data', async () => {
    await text('/SET/crlf/a%0d%0aSET%20other%201%0d%0a')
    expect(await text('/GET/crlf')).toBe(String.raw`{"GET":"a\r\nSET other 1\r\n"}`)
    expect(await text('/EXISTS/other')).toBe('{"EXISTS":0}')
  })

  test('keeps letters of every alphabet', async () => {
    await text(`/SET/${encodeURIComponent('ключ')}/${encodeURIComponent('値 😀 "quoted"')}`)
    expect(JSON.parse(await text(`/GET/${encodeURIComponent('ключ')}`))).toEqual({ GET: '値 😀 "quoted"' })
  })
})

describe('the format', () => {
  beforeEach(async () => {
    await redis.command('SET', 'key', 'value')
    await redis.command('RPUSH', 'list', 'a', 'b')
  })

  test.each([
    ['/GET/key.txt', 'text/plain; charset=utf-8', 'value'],
    ['/GET/key.html', 'text/html; charset=utf-8', 'value'],
    ['/GET/key.xml', 'text/xml; charset=utf-8', 'value'],
    ['/GET/key.png', 'image/png', 'value'],
    ['/GET/key.jpg', 'image/jpeg', 'value'],
    ['/GET/key.css', 'text/css; charset=utf-8', 'value'],
    ['/GET/key.js', 'text/javascript; charset=utf-8', 'value'],
    ['/GET/key.json', 'application/json', '{"GET":"value"}'],
    ['/GET/key.raw', 'application/octet-stream', '$5\r\nvalue\r\n'],
    ['/GET/none.raw', 'application/octet-stream', '$-1\r\n'],
    ['/LRANGE/list/0/-1.raw', 'application/octet-stream', '*2\r\n$1\r\na\r\n$1\r\nb\r\n'],
    ['/LRANGE/list/0/-1.txt', 'text/plain; charset=utf-8', 'ab'],
    ['/SET/other/1.txt', 'text/plain; charset=utf-8', '+OK'],
    ['/STRLEN/key.txt', 'text/plain; charset=utf-8', '5'],
    ['/GET/key?type=some/thing', 'some/thing', 'value'],
    ['/GET/key?jsonp=show', 'text/javascript; charset=utf-8', 'show({"GET":"value"});'],
    ['/GET/key?callback=a.b', 'text/javascript; charset=utf-8', 'a.b({"GET":"value"});'],
    ['/GET/key?encoding=base64', 'application/json', '{"GET":"dmFsdWU="}'],
  ])('of %s is %s', async (path, type, body) => {
    expect(await answer(path)).toEqual([200, type, body])
  })

  test('.msg is MessagePack, with bytes as bytes', async () => {
    const response = await fetch(`${base}/LRANGE/list/0/-1.msg`)
    expect(response.headers.get('content-type')).toBe('application/x-msgpack')
    const decoded = decodeMessagePack(await response.arrayBuffer())
    expect(decoded).toEqual({ LRANGE: [new Uint8Array([97]), new Uint8Array([98])] })
  })

  test('shows bytes that are no UTF-8 as base64 that says so', async () => {
    await redis.command('SET', 'bytes', Buffer.from([255, 0, 254]))
    await redis.command('HSET', 'hash', Buffer.from([255]), 'v')
    expect(await text('/GET/bytes')).toBe('{"GET":{"base64":"/wD+"}}')
    expect(await text('/GET/bytes?encoding=base64')).toBe('{"GET":"/wD+"}')
    expect(await text('/HGETALL/hash')).toBe('{"HGETALL":[{"base64":"/w=="},"v"]}')
  })
})

describe('a reply has the status', () => {
  test.each<[string, number, string, string?]>([
    ['of a path without a command', 400, '/'],
    ['of a percent sign that encodes nothing', 400, '/GET/%zz'],
    ['of a content type that is none', 400, '/GET/key?type=a%0d%0ab'],
    ['of a callback that is no name', 400, '/GET/key?callback=alert(1)'],
    ['of a command that would change the connection', 400, '/MULTI'],
    ['of a missing value that has no JSON', 404, '/GET/none.txt'],
    ['of a missing value with ?strict', 404, '/GET/none?strict'],
    ['of a method that is none here', 405, '/GET/key', 'DELETE'],
    ['of a dangerous command', 403, '/FLUSHALL'],
    ['of a dangerous command in lower case', 403, '/flushall'],
    ['of a dangerous command with an encoded letter', 403, '/%46lushAll/ASYNC'],
    ['of a subcommand that is dangerous', 403, '/client/kill/x'],
    ['of a script', 403, '/EVAL/return/0'],
    ['of configuration', 403, '/CONFIG/GET/%2a'],
  ])('%s', async (_name, status, path, method = 'GET') => {
    expect((await fetch(base + path, { method })).status).toBe(status)
  })

  test('404 only where the value is missing', async () => {
    await redis.command('SET', 'key', '')
    expect(await answer('/GET/key.txt?strict')).toEqual([200, 'text/plain; charset=utf-8', ''])
  })

  test('304 for who has the value already', async () => {
    await redis.command('SET', 'key', 'value')
    const first = await fetch(`${base}/GET/key`)
    const etag = first.headers.get('etag') ?? ''
    expect(etag).toMatch(/^"[\x21\x23-\x7e]+"$/)
    const again = await fetch(`${base}/GET/key`, { headers: { 'If-None-Match': `"other", W/${etag}` } })
    expect([again.status, again.headers.get('etag'), await again.text()]).toEqual([304, etag, ''])
    await redis.command('SET', 'key', 'changed')
    expect((await fetch(`${base}/GET/key`, { headers: { 'If-None-Match': etag } })).status).toBe(200)
  })

  test('200 and the length, without the value, for HEAD; 204 and the methods for OPTIONS', async () => {
    await redis.command('SET', 'key', 'value')
    const head = await fetch(`${base}/GET/key`, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '15', ''])
    const options = await fetch(`${base}/GET/key`, { method: 'OPTIONS' })
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, HEAD, POST, PUT, OPTIONS'])
  })
})

describe('a browser page of another origin', () => {
  test.each<[string, Record<string, string>, number]>([
    ['that says its origin is refused', { Origin: 'http://evil.example' }, 403],
    ['whose origin is null is refused', { Origin: 'null' }, 403],
    ['that loads an image or a script from here is refused', { 'Sec-Fetch-Site': 'cross-site' }, 403],
    ['on another port of this machine is refused', { 'Sec-Fetch-Site': 'same-site' }, 403],
    ['whose name was made to point here is refused', { Host: 'evil.example' }, 403],
    ['is not what somebody is who types the address', { 'Sec-Fetch-Site': 'none' }, 200],
    [
      'that asks by an address of which browsers do not say who asks is refused',
      { Host: '0.0.0.0:1234' },
      403,
    ],
    ['likewise', { Host: '[::ffff:7f00:1]:1234' }, 403],
    ['whose address others have is refused', { Host: '192.0.2.1' }, 403],
    ['is not what localhost is', { Host: 'localhost:1234' }, 200],
    ['is not what this machine is', { Host: '[::1]:1234' }, 200],
  ])('%s', async (_name, headers, status) => {
    expect(await raw('/SET/a/b', headers)).toBe(status)
  })
})

test('without a Redis there is one clear sentence', async () => {
  const without = await run({ gateway: { port: 'any' } })
  const response = await fetch(`http://127.0.0.1:${without.gatewayPort}/GET/key`)
  expect(response.status).toBe(503)
  expect(await response.json()).toEqual({
    error: 'The gateway has no Redis: start the server with --redis URL.',
  })
  await without.server.close()
})

test('it does not start where others reach it', async () => {
  await expect(run({ redisUrl: redis.url, gateway: { port: 'any', host: '0.0.0.0' } })).rejects.toMatchObject(
    {
      code: 'GATEWAY',
    },
  )
})
