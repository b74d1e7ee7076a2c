/** Any bytes and any text, as key and as value, through every way in and out. */
import { request } from 'node:http'
import { decode as decodeMessagePack } from '@msgpack/msgpack'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RedisServer, startRedis, until } from '../redis/redis-server.ts'
import { type Running, run } from '../server/running.ts'

let redis: RedisServer
let running: Running
let own: string
let rest: string

beforeAll(async () => {
  redis = await startRedis()
  running = await run({ redisUrl: redis.url, gateway: { port: 'any' } })
  own = `http://127.0.0.1:${running.gatewayPort}`
  rest = `http://127.0.0.1:${running.httpPort}/rest`
  await until(async () => (await fetch(`${own}/PING`)).status === 200)
})

afterAll(async () => {
  await running.server.close()
  await redis[Symbol.asyncDispose]()
})

const escaped = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
const some = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }).map((text) => Buffer.from(text)),
  fc
    .constantFrom('.', '/', '..', '%', '+', ' ', 'a.txt', '{"base64":"x"}', '\r\n', '\0', '"', '\\', 'null')
    .map(Buffer.from),
)

interface Asked {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: Buffer | string
}

/** Not by fetch, for which a word that is a dot, percent-encoded or not, is a step in the path (the URL standard). */
function read(url: string, { method = 'GET', headers = {}, body }: Asked = {}): Promise<Buffer> {
  const [, port, path] = /^http:\/\/127\.0\.0\.1:(\d+)(.*)$/.exec(url)!
  return new Promise((resolve, reject) => {
    const asked = request({ port, path, method, headers }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () =>
        response.statusCode === 200
          ? resolve(Buffer.concat(parts))
          : reject(new Error(`${method} ${path}: ${response.statusCode} ${Buffer.concat(parts)}`)),
      )
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

/** A string of the JSON, or the bytes that stand for none. */
const bytesOf = (shown: string | { base64: string }): Buffer =>
  typeof shown === 'string' ? Buffer.from(shown) : Buffer.from(shown.base64, 'base64')

test('a value comes back as it went, whatever its bytes and its key’s', async () => {
  await fc.assert(
    fc.asyncProperty(
      some,
      some,
      fc.constantFrom('path', 'body', 'put', 'rest', 'rest put'),
      async (key, value, way) => {
        const k = escaped(key)
        const v = escaped(value)
        const puts: Record<typeof way, () => Promise<Buffer>> = {
          path: () => read(`${own}/SET/${k}/${v}`),
          body: () => read(`${own}/`, { method: 'POST', body: `SET/${k}/${v}` }),
          put: () => read(`${own}/SET/${k}`, { method: 'PUT', body: value }),
          rest: () => read(`${rest}/set/${k}/${v}`),
          'rest put': () => read(`${rest}/set/${k}`, { method: 'PUT', body: value }),
        }
        await puts[way]()
        const json = JSON.parse((await read(`${own}/GET/${k}`)).toString())
        expect(bytesOf(json.GET)).toEqual(value)
        const base64 = JSON.parse((await read(`${own}/GET/${k}?encoding=base64`)).toString())
        expect(Buffer.from(base64.GET, 'base64')).toEqual(value)
        expect(await read(`${own}/GET/${k}.bin`)).toEqual(value)
        const raw = Buffer.concat([Buffer.from(`$${value.length}\r\n`), value, Buffer.from('\r\n')])
        expect(await read(`${own}/GET/${k}.raw`)).toEqual(raw)
        const packed = decodeMessagePack(await read(`${own}/GET/${k}.msg`)) as { GET: Uint8Array }
        expect(Buffer.from(packed.GET)).toEqual(value)
        const { result } = JSON.parse((await read(`${rest}/get/${k}`)).toString())
        expect(bytesOf(result)).toEqual(value)
        expect(await read(`${rest}/get/${k}`, { headers: { 'Upstash-Response-Format': 'resp2' } })).toEqual(
          raw,
        )
      },
    ),
    { numRuns: 100 },
  )
}, 60_000)
