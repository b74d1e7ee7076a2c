import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RedisServer, startRedis } from '../redis/redis-server.ts'
import { type Running, run } from '../server/running.ts'

const page = readFileSync(new URL('../../../docs/gateway.md', import.meta.url), 'utf8')
const shell = promisify(execFile)

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

/** Commands of the page's console blocks, each with what it shows. */
function examples(): [command: string, shown: string][] {
  const blocks = [...page.matchAll(/```console\n([\s\S]*?)```/g)].map((match) => match[1]!)
  return blocks
    .flatMap((block) => block.split(/^\$ /m).slice(1))
    .map((example) => {
      const [command = '', ...shown] = example.trimEnd().split('\n')
      return [command, shown.join('\n')]
    })
}

test('the page about the gateway shows what its commands really answer', async () => {
  expect(examples().length).toBeGreaterThan(15)
  for (const [command, shown] of examples()) {
    const here = command
      .replaceAll('127.0.0.1:7379', `127.0.0.1:${running.gatewayPort}`)
      .replaceAll('127.0.0.1:9999', `127.0.0.1:${running.httpPort}`)
    const { stdout } = await shell('sh', ['-c', here], { timeout: 10_000 })
    expect([command, stdout.trimEnd()]).toEqual([command, shown])
  }
})
