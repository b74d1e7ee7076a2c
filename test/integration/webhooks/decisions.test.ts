import type { Centrifuge } from 'centrifuge'
import { afterEach, describe, expect, it } from 'vitest'
import { newWebhookSecret } from '../../../src/server/webhooks/signature.ts'
import { Caller } from '../api/caller.ts'
import { client, connected, subscribed } from '../centrifuge/clients.ts'
import { protobufClient } from '../centrifuge/protobuf-client.ts'
import { until } from '../server/peers.ts'
import { type Changes, type Running, run } from '../server/running.ts'
import { answer, BackEnd } from './back-end.ts'

const opened: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close()
})

const secret = newWebhookSecret()

/** A server whose hooks are decided by a back end: `/connect`, `/subscribe`, … */
async function withBackEnd(
  hooks: readonly ('connect' | 'refresh' | 'subscribe' | 'subRefresh' | 'publish' | 'rpc')[],
  changes: Changes['webhooks'] = {},
  more: Changes = {},
): Promise<{ backEnd: BackEnd; running: Running; caller: Caller }> {
  const backEnd = await BackEnd.start([secret])
  const caller = new Caller()
  const running = await run({
    rooms: { historySize: 100 },
    api: { keys: [caller.hash] },
    ...more,
    webhooks: {
      ...Object.fromEntries(hooks.map((hook) => [hook, backEnd.url(`/${hook}`)])),
      secrets: [secret],
      ...changes,
    },
  })
  caller.port = running.httpPort
  opened.push(
    () => backEnd[Symbol.asyncDispose](),
    () => running.server.close(),
  )
  return { backEnd, running, caller }
}

async function visitor(running: Running, options = {}): Promise<Centrifuge> {
  const centrifuge = await connected(running.httpPort, options)
  opened.push(() => centrifuge.disconnect())
  return centrifuge
}

/** What an operation of the client rejects with. */
const failure = (
  operation: Promise<unknown>,
): Promise<{ code: number; message: string; temporary?: boolean }> =>
  operation.then(
    () => Promise.reject(new Error('It succeeded.')),
    (error) => error,
  )

describe('a back end', () => {
  it('says who connects, with what, and where they are; and is sure who asks', async () => {
    const { backEnd, running, caller } = await withBackEnd(['connect'], { headers: ['Cookie', 'X-Trace'] })
    backEnd.on('/connect', {
      result: {
        user: 'ann',
        info: { name: 'Ann' },
        data: { hello: 'Ann', big: 1 },
        channels: ['home'],
        subs: { club: { info: { rank: 1 }, data: { topic: 'tea' } } },
      },
    })
    const centrifuge = client(running.httpPort, {
      data: { from: 'test' },
      name: 'page',
      version: '7',
      headers: { 'x-trace': 't1', cookie: 'forged=1', 'x-other': 'no' },
    })
    opened.push(() => centrifuge.disconnect())
    const welcome = new Promise((resolve) => centrifuge.once('connected', resolve))
    centrifuge.connect()
    expect(await welcome).toMatchObject({ data: { hello: 'Ann', big: 1 } })
    const [asked] = backEnd.of('/connect')
    expect(asked!.signedWith).toEqual([0])
    expect(asked!.headers['webhook-id']).toMatch(/^connect_[0-9a-f-]{36}$/)
    expect(asked!.headers).toMatchObject({ 'x-trace': 't1', 'content-type': 'application/json' })
    expect(asked!.headers['x-other']).toBeUndefined()
    expect(asked!.body).toEqual({
      client: expect.any(String),
      transport: 'websocket',
      protocol: 'json',
      encoding: 'json',
      remote_address: '127.0.0.1',
      name: 'page',
      version: '7',
      data: { from: 'test' },
    })
    const { presence } = await caller.result('presence', { channel: 'club' })
    expect(presence[asked!.body.client]).toEqual({
      client: asked!.body.client,
      user: 'ann',
      conn_info: { name: 'Ann' },
      chan_info: { rank: 1 },
    })
    expect((await caller.result('presence_stats', { channel: 'home' })).num_users).toBe(1)
  })

  it('hears what a client speaks, and gets JSON of each', async () => {
    const { backEnd, running } = await withBackEnd(['connect', 'rpc'])
    backEnd.on('/connect', { result: { user: 'ann', data: { hello: 'Ann' } } })
    backEnd.on('/rpc', { result: { data: [1] } })
    const centrifuge = protobufClient(running.httpPort, { data: { from: 'test' } })
    opened.push(() => centrifuge.disconnect())
    const welcome = new Promise((resolve) => centrifuge.once('connected', resolve))
    centrifuge.connect()
    expect(await welcome).toMatchObject({ data: { hello: 'Ann' } })
    expect(await centrifuge.rpc('sum', { a: 1 })).toEqual({ data: [1] })
    const spoken = { transport: 'websocket', protocol: 'protobuf', encoding: 'json' }
    expect(backEnd.of('/connect')[0]!.body).toMatchObject({ ...spoken, data: { from: 'test' } })
    expect(backEnd.of('/rpc')[0]!.body).toMatchObject({ ...spoken, method: 'sum', data: { a: 1 } })
  })

  it('hears the headers of the HTTP request before those that a client writes, with every call', async () => {
    const { backEnd, running } = await withBackEnd(['connect', 'rpc'], {
      headers: ['user-agent2', 'host2', 'cookie'],
    })
    backEnd.on('/connect', { result: { user: 'ann', meta: { plan: 'gold' } } })
    backEnd.on('/rpc', { result: { data: 1 } })
    class WithCookie extends WebSocket {
      constructor(url: string) {
        super(url, { headers: { cookie: 'session=real' } } as never)
      }
    }
    const centrifuge = await visitor(running, {
      websocket: WithCookie,
      headers: { cookie: 'session=forged' },
    })
    await centrifuge.rpc('any', {})
    expect(backEnd.of('/connect')[0]!.headers.cookie).toBe('session=real')
    const [rpc] = backEnd.of('/rpc')
    expect(rpc!.headers.cookie).toBe('session=real')
    expect(rpc!.body).toMatchObject({ user: 'ann', meta: { plan: 'gold' } })
  })

  it('turns clients away, for now or for good', async () => {
    const { backEnd, running } = await withBackEnd(['connect'])
    backEnd.on('/connect', { disconnect: { code: 4501, reason: 'not you' } })
    const away = client(running.httpPort)
    const gone = new Promise((resolve) => away.once('disconnected', resolve))
    away.connect()
    expect(await gone).toMatchObject({ code: 4501, reason: 'not you' })
    backEnd.on('/connect', { error: { code: 1000, message: 'later', temporary: true } })
    const later = client(running.httpPort)
    opened.push(() => later.disconnect())
    later.connect()
    await until('it has asked twice', () => backEnd.of('/connect').length >= 3)
    backEnd.on('/connect', { result: { user: 'bob' } })
    await later.ready(10_000)
  })

  it('says who enters a room, and what they find there', async () => {
    const { backEnd, running } = await withBackEnd(['connect', 'subscribe'])
    backEnd.on('/connect', { result: { user: 'ann' } })
    backEnd.on('/subscribe', (asked, response) => {
      const { channel } = asked.body
      if (channel === 'open') answer(response, { result: { data: { topic: 'tea' }, info: { seat: 3 } } })
      else if (channel === 'shut') answer(response, { error: { code: 403, message: 'members only' } })
      else answer(response, {})
    })
    const centrifuge = await visitor(running)
    const open = centrifuge.newSubscription('open', { data: { why: 'tea' } })
    const entered = new Promise((resolve) => open.once('subscribed', resolve))
    open.subscribe()
    expect(await entered).toMatchObject({ data: { topic: 'tea' } })
    expect(backEnd.of('/subscribe')[0]!.body).toMatchObject({
      user: 'ann',
      channel: 'open',
      data: { why: 'tea' },
    })
    const shut = centrifuge.newSubscription('shut')
    const refused = new Promise((resolve) => shut.once('unsubscribed', resolve))
    shut.subscribe()
    expect(await refused).toMatchObject({ code: 403, reason: 'members only' })
    // Without an opinion the room's options decide.
    await subscribed(centrifuge, 'other')
  })

  it('changes what is published, or refuses it', async () => {
    const { backEnd, running } = await withBackEnd(['publish'])
    backEnd.on('/publish', ({ body: { data } }, response) => {
      if (data.text === 'rude') answer(response, { error: { code: 400, message: 'mind your language' } })
      else if (data.text === 'whisper')
        answer(response, { result: { skip_history: true, tags: { kind: 'whisper' } } })
      else answer(response, { result: { data: { ...data, checked: true } } })
    })
    const centrifuge = await visitor(running)
    const { data, count, subscription } = await subscribed(centrifuge, 'talk')
    await subscription.publish({ text: 'hello' })
    expect(await failure(subscription.publish({ text: 'rude' }))).toMatchObject({
      code: 400,
      message: 'mind your language',
    })
    await subscription.publish({ text: 'whisper' })
    await count(2)
    expect(data).toEqual([{ text: 'hello', checked: true }, { text: 'whisper' }])
    expect((await subscription.history({ limit: 10 })).publications).toHaveLength(1)
  })

  it('keeps the order of one client’s publications, however long each takes to decide', async () => {
    const { backEnd, running } = await withBackEnd(['publish'])
    const held: (() => void)[] = []
    backEnd.on('/publish', (_asked, response) => {
      held.push(() => answer(response, { result: {} }))
      // The last is answered first.
      if (held.length === 20) for (const release of held.toReversed()) release()
    })
    const centrifuge = await visitor(running)
    const { data, count, subscription } = await subscribed(centrifuge, 'order')
    const numbers = Array.from({ length: 20 }, (_, n) => n)
    await Promise.all(numbers.map((n) => subscription.publish(n)))
    await count(20)
    expect(data).toEqual(numbers)
  })

  it('answers calls, and has methods that there are and others', async () => {
    const { backEnd, running } = await withBackEnd(['rpc'])
    backEnd.on('/rpc', ({ body: { method, data } }, response) => {
      if (method === 'sum') answer(response, { result: { data: data.a + data.b } })
      else if (method === 'nothing') answer(response, { result: {} })
      else if (method === 'bad') answer(response, { error: { code: 422, message: 'no such item' } })
      else answer(response, {})
    })
    const centrifuge = await visitor(running)
    expect(await centrifuge.rpc('sum', { a: 1, b: 2 })).toEqual({ data: 3 })
    expect(await centrifuge.rpc('nothing', null)).toEqual({ data: null })
    expect(await failure(centrifuge.rpc('bad', null))).toMatchObject({ code: 422, message: 'no such item' })
    expect(await failure(centrifuge.rpc('other', null))).toMatchObject({ code: 104 })
  })

  it('is asked again when a connection’s time is over, and ends it', async () => {
    const { backEnd, running } = await withBackEnd(['connect', 'refresh'])
    const soon = () => Math.ceil(Date.now() / 1000) + 1
    backEnd.on('/connect', (_asked, response) =>
      answer(response, { result: { user: 'ann', expire_at: soon() } }),
    )
    backEnd.on('/refresh', (_asked, response) => {
      const isFirst = backEnd.of('/refresh').length === 1
      answer(response, { result: isFirst ? { expire_at: soon() } : { expired: true } })
    })
    const centrifuge = await visitor(running)
    const codes: number[] = []
    centrifuge.on('connecting', ({ code }) => codes.push(code))
    await until('the connection has expired', () => codes.length > 0)
    expect(codes).toEqual([3005])
    expect(backEnd.of('/refresh').length).toBe(2)
    expect(backEnd.of('/refresh')[0]!.body).toMatchObject({ user: 'ann', transport: 'websocket' })
  })

  it('is asked the same of subscriptions', async () => {
    const { backEnd, running } = await withBackEnd(['subscribe', 'subRefresh'])
    backEnd.on('/subscribe', (_asked, response) =>
      answer(response, { result: { expire_at: Math.ceil(Date.now() / 1000) + 1 } }),
    )
    backEnd.on('/subRefresh', { result: { expired: true } })
    const centrifuge = await visitor(running)
    const { subscription } = await subscribed(centrifuge, 'club')
    const codes: number[] = []
    subscription.on('subscribing', ({ code }) => codes.push(code))
    await until('the subscription has expired', () => codes.length > 0)
    expect(codes).toEqual([2501])
    expect(backEnd.of('/subRefresh')[0]!.body).toMatchObject({ channel: 'club' })
  })

  it('knows calls by each of several secrets, while one replaces another', async () => {
    const fresh = newWebhookSecret()
    const backEnd = await BackEnd.start([secret, fresh, newWebhookSecret()])
    const running = await run({ webhooks: { rpc: backEnd.url('/rpc'), secrets: [secret, fresh] } })
    opened.push(
      () => backEnd[Symbol.asyncDispose](),
      () => running.server.close(),
    )
    backEnd.on('/rpc', { result: {} })
    await (await visitor(running)).rpc('any', null)
    expect(backEnd.of('/rpc')[0]!.signedWith).toEqual([0, 1])
  })
})

describe('users that a back end has named', () => {
  it('are reached by other programs: all their sessions, one, or all but one', async () => {
    const { backEnd, running, caller } = await withBackEnd(['connect'])
    backEnd.on('/connect', { result: { user: 'ann' } })
    const sessions = await Promise.all([1, 2, 3].map(() => visitor(running)))
    const ids = backEnd.of('/connect').map(({ body }) => body.client as string)
    await caller.result('subscribe', { user: 'ann', channel: 'club' })
    expect(await caller.result('presence_stats', { channel: 'club' })).toEqual({
      num_clients: 3,
      num_users: 1,
    })
    await caller.result('unsubscribe', { user: 'ann', client: ids[0], channel: 'club' })
    await caller.result('unsubscribe', { user: 'bob', client: ids[1], channel: 'club' })
    expect((await caller.result('presence_stats', { channel: 'club' })).num_clients).toBe(2)
    await caller.result('disconnect', { user: 'ann', whitelist: [ids[2]] })
    await until(
      'two of three are gone',
      () => sessions.filter(({ state }) => state === 'disconnected').length === 2,
    )
    const { nodes } = await caller.result('info')
    expect(nodes[0]).toMatchObject({ num_clients: 1, num_users: 1 })
  })
})

describe('the start of a server with webhooks', () => {
  it('needs a secret that is one', async () => {
    await expect(run({ webhooks: { rpc: 'http://127.0.0.1:1/' } })).rejects.toThrow(
      'Webhooks are signed: make a secret with "longwire webhook secret"',
    )
    await expect(
      run({ webhooks: { rpc: 'http://127.0.0.1:1/', secrets: ['whsec_c2hvcnQ='] } }),
    ).rejects.toThrow('Secret 1 of webhooks.secrets is none: expected "whsec_" and 24 to 64 bytes in base64')
  })
})
