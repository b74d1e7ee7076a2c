/** The OpenAPI document of the gateway: valid, where it should be, and true. */
import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formats } from '../../../src/gateway/command-url/formats.ts'
import { type RedisServer, startRedis, until } from '../redis/redis-server.ts'
import type { Parsed } from '../server/parsed.ts'
import { type Running, run } from '../server/running.ts'

let redis: RedisServer
let running: Running
let document: Parsed

beforeAll(async () => {
  redis = await startRedis()
  running = await run({ redisUrl: redis.url, gateway: { port: 'any' } })
  document = await (await fetch(`http://127.0.0.1:${running.httpPort}/redis/openapi.json`)).json()
  await until(async () => (await fetch(`http://127.0.0.1:${running.httpPort}/redis/PING`)).status === 200)
})

afterAll(async () => {
  await running.server.close()
  await redis[Symbol.asyncDispose]()
})

describe('the document', () => {
  test('is OpenAPI 3.1 wherever the gateway stands, also where it has no Redis', async () => {
    const without = await run({})
    for (const url of [
      `http://127.0.0.1:${running.httpPort}/redis/openapi.json`,
      `http://127.0.0.1:${running.httpPort}/rest/openapi.json`,
      `http://127.0.0.1:${running.gatewayPort}/openapi.json`,
      `http://127.0.0.1:${without.httpPort}/rest/openapi.json`,
    ]) {
      const response = await fetch(url)
      expect(response.headers.get('content-type')).toBe('application/json')
      const validator = new Validator()
      expect(await validator.validate((await response.json()) as Parsed)).toMatchObject({ valid: true })
      expect(validator.version).toBe('3.1')
    }
    await without.server.close()
  })

  test('has a reference to nothing that is not there, and all operations a name of their own', () => {
    const text = JSON.stringify(document)
    const places = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map((match) => match[1]!)
    expect(places.length).toBeGreaterThan(50)
    for (const place of places)
      expect(
        place.split('/').reduce((value, key) => value?.[key], document),
        place,
      ).toBeDefined()
    const names = [...text.matchAll(/"operationId":"(\w+)"/g)].map((match) => match[1])
    expect(new Set(names).size).toBe(names.length)
  })

  test('names every format', () => {
    const { description, responses } = document.paths['/redis/{command}/{arguments}'].get
    for (const [extension, { contentType }] of formats) {
      expect(description).toContain(`\`.${extension}\``)
      expect(Object.keys(responses['200'].content)).toContain(contentType)
    }
  })

  test('on the own port has command URLs at the root, and no REST style', async () => {
    const own = await (await fetch(`http://127.0.0.1:${running.gatewayPort}/openapi.json`)).json()
    expect(Object.keys((own as { paths: object }).paths)).toEqual([
      '/',
      '/{command}',
      '/{command}/{arguments}',
    ])
  })

  const requests: [path: string, method: string, url: string, init: RequestInit][] = [
    ['/redis/', 'post', '/redis/', { method: 'POST', body: 'SET/hello/world' }],
    ['/redis/{command}', 'get', '/redis/PING', {}],
    ['/redis/{command}', 'put', '/redis/PING', { method: 'PUT', body: 'x' }],
    ['/redis/{command}/{arguments}', 'get', '/redis/GET/hello', {}],
    ['/redis/{command}/{arguments}', 'put', '/redis/SET/hello', { method: 'PUT', body: 'world' }],
    ['/rest', 'post', '/rest', { method: 'POST', body: '["GET","hello"]' }],
    ['/rest/pipeline', 'post', '/rest/pipeline', { method: 'POST', body: '[["GET","hello"]]' }],
    ['/rest/multi-exec', 'post', '/rest/multi-exec', { method: 'POST', body: '[["GET","hello"]]' }],
    ['/rest/subscribe/{channel}', 'get', '/rest/subscribe/news', {}],
    ['/rest/psubscribe/{pattern}', 'get', '/rest/psubscribe/n*', {}],
    ['/rest/monitor', 'get', '/rest/monitor', {}],
    ['/rest/{command}/{arguments}', 'get', '/rest/get/hello', {}],
    ['/rest/{command}/{arguments}', 'post', '/rest/set/hello', { method: 'POST', body: 'world' }],
  ]

  test.each(requests)('tells of %s, %s what it really answers', async (path, method, url, init) => {
    const { responses } = document.paths[path][method]
    const leave = new AbortController()
    const response = await fetch(`http://127.0.0.1:${running.httpPort}${url}`, {
      ...init,
      signal: leave.signal,
    })
    const described = responses[String(response.status)]
    expect(described, `${response.status} is described`).toBeDefined()
    const { content } =
      described.content === undefined ? document.components.responses[response.status] : described
    const type = response.headers.get('content-type')?.replace('; charset=utf-8', '')
    expect(Object.keys(content).map((one) => one.replace('; charset=utf-8', ''))).toContain(type)
    expect(response.headers.get('x-request-id')).not.toBeNull()
    leave.abort()
  })

  test('tells of every path, and of nothing else', () => {
    const told = Object.entries(document.paths as Record<string, Record<string, unknown>>).flatMap(
      ([path, item]) =>
        Object.keys(item)
          .filter((method) => method !== 'parameters')
          .map((method) => `${method} ${path}`),
    )
    expect(told.toSorted()).toEqual(requests.map(([path, method]) => `${method} ${path}`).toSorted())
  })
})
