import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type RedisServer, startRedis } from '../integration/redis/redis-server.ts'
import { type Running, run } from '../integration/server/running.ts'
import { useChromium } from './chromium.ts'

const browser = useChromium()
/** Somebody else's page; and who hears what it asks of addresses that are not the gateway's. */
let other: Server
let asked: string[]
let redis: RedisServer
let running: Running

const html = '<!doctype html><title>elsewhere</title>'

beforeAll(async () => {
  asked = []
  other = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.setHeader('Content-Type', 'text/html').end(html)
  })
  other.listen(0, '127.0.0.1')
  await once(other, 'listening')
  redis = await startRedis()
  running = await run({ redisUrl: redis.url, gateway: { port: 'any' } })
})
afterAll(async () => {
  other.closeAllConnections()
  other.close()
  await running.server.close()
  await redis[Symbol.asyncDispose]()
})

/** All that a page may ask of another without being allowed to read the answer; runs in the page. */
const tries = `(base, key) => {
  const loaded = (element) =>
    new Promise((resolve) => {
      element.onload = resolve
      element.onerror = resolve
      document.body.append(element)
    })
  const socket = new WebSocket(base.replace('http', 'ws') + '/.json')
  return Promise.allSettled([
    loaded(Object.assign(document.createElement('img'), { src: base + '/SET/' + key + '-image/1' })),
    loaded(Object.assign(document.createElement('iframe'), { src: base + '/SET/' + key + '-frame/1' })),
    fetch(base + '/SET/' + key + '-get/1', { mode: 'no-cors' }),
    fetch(base + '/', { mode: 'no-cors', method: 'POST', body: 'SET/' + key + '-post/1' }),
    new Promise((resolve) => {
      socket.onopen = () => socket.send(JSON.stringify(['SET', key + '-socket', '1']))
      socket.onmessage = resolve
      socket.onerror = resolve
    }),
  ])
}`

it('somebody else’s page writes nothing to Redis, by whatever name of this machine it asks', async () => {
  const otherPort = (other.address() as AddressInfo).port
  const page = await browser().newPage()
  await page.goto(`http://elsewhere.localhost:${otherPort}/`)
  const hosts = ['127.0.0.1', 'localhost', '0.0.0.0', '[::ffff:127.0.0.1]', '127.1', '2130706433']
  for (const [place, host] of hosts.entries()) {
    const key = `h${place}`
    const call = (base: string): Promise<unknown> =>
      page.evaluate(`(${tries})(${JSON.stringify(base)}, ${JSON.stringify(key)})`)
    await call(`http://${host}:${running.gatewayPort}`)
    await call(`http://${host}:${otherPort}`)
    // The page really has asked: somebody who does not look at who asks got it.
    expect(asked).toContain(`/SET/${key}-image/1`)
  }
  expect(await redis.command('KEYS', '*')).toEqual([])
  await page.close()
})
