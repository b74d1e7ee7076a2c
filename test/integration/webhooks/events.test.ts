import { afterEach, expect, it } from 'vitest'
import { newWebhookSecret } from '../../../src/server/webhooks/signature.ts'
import { connected, subscribed } from '../centrifuge/clients.ts'
import { until } from '../server/peers.ts'
import { type Changes, type Running, run } from '../server/running.ts'
import { scrape } from '../server/scrape.ts'
import { answer, BackEnd } from './back-end.ts'

const opened: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close()
})

interface Event {
  readonly id: string
  readonly type: string
  readonly client: string
  readonly [key: string]: unknown
}

async function withBackEnd(changes: Changes['webhooks'] = {}) {
  const secret = newWebhookSecret()
  const backEnd = await BackEnd.start([secret])
  const running = await run({ webhooks: { events: backEnd.url('/events'), secrets: [secret], ...changes } })
  opened.push(
    () => backEnd[Symbol.asyncDispose](),
    () => running.server.close(),
  )
  const taken = (): Event[] => backEnd.of('/events').flatMap(({ body }) => body.events)
  return { backEnd, running, taken }
}

/** Comes, enters a room, leaves it, and goes. */
async function visit({ httpPort }: Running, channel: string): Promise<void> {
  const centrifuge = await connected(httpPort)
  const { subscription } = await subscribed(centrifuge, channel)
  subscription.unsubscribe()
  await centrifuge.rpc('none', null).catch(() => {
    // The server has seen what came before.
  })
  centrifuge.disconnect()
}

it('a back end is told who came and went, in order and signed', async () => {
  const { backEnd, running, taken } = await withBackEnd()
  await visit(running, 'club')
  await until('four events have come', () => taken().length === 4)
  const told = taken()
  expect(told.map(({ type, channel }) => [type, channel])).toEqual([
    ['connected', undefined],
    ['subscribed', 'club'],
    ['unsubscribed', 'club'],
    ['disconnected', undefined],
  ])
  expect(new Set(told.map((event) => event.client)).size).toBe(1)
  expect(told[3]).toMatchObject({ code: 3000, reason: 'connection closed', user: '', transport: 'websocket' })
  expect(Math.abs(Number(told[0]!.time) - Date.now())).toBeLessThan(60_000)
  for (const { headers, signedWith } of backEnd.of('/events')) {
    expect(signedWith).toEqual([0])
    expect(headers['webhook-id']).toMatch(/^events_/)
  }
})

it('hears only of what it wants to', async () => {
  const { running, taken } = await withBackEnd({ eventTypes: ['disconnected'] })
  await visit(running, 'club')
  await until('it has come', () => taken().length === 1)
  expect(taken().map(({ type }) => type)).toEqual(['disconnected'])
})

it('is told again, under the same id, until it has taken it; nothing is lost and nothing overtaken', async () => {
  const { backEnd, running, taken } = await withBackEnd()
  let refusals = 3
  backEnd.on('/events', (_asked, response) => answer(response, {}, refusals-- > 0 ? 500 : 200))
  for (let n = 0; n < 3; n++) await visit(running, `room${n}`)
  const accepted = (): Event[] => [...new Map(taken().map((event) => [event.id, event])).values()]
  await until('all have come', () => accepted().length === 12)
  const calls = backEnd.of('/events')
  expect(new Set(calls.slice(0, 4).map(({ headers }) => headers['webhook-id'])).size).toBe(1)
  expect(new Set(calls.slice(0, 4).map(({ body }) => JSON.stringify(body))).size).toBe(1)
  const entered = accepted().filter(({ type }) => type === 'subscribed')
  expect(entered.map(({ channel }) => channel)).toEqual(['room0', 'room1', 'room2'])
})

it('that is down hears of the newest later; the oldest beyond the bound are dropped, and counted', async () => {
  const { backEnd, running, taken } = await withBackEnd({ queuedEvents: 6 })
  await backEnd.down()
  for (let n = 0; n < 5; n++) await visit(running, `room${n}`)
  const value = async (name: string) => (await scrape(running.httpPort)).value(name)
  await until(
    'fourteen are dropped',
    async () => (await value('longwire_webhook_events_total{outcome="dropped"}')) === 14,
  )
  expect(await value('longwire_webhook_queued_events')).toBe(6)
  await backEnd.up()
  await until('six have come', () => taken().length >= 6)
  expect(taken().at(-1)).toMatchObject({ type: 'disconnected' })
  await until(
    'six are delivered',
    async () => (await value('longwire_webhook_events_total{outcome="delivered"}')) === 6,
  )
})

it('hears of those who had to go with a server that drains, before it ends', async () => {
  const { running, taken } = await withBackEnd()
  const centrifuge = await connected(running.httpPort)
  opened.push(() => centrifuge.disconnect())
  await running.server.drain()
  expect(taken().at(-1)).toMatchObject({ type: 'disconnected', code: 3001 })
})
