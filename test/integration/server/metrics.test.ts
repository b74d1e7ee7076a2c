import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { Registry } from '../../../src/connection/registry.ts'
import { version } from '../../../src/connection/version.ts'
import { createPool } from '../../../src/redis/create-pool.ts'
import { Metrics } from '../../../src/server/metrics.ts'
import { startRedis, until as untilSo } from '../redis/redis-server.ts'
import { chatter, rawPeer, rawWebSocket, until } from './peers.ts'
import { type Running, run } from './running.ts'
import { readScrape, scrape } from './scrape.ts'

const running: Running[] = []
async function start(...changes: Parameters<typeof run>): Promise<Running> {
  const started = await run(...changes)
  running.push(started)
  return started
}
afterEach(async () => {
  for (const { server } of running.splice(0)) await server.close()
})

describe('GET /metrics', () => {
  it('tells connections by kind, rooms, members and bytes, and what runs', async () => {
    const { httpPort, tcpPort } = await start()
    const ann = await chatter(httpPort, 'room=den&name=Ann')
    await chatter(httpPort, 'room=den&name=Bob')
    const line = await rawPeer(tcpPort)
    await line.got('You are')
    ann.socket.send('x'.repeat(5000))
    await ann.got('x'.repeat(5000))
    const { value, types } = await scrape(httpPort)
    expect(value('longwire_connections{kind="websocket"}')).toBe(2)
    expect(value('longwire_connections{kind="tcp"}')).toBe(1)
    expect(value('longwire_connections_opened_total{kind="websocket"}')).toBe(2)
    expect(value('longwire_rooms')).toBe(2)
    expect(value('longwire_room_members')).toBe(3)
    expect(value('longwire_read_bytes_total{kind="websocket"}')).toBeGreaterThan(5000)
    expect(value('longwire_written_bytes_total{kind="websocket"}')).toBeGreaterThan(10_000)
    expect(value('longwire_draining')).toBe(0)
    expect(value(`longwire_build_info{version="${version}",node="${process.versions.node}"}`)).toBe(1)
    expect(value('process_resident_memory_bytes')).toBeGreaterThan(1_000_000)
    expect(types.get('nodejs_eventloop_lag_p99_seconds')).toBe('gauge')
  })

  it('tells why connections ended, and keeps the bytes of those that have', async () => {
    const { httpPort, health } = await start({ limits: { messageBytes: 1000 } })
    const polite = await chatter(httpPort)
    polite.socket.send('to be counted')
    await polite.got('to be counted')
    polite.socket.close()
    await polite.close
    const loud = await chatter(httpPort)
    loud.socket.send('x'.repeat(2000))
    await loud.close
    await until('both to be gone', async () => (await health()).connections === 0)
    const { value } = await scrape(httpPort)
    const closed = (cause: string) =>
      value(`longwire_connections_closed_total{kind="websocket",cause="${cause}"}`)
    expect([closed('peer-closed'), closed('message-too-large'), closed('outbox-full')]).toEqual([1, 1, 0])
    expect(value('longwire_connections{kind="websocket"}')).toBe(0)
    expect(value('longwire_written_bytes_total{kind="websocket"}')).toBe('to be counted'.length + 2)
  })

  it('counts members that read too slowly', async () => {
    const { httpPort } = await start({ limits: { outboxBytes: 2048 } })
    const slow = await rawWebSocket(httpPort, 'room=den&name=Slow')
    slow.socket.pause()
    const fast = await chatter(httpPort, 'room=den&name=Fast')
    const full = 'longwire_connections_closed_total{kind="websocket",cause="outbox-full"}'
    await until('the slow one to be cut', async () => {
      fast.socket.send('y'.repeat(60_000))
      await new Promise((resolve) => setImmediate(resolve))
      return (await scrape(httpPort)).value(full) === 1
    })
    slow.socket.destroy()
  })

  it('counts who was not admitted, by reason and by status', async () => {
    const { httpPort } = await start({ limits: { connections: 1 } })
    await chatter(httpPort)
    await expect(chatter(httpPort)).rejects.toThrow('503')
    await expect(chatter(httpPort, '', { Origin: 'https://elsewhere.example' })).rejects.toThrow('403')
    const { value } = await scrape(httpPort)
    expect(value('longwire_connections_refused_total{reason="too-many-connections"}')).toBe(1)
    expect(value('longwire_connections_refused_total{reason="draining"}')).toBe(0)
    expect(value('longwire_upgrades_refused_total{status="503"}')).toBe(1)
    expect(value('longwire_upgrades_refused_total{status="403"}')).toBe(1)
  })

  it('follows the conventions for names, and explains each', async () => {
    const { httpPort } = await start()
    const response = await fetch(`http://127.0.0.1:${httpPort}/metrics`)
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    const { types, helps } = readScrape(await response.text())
    const ours = [...types].filter(([name]) => name.startsWith('longwire_'))
    expect(ours.length).toBeGreaterThan(20)
    for (const [name, type] of ours) {
      expect(name).toMatch(type === 'counter' ? /_total$/ : /(?<!_total)$/)
      expect(name).not.toMatch(/_ms\b|millis/)
      expect(helps.get(name)).toMatch(/\.$/)
    }
  })

  it('answers HEAD, and refuses to be written to', async () => {
    const { httpPort } = await start()
    const url = `http://127.0.0.1:${httpPort}/metrics`
    expect((await fetch(url, { method: 'HEAD' })).status).toBe(200)
    expect((await fetch(url, { method: 'POST' })).status).toBe(405)
  })
})

it('a drain shows', async () => {
  const metrics = new Metrics()
  const registry = new Registry()
  metrics.measureConnections(registry)
  await registry.drain(0)
  expect(readScrape(await metrics.text()).value('longwire_draining')).toBe(1)
})

describe('a Redis pool', () => {
  it('of the gateway is measured by the server', async () => {
    await using redis = await startRedis()
    const { httpPort } = await start({ redisUrl: redis.url })
    const answer = await fetch(`http://127.0.0.1:${httpPort}/redis/INCR/n`)
    expect(await answer.json()).toEqual({ INCR: 1 })
    const { value } = await scrape(httpPort)
    expect(value('longwire_redis_up{pool="gateway"}')).toBe(1)
    expect(value('longwire_redis_calls_total{pool="gateway"}')).toBeGreaterThanOrEqual(1)
  })

  it('is measured under its name, until it is taken out', async () => {
    await using server = await startRedis()
    await using redis = createPool(server.url, { size: 2 })
    const metrics = new Metrics()
    const remove = metrics.measureRedisPool('cache', redis)
    expect(() => metrics.measureRedisPool('cache', redis)).toThrow('There is a pool named cache already.')
    for (let count = 0; count < 50; count++) await redis.incr('n')
    await using lease = await redis.acquire()
    await lease.ping()
    const { value } = readScrape(await metrics.text())
    expect(value('longwire_redis_up{pool="cache"}')).toBe(1)
    expect(value('longwire_redis_size{pool="cache"}')).toBe(2)
    expect(value('longwire_redis_calls_total{pool="cache"}')).toBeGreaterThanOrEqual(51)
    expect(value('longwire_redis_connections{pool="cache",state="leased"}')).toBe(1)
    expect(value('longwire_redis_connections{pool="cache",state="busy"}')).toBe(0)
    expect(value('longwire_redis_leases_total{pool="cache"}')).toBe(1)
    expect(value('longwire_redis_waiting{pool="cache",what="lease"}')).toBe(0)
    remove()
    expect(await metrics.text()).not.toContain('pool="cache"')
  })

  it('shows that its server is away, why connections ended, and that they came back', async () => {
    await using server = await startRedis()
    await using redis = createPool(server.url)
    const metrics = new Metrics()
    metrics.measureRedisPool('cache', redis)
    const read = async () => readScrape(await metrics.text()).value
    await redis.ping()
    const closed = once(redis.events, 'close')
    await server.stop()
    const [{ ending }] = await closed
    const waiting = redis.incr('n')
    await untilSo(async () => (await read())('longwire_redis_up{pool="cache"}') === 0)
    let value = await read()
    expect(value(`longwire_redis_closes_total{pool="cache",cause="${ending.cause}"}`)).toBe(1)
    expect(value('longwire_redis_waiting{pool="cache",what="call"}')).toBe(1)
    expect(value('longwire_redis_dial_failures_total{pool="cache"}')).toBeGreaterThan(0)
    await server.start()
    await waiting
    value = await read()
    expect(value('longwire_redis_up{pool="cache"}')).toBe(1)
    expect(value('longwire_redis_reconnects_total{pool="cache"}')).toBe(1)
  })
})
