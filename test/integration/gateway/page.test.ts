import { afterAll, beforeAll, expect, test } from 'vitest'
import { consoleExamples, shownBy } from '../docs/console-examples.ts'
import { type RedisServer, startRedis } from '../redis/redis-server.ts'
import { type Running, run } from '../server/running.ts'

let redis: RedisServer
let running: Running

beforeAll(async () => {
  redis = await startRedis()
  running = await run({ redisUrl: redis.url, allowOrigin: ['https://app.example'], gateway: { port: 'any' } })
})

afterAll(async () => {
  await running.server.close()
  await redis[Symbol.asyncDispose]()
})

test('the page about the gateway shows what its commands really answer', async () => {
  const examples = consoleExamples('docs/gateway.md')
  expect(examples.length).toBeGreaterThan(15)
  const ports = { 7379: running.gatewayPort, 9999: running.httpPort }
  for (const example of examples) {
    expect([example.command, await shownBy(example, ports)]).toEqual([example.command, example.shown])
  }
  // A process for each command takes its time on a busy machine.
}, 60_000)
