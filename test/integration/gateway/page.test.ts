import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { hashOfToken, newToken } from '../../../src/gateway/access/token.ts'
import { type ConsoleExample, consoleBlocks } from '../docs/console-examples.ts'
import { Terminal } from '../docs/terminal.ts'
import { type RedisServer, startRedis } from '../redis/redis-server.ts'
import { type Running, run } from '../server/running.ts'

const root = join(import.meta.dirname, '../../..')
const token = newToken()
let redis: RedisServer
let folder: string
let running: Running
/** As the page says: started without a Redis. */
let without: Running
/** As the page says: with tokens, a log of requests, and an origin whose pages may use it. */
let guarded: Running

beforeAll(async () => {
  redis = await startRedis()
  folder = await mkdtemp(join(tmpdir(), 'longwire-page-'))
  const command = `exec "${process.execPath}" "${join(root, 'bin/longwire.ts')}" "$@"`
  await writeFile(join(folder, 'longwire'), `#!/bin/sh\n${command}\n`, { mode: 0o755 })
  const [rules] = await jsonBlocks()
  const tokens = join(folder, 'tokens.json')
  await writeFile(tokens, rules!.replace('sha256:…', hashOfToken(token)))
  running = await run({ redisUrl: redis.url, gateway: { port: 'any' } })
  without = await run()
  guarded = await run({
    redisUrl: redis.url,
    allowOrigin: ['https://app.example'],
    gateway: { tokens, accessLogShare: 1 },
  })
})

afterAll(async () => {
  for (const { server } of [running, without, guarded]) await server.close()
  await redis[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

/** The page's blocks of JSON: the rules of a token, and a line of the log. */
async function jsonBlocks(): Promise<string[]> {
  const page = await readFile(join(root, 'docs/gateway.md'), 'utf8')
  return [...page.matchAll(/```json\n([\s\S]*?)```/g)].map((match) => match[1]!)
}

test('the page about the gateway shows what its commands really answer', async () => {
  const blocks = consoleBlocks('docs/gateway.md')
  expect(blocks.flat().length).toBeGreaterThan(50)
  const ports = {
    7379: running.gatewayPort,
    9999: running.httpPort,
    8080: without.httpPort,
    9000: guarded.httpPort,
  }
  // The examples' `node` is the one that the project needs.
  const path = [dirname(process.execPath), folder, process.env.PATH].join(delimiter)
  const answers: ConsoleExample[] = []
  for (const block of blocks) {
    await using terminal = new Terminal({ ports, environment: { TOKEN: token, PATH: path } })
    for (const example of block) answers.push({ ...example, shown: await terminal.shownBy(example) })
  }
  expect(answers).toEqual(blocks.flat())
  // A process for each command takes its time on a busy machine.
}, 180_000)

test('the page shows the line of the log that a request really leaves', async () => {
  const [, line] = await jsonBlocks()
  const shown: Record<string, unknown> = JSON.parse(line!)
  await redis.command('SET', 'shop:door', 'open')
  const response = await fetch(`http://127.0.0.1:${guarded.httpPort}/redis/GET/shop:door`, {
    headers: { Authorization: `Bearer ${token}`, 'X-Request-Id': String(shown.requestId) },
  })
  await response.arrayBuffer()
  const logged = await vi.waitFor(() => {
    const entry = guarded.log.find(({ requestId }) => requestId === shown.requestId)
    expect(entry).toBeDefined()
    return entry
  })
  const { pid: _pid, hostname: _hostname, time, durationMs, ...stable } = logged!
  expect({ ...stable, time: shown.time, durationMs: shown.durationMs }).toEqual(shown)
  expect([typeof time, typeof durationMs]).toEqual(['number', 'number'])
})
