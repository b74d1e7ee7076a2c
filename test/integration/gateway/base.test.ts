/** The gateway's address without its slash, and bodies with one: both mean what they would without the difference. */
import { afterAll, beforeAll, expect, test } from 'vitest'
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

const onServer = (path: string): string => `http://127.0.0.1:${running.httpPort}${path}`

test('a body may begin with a slash', async () => {
  const post = async (body: string): Promise<unknown> =>
    (await fetch(onServer('/redis/'), { method: 'POST', body })).json()
  expect(await post('/SET/a/1')).toEqual({ SET: [true, 'OK'] })
  expect(await post('/GET/a')).toEqual({ GET: '1' })
  expect(await post('/3/GET/a')).toEqual({ GET: null })
  expect(await post('//GET/a')).toEqual({
    error: 'The path names no command: it should end in one, like GET/key.',
  })
})

test('/redis is the same as /redis/', async () => {
  for (const path of ['/redis', '/redis/', '/redis?strict']) {
    const response = await fetch(onServer(path))
    expect([response.status, await response.json()]).toEqual([
      400,
      { error: 'The path names no command: it should end in one, like GET/key.' },
    ])
    const posted = await fetch(onServer(path), { method: 'POST', body: 'PING' })
    expect(await posted.json()).toEqual({ PING: [true, 'PONG'] })
  }
})

test('what only begins like it is nothing', async () => {
  const response = await fetch(onServer('/redistribution'))
  expect([response.status, await response.text()]).toEqual([404, 'There is nothing at /redistribution.\n'])
})
