/**
 * Requests that two servers could read in two ways, sent to both ports, on fresh connections and behind a good request:
 * each is refused, the connection ends, and what would have been smuggled in is not carried out.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { statusesOf, talk } from '../../integration/gateway/raw-client.ts'
import { type RedisServer, startRedis, until } from '../../integration/redis/redis-server.ts'
import { type Running, run } from '../../integration/server/running.ts'

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

const host = 'Host: localhost\r\n'
/** `PATH` stands for where the style is. */
const smuggled = `GET PATH/SET/smuggled/1 HTTP/1.1\r\n${host}\r\n`
const put = `PUT PATH/SET/key HTTP/1.1\r\n${host}`
const chunked = `${put}Transfer-Encoding: chunked\r\n\r\n`

const attempts: readonly (readonly [name: string, text: string])[] = [
  [
    'a length and chunks',
    `${put}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
  ],
  [
    'chunks and a length',
    `${put}Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\n${smuggled}`,
  ],
  ['two lengths', `${put}Content-Length: 0\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`],
  ['two lengths in one header', `${put}Content-Length: 0, ${smuggled.length}\r\n\r\n${smuggled}`],
  ['the same length twice', `${put}Content-Length: 1\r\nContent-Length: 1\r\n\r\na${smuggled}`],
  ['a negative length', `${put}Content-Length: -1\r\n\r\n${smuggled}`],
  ['a length with a sign', `${put}Content-Length: +1\r\n\r\na${smuggled}`],
  ['a length with a blank in it', `${put}Content-Length: 1 0\r\n\r\n${smuggled}`],
  ['a length in hexadecimal', `${put}Content-Length: 0x1\r\n\r\na${smuggled}`],
  ['a length beyond numbers', `${put}Content-Length: 99999999999999999999\r\n\r\n${smuggled}`],
  ['an empty length', `${put}Content-Length:\r\n\r\n${smuggled}`],
  ['an unknown encoding', `${put}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`],
  ['chunks behind another encoding', `${put}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n${smuggled}`],
  ['identity before chunks', `${put}Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n${smuggled}`],
  ['chunks in quotes', `${put}Transfer-Encoding: "chunked"\r\n\r\n0\r\n\r\n${smuggled}`],
  [
    'chunks twice',
    `${put}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n${smuggled}`,
  ],
  ['chunks with a vertical tab', `${put}Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n${smuggled}`],
  ['chunks behind a blank before the colon', `${put}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${smuggled}`],
  ['chunks in a folded header', `${put}Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n${smuggled}`],
  ['chunks behind a bare CR', `${put}X: a\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`],
  ['chunks behind a bare LF', `${put}X: a\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`],
  ['a blank before the colon', `${put}Content-Length : 1\r\n\r\na${smuggled}`],
  ['a header that begins with a blank', `PUT PATH/SET/key HTTP/1.1\r\n X: a\r\n${host}\r\n${smuggled}`],
  ['a folded header', `${put}X: a\r\n b\r\n\r\n${smuggled}`],
  ['NUL in a header', `${put}X: a\0b\r\n\r\n${smuggled}`],
  ['NUL in the path', `GET PATH/GET/a\0b HTTP/1.1\r\n${host}\r\n${smuggled}`],
  ['a line that ends with LF alone', `GET PATH/GET/a HTTP/1.1\n${host}\r\n${smuggled}`],
  ['headers that end with LF alone', `GET PATH/GET/a HTTP/1.1\r\nHost: localhost\n\n${smuggled}`],
  ['no host', `GET PATH/GET/a HTTP/1.1\r\n\r\n${smuggled}`],
  ['two hosts', `GET PATH/GET/a HTTP/1.1\r\n${host}Host: other\r\n\r\n${smuggled}`],
  ['a header without a colon', `${put}Content-Length 1\r\n\r\n${smuggled}`],
  [
    'an old version with chunks',
    `PUT PATH/SET/key HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
  ],
  ['another version', `GET PATH/GET/a HTTP/1.2\r\n${host}\r\n${smuggled}`],
  ['a second request line in the first', `GET PATH/GET/a HTTP/1.1 ${smuggled}`],
  ['a chunk size that is none', `${chunked}x\r\n\r\n${smuggled}`],
  ['a negative chunk size', `${chunked}-1\r\na\r\n0\r\n\r\n${smuggled}`],
  ['a chunk size with a prefix', `${chunked}0x1\r\na\r\n0\r\n\r\n${smuggled}`],
  ['a chunk size beyond numbers', `${chunked}${'f'.repeat(17)}\r\na\r\n0\r\n\r\n${smuggled}`],
  ['a chunk size with a blank behind it', `${chunked}1 \r\na\r\n0\r\n\r\n${smuggled}`],
  ['a chunk that is longer than its size', `${chunked}1\r\nab\r\n0\r\n\r\n${smuggled}`],
  ['a chunk that ends with LF alone', `${chunked}1\r\na\n0\r\n\r\n${smuggled}`],
  ['a chunk size that ends with LF alone', `${chunked}1\na\r\n0\r\n\r\n${smuggled}`],
  ['a chunk extension with LF in it', `${chunked}1;a\nb\r\na\r\n0\r\n\r\n${smuggled}`],
  ['a chunk extension without an end', `${chunked}1;${'a'.repeat(300)}\r\na\r\n0\r\n\r\n${smuggled}`],
  ['a trailer that is none', `${chunked}0\r\nGET PATH/SET/smuggled/1 HTTP/1.1\r\n\r\n${smuggled}`],
]

describe.each([
  ['the own port', '', () => running.gatewayPort],
  ["the server's port", '/redis', () => running.httpPort],
] as const)('at %s', (_place, path, port) => {
  test.each(attempts)('%s is refused, with nothing behind it', async (_name, text) => {
    const bytes = text.replaceAll('PATH', path)
    const good = `GET ${path}/ECHO/good HTTP/1.1\r\n${host}\r\n`
    for (const before of ['', good]) {
      const said = await talk(port(), `${before}${bytes}`)
      const statuses = statusesOf(said)
      expect(statuses.slice(0, -1)).toEqual(before === '' ? [] : [200])
      expect([400, 413, 501, 505]).toContain(statuses.at(-1))
      expect(said).toMatch(/\r\nConnection: close\r\n/i)
    }
    expect(await redis.command('EXISTS', 'smuggled')).toBe(0)
  })

  test('a chunk extension and a trailer that are well made say nothing', async () => {
    const last = `GET ${path}/ECHO/after HTTP/1.1\r\n${host}Connection: close\r\n\r\n`
    const body = '3;name="value"\r\nabc\r\n0\r\nX-Trailer: a\r\n\r\n'
    const said = await talk(port(), `${chunked.replaceAll('PATH', path)}${body}${last}`)
    expect(statusesOf(said)).toEqual([200, 200])
    expect(said).toContain('{"ECHO":"after"}')
    expect(await redis.command('GET', 'key')).toBe('abc')
  })
})

test('dots and slashes climb nowhere, and line ends in words stay words', async () => {
  const ask = async (path: string): Promise<string> => {
    const said = await talk(running.httpPort, `GET ${path} HTTP/1.1\r\n${host}Connection: close\r\n\r\n`)
    return said.slice(said.indexOf('\r\n\r\n') + 4)
  }
  expect(await ask('/redis/SET/..%2f..%2fetc%2fpasswd/1')).toBe('{"SET":[true,"OK"]}')
  expect(await redis.command('GET', '../../etc/passwd')).toBe('1')
  expect(await ask('/redis/GET/../../../../etc/passwd.txt')).toContain('wrong number of arguments')
  expect(await ask('/redis/../redis/FLUSHALL')).toContain('unknown command')
  expect(await ask('/redis/%2e%2e/health')).toContain('unknown command')
  expect(await ask('/redis/ECHO/%0d%0aX-Injected:%20yes%0d%0a%0d%0abody')).toBe(
    String.raw`{"ECHO":"\r\nX-Injected: yes\r\n\r\nbody"}`,
  )
  expect(await ask('/redis/ECHO/a%0d%0aSET%20smuggled%201%0d%0a')).toContain('SET smuggled')
  expect(await redis.command('EXISTS', 'smuggled')).toBe(0)
  for (const query of ['type=a%0d%0aX-Injected:%20yes', 'jsonp=f%0d%0aX-Injected:%20yes'])
    expect(await ask(`/redis/ECHO/a?${query}`)).not.toContain('X-Injected: yes')
})
