/** Where the gateway answers otherwise than Webdis does, as docs/gateway.md lists it. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RedisServer, startRedis } from '../redis/redis-server.ts'
import { type Running, run } from '../server/running.ts'

let redis: RedisServer
let running: Running

beforeAll(async () => {
  redis = await startRedis()
  running = await run({ redisUrl: redis.url, gateway: { port: 'any' } })
  await redis.command('SET', 'hello', 'world')
  await redis.command('RPUSH', 'list', 'a', 'b')
})

afterAll(async () => {
  await running.server.close()
  await redis[Symbol.asyncDispose]()
})

test.each<[string, RequestInit, number, string | RegExp]>([
  ['/GET/hello.js', {}, 200, 'world'],
  ['/GET/hello?jsonp=show', {}, 200, 'show({"GET":"world"});'],
  ['/', { method: 'POST', body: 'ECHO/a+b%20c' }, 200, '{"ECHO":"a+b c"}'],
  ['/LRANGE/list/0/-1.txt?sep=,', {}, 200, 'ab'],
  ['/LRANGE/list/0/-1', {}, 200, '{"LRANGE":["a","b"]}'],
  ['/GET/%zz', {}, 400, /percent sign/],
  ['/SELECT/1', {}, 400, /SELECT would change the connection/],
  ['/MULTI', {}, 400, /MULTI would change the connection/],
  ['/', {}, 400, /names no command/],
  ['/GET/hello', { method: 'HEAD' }, 200, ''],
  ['/GET/hello', { method: 'OPTIONS' }, 204, ''],
  ['/GET/hello', { headers: { Origin: 'https://app.example' } }, 403, /^\{"error":"Pages of https:/],
  ['/CONFIG/GET/port', {}, 403, '{"error":"CONFIG is not allowed here."}'],
  ['/EVAL/return%201/0', {}, 403, /EVAL is not allowed here/],
])('%s (%j) is answered with %i and %s', async (path, init, status, body) => {
  const response = await fetch(`http://127.0.0.1:${running.gatewayPort}${path}`, init)
  expect(response.status).toBe(status)
  const text = await response.text()
  if (typeof body === 'string') expect(text).toBe(body)
  else expect(text).toMatch(body)
})
