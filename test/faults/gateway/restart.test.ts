/**
 * Redis is killed and started again under load, in every style: meanwhile clients get 503 with Retry-After, nobody ever
 * gets a reply that belongs to another request, and afterwards all works by itself.
 */
import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { startRedis, until } from '../../integration/redis/redis-server.ts'
import { run } from '../../integration/server/running.ts'

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

function ask(agent: Agent, port: number, path: string, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST'
    const request = httpRequest({ port, path, method, agent }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => {
        text += part
      })
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
      )
    })
    request.on('error', reject)
    request.end(body)
  })
}

test('Redis may come and go under load: 503 meanwhile, never a wrong reply, and it recovers by itself', async () => {
  const redis = await startRedis()
  const { server, httpPort, gatewayPort } = await run({ redisUrl: redis.url, gateway: { port: 'any' } })
  const agent = new Agent({ keepAlive: true, maxSockets: 32 })
  let isRunning = true
  const wrong: unknown[] = []
  /** By style: how often each status was seen. */
  const seen = new Map<string, Map<number, number>>()
  const note = (style: string, status: number): void => {
    const statuses = seen.get(style) ?? new Map<number, number>()
    seen.set(style, statuses.set(status, (statuses.get(status) ?? 0) + 1))
  }
  const sees = (style: string, status: number): number => seen.get(style)?.get(status) ?? 0
  const styles: Readonly<
    Record<string, (word: string) => readonly [answer: Promise<Answer>, right: string]>
  > = {
    'own port': (word) => [ask(agent, gatewayPort, `/ECHO/${word}`), `{"ECHO":"${word}"}`],
    '/redis': (word) => [ask(agent, httpPort, `/redis/ECHO/${word}.txt`), word],
    '/rest': (word) => [ask(agent, httpPort, '/rest', `["ECHO","${word}"]`), `{"result":"${word}"}`],
    pipeline: (word) => [
      ask(agent, httpPort, '/rest/pipeline', `[["ECHO","${word}"],["ECHO","${word}!"]]`),
      `[{"result":"${word}"},{"result":"${word}!"}]`,
    ],
    'multi-exec': (word) => [
      ask(agent, httpPort, '/rest/multi-exec', `[["ECHO","${word}"]]`),
      `[{"result":"${word}"}]`,
    ],
  }
  const clients = Object.entries(styles).flatMap(([style, send]) =>
    [0, 1, 2].map(async (client) => {
      for (let round = 0; isRunning; round++) {
        const [answer, right] = send(`${style.replace(' ', '-')}.${client}.${round}`.replaceAll('/', '-'))
        const { status, headers, body } = await answer
        note(style, status)
        if (status === 200 ? body !== right : status !== 503 || headers['retry-after'] !== '1')
          wrong.push({ style, status, body, right })
      }
    }),
  )
  const socket = new WebSocket(`ws://127.0.0.1:${httpPort}/redis/.json`)
  await new Promise((resolve) => socket.once('open', resolve))
  const asked: string[] = []
  const echo = (): void => {
    asked.push(`socket.${asked.length}`)
    socket.send(JSON.stringify(['ECHO', asked.at(-1)]))
  }
  let answered = 0
  socket.on('message', (frame: Buffer) => {
    const right = `{"ECHO":"${asked[answered++]}"}`
    const text = frame.toString()
    note('websocket', text === right ? 200 : 503)
    if (text !== right && !text.startsWith('{"error":')) wrong.push({ style: 'websocket', text, right })
    if (isRunning) echo()
  })
  echo()
  echo()
  const all = [...Object.keys(styles), 'websocket']
  for (let outage = 0; outage < 3; outage++) {
    const before = all.map((style) => sees(style, 200))
    await until(() => all.every((style, index) => sees(style, 200) > before[index]! + 5), 30_000)
    const failures = all.map((style) => sees(style, 503))
    await redis.stop()
    await until(() => all.every((style, index) => sees(style, 503) > failures[index]!), 30_000)
    await redis.start()
  }
  const before = all.map((style) => sees(style, 200))
  await until(() => all.every((style, index) => sees(style, 200) > before[index]! + 5), 30_000)
  isRunning = false
  await Promise.all(clients)
  expect(wrong).toEqual([])
  socket.terminate()
  agent.destroy()
  await server.close()
  await redis[Symbol.asyncDispose]()
}, 120_000)
