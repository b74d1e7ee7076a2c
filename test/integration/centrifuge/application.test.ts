import { type Centrifuge, type HistoryOptions, State, SubscriptionState } from 'centrifuge'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { MemoryBroker } from '../../../src/exports/broker.ts'
import {
  type ChatHandlers,
  type ChatServerOptions,
  CommandError,
  composeHandlers,
  Disconnect,
} from '../../../src/exports/chat.ts'
import { until } from '../server/peers.ts'
import { type RunningChat, runChat } from './chat.ts'
import { client, connected, rawClient, rawConnected, subscribed } from './clients.ts'

const opened: RunningChat[] = []
const clients: Centrifuge[] = []

async function start(options: ChatServerOptions = {}): Promise<RunningChat> {
  const running = await runChat(options)
  opened.push(running)
  return running
}

async function join(port: number, options = {}): Promise<Centrifuge> {
  const centrifuge = await connected(port, options)
  clients.push(centrifuge)
  return centrifuge
}

afterEach(async () => {
  for (const centrifuge of clients.splice(0)) centrifuge.disconnect()
  for (const each of opened.splice(0)) await each.close()
})

/** Users by their token. */
const people: ChatServerOptions['handlers'] = {
  onConnect: async ({ token, data }) => {
    if (token === '') return undefined
    if (token === 'bad') throw new Disconnect('invalid-token')
    return { user: token, info: { name: token.toUpperCase() }, data: { got: data } }
  },
}

/** Takes some turns to say that it tells of a room, as a broker elsewhere does. */
class SlowBroker extends MemoryBroker {
  override async subscribe(room: string): Promise<void> {
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
    await super.subscribe(room)
  }
}

describe("An application's handlers", () => {
  it('say who somebody is, and answer their connect data', async () => {
    const { port } = await start({ handlers: people })
    const ann = client(port, { token: 'ann', data: { page: 1 } })
    clients.push(ann)
    const welcome = new Promise<{ data?: unknown }>((resolve) => ann.once('connected', resolve))
    ann.connect()
    expect((await welcome).data).toEqual({ got: { page: 1 } })
    const { subscription } = await subscribed(ann, 'news')
    const { clients: present } = await subscription.presence()
    expect(Object.values(present)).toMatchObject([{ user: 'ann', connInfo: { name: 'ANN' } }])
  })

  it('see the request with which a connection began, so that a cookie can say who that is', async () => {
    const asked: unknown[] = []
    const { port } = await start({
      handlers: {
        onConnect: ({ http }) => {
          asked.push(http?.url)
          return { user: /session=(\w+)/.exec(http?.headers.cookie ?? '')?.[1] }
        },
      },
    })
    class WithCookie extends WebSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols, { headers: { Cookie: 'session=ann' } })
      }
    }
    const ann = await join(port, { websocket: WithCookie })
    const { subscription } = await subscribed(ann, 'news')
    expect(Object.values((await subscription.presence()).clients)).toMatchObject([{ user: 'ann' }])
    expect(asked).toEqual(['/connection/websocket'])
  })

  it('turn somebody away for good, or with an error', async () => {
    const { port } = await start({
      handlers: {
        onConnect: ({ token }) => {
          throw token === 'bad' ? new Disconnect('invalid-token') : new CommandError('unauthorized')
        },
      },
    })
    const ann = client(port, { token: 'bad' })
    clients.push(ann)
    const gone = new Promise<{ code: number }>((resolve) => ann.once('disconnected', resolve))
    ann.connect()
    expect(await gone).toMatchObject({ code: 3500, reason: 'invalid token' })
    const raw = await rawClient(port)
    raw.send({ id: 1, connect: {} })
    expect(await raw.reply(1)).toEqual({ id: 1, error: { code: 101, message: 'unauthorized' } })
    raw.send({ id: 2, ping: {} })
    expect((await raw.closed).code).toBe(3501)
  })

  it('allow, change and refuse subscriptions, publications, calls', async () => {
    const messages: unknown[] = []
    const { port, failures } = await start({
      handlers: {
        onSubscribe: async (_client, { channel, data }) => {
          if (channel === 'secret') throw new CommandError('permission-denied')
          return { info: { seat: 7 }, data: { got: data } }
        },
        onPublish: (_client, { data }) => {
          if (data === 'rude') throw new CommandError({ code: 1000, message: 'be kind' })
          return { data: { said: data }, tags: { kind: 'talk' } }
        },
        onRpc: async ({ user }, { method, data }) => {
          if (method === 'fail') throw new Error('broken')
          return { user, method, data }
        },
        onMessage: (_client, data) => void messages.push(data),
      },
    })
    const ann = await join(port)
    const raw = await rawConnected(port)
    raw.send({ id: 2, subscribe: { channel: 'secret' } })
    expect(await raw.reply(2)).toMatchObject({ error: { code: 103 } })
    const subscription = ann.newSubscription('news', { data: 'please' })
    const answer = new Promise<{ data?: unknown }>((resolve) => subscription.once('subscribed', resolve))
    subscription.subscribe()
    expect((await answer).data).toEqual({ got: 'please' })
    const told = new Promise<unknown>((resolve) => subscription.once('publication', resolve))
    await subscription.publish('hello')
    expect(await told).toMatchObject({
      data: { said: 'hello' },
      tags: { kind: 'talk' },
      info: { chanInfo: { seat: 7 } },
    })
    await expect(subscription.publish('rude')).rejects.toMatchObject({ code: 1000, message: 'be kind' })
    expect((await ann.rpc('sum', [1, 2])).data).toEqual({ user: '', method: 'sum', data: [1, 2] })
    await expect(ann.rpc('fail', {})).rejects.toMatchObject({ code: 100, temporary: true })
    expect(failures).toMatchObject([{ message: 'broken' }])
    await ann.send('psst')
    await until('the message', () => messages.length === 1)
    expect(messages).toEqual(['psst'])
  })

  it('may open presence and history to those who are not members, or close them', async () => {
    const { chat, port } = await start({
      handlers: {
        onPresence: () => true,
        onHistory: () => {
          throw new CommandError('permission-denied')
        },
      },
    })
    await chat.publish('news', 1)
    const ann = await join(port)
    expect((await ann.presence('news')).clients).toEqual({})
    await expect(ann.history('news', { limit: 1 })).rejects.toMatchObject({ code: 103 })
  })

  it('may show others of who is in a room, and of what was said', async () => {
    const ben = { client: 'b', user: 'ben', connInfo: { name: 'Ben' } }
    let most = 2
    const { chat, port } = await start({
      limits: { historyPublications: 3 },
      handlers: {
        onPresence: async (_client, { channel }) => {
          const clients = await chat.presence(channel)
          return { clients: [...clients.filter(({ user }) => user === ''), ben, { ...ben, client: 'c' }] }
        },
        onHistory: (_client, { options }) =>
          options.isReversed === true ? { limit: most } : { since: undefined },
      },
    })
    for (let number = 1; number <= 5; number++) await chat.publish('news', number)
    const { epoch } = await chat.history('news')
    const ann = await join(port)
    const { subscription } = await subscribed(ann, 'news')
    const { clients: present } = await subscription.presence()
    expect(Object.keys(present)).toHaveLength(3)
    expect(present.b).toMatchObject({ user: 'ben', connInfo: { name: 'Ben' } })
    expect(await subscription.presenceStats()).toEqual({ numClients: 3, numUsers: 2 })
    const past = async (options: HistoryOptions): Promise<unknown[]> =>
      (await subscription.history(options)).publications.map(({ data }) => data)
    expect(await past({ limit: 5, reverse: true })).toEqual([5, 4])
    most = 100
    expect(await past({ limit: 1, reverse: true })).toEqual([5, 4, 3])
    expect(await past({ limit: 2, since: { offset: 3, epoch } })).toEqual([1, 2])
  })

  it('that answer a call with nothing know no such method, and null is an empty result', async () => {
    const handlers: ChatHandlers = {
      onRpc: async (_client, { method }) => (method === 'clear' ? null : undefined),
    }
    const parties = [handlers, composeHandlers({ onRpc: () => undefined }, handlers)]
    for (const each of parties) {
      const ann = await join((await start({ handlers: each })).port)
      await expect(ann.rpc('sum', {})).rejects.toMatchObject({ code: 104, message: 'method not found' })
      expect(await ann.rpc('clear', {})).toEqual({ data: null })
    }
  })

  it('that fail at a message get it no reply', async () => {
    const { port, failures } = await start({
      handlers: {
        onMessage: () => {
          throw new Error('nobody listens')
        },
      },
    })
    const raw = await rawConnected(port)
    raw.send({ id: 7, send: { data: 1 } }, { id: 8, ping: {} })
    await raw.reply(8)
    expect(raw.objects().map(({ id }) => id)).toEqual([1, 8])
    expect(failures).toMatchObject([{ message: 'nobody listens' }])
  })

  it('hear of who unsubscribes and who goes', async () => {
    const events: unknown[] = []
    const { port } = await start({
      handlers: {
        ...people,
        onUnsubscribe: ({ user }, event) => void events.push({ user, ...event }),
        onDisconnect: ({ user }, event) => void events.push({ user, ...event }),
      },
    })
    const ann = await join(port, { token: 'ann' })
    const { subscription } = await subscribed(ann, 'news')
    subscription.unsubscribe()
    await until('the first event', () => events.length === 1)
    ann.disconnect()
    await until('the second', () => events.length === 2)
    expect(events).toEqual([
      { user: 'ann', channel: 'news', code: 0 },
      { user: 'ann', code: 3000, reason: 'connection closed' },
    ])
  })

  it('that take too long leave nobody behind in a room', async () => {
    let go = (): void => {}
    const asked = new Promise<void>((resolve) => {
      go = resolve
    })
    let isAsked = false
    const { chat, port } = await start({
      connection: { closeTimeoutMs: 50 },
      handlers: {
        onSubscribe: async () => {
          isAsked = true
          await asked
          return undefined
        },
      },
    })
    const raw = await rawConnected(port)
    raw.send({ id: 2, subscribe: { channel: 'news' } })
    await until('the question', () => isAsked)
    const { client: gone } = (await raw.reply(1)).connect as { client: string }
    chat.disconnect({ client: gone })
    await until('nobody there', () => chat.services.clients.size === 0)
    go()
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
    expect(chat.hub.rooms.size).toBe(0)
  })

  it('let a connection and a subscription end in time unless they are refreshed', async () => {
    const now = (): number => Date.now()
    let refreshes = 0
    const { port } = await start({
      timing: { expiryGraceMs: 1500 },
      handlers: {
        onConnect: ({ token }) => ({ user: token, expiresAt: now() + 500 }),
        onRefresh: () => {
          refreshes++
          return { expiresAt: now() + 60_000 }
        },
        onSubscribe: () => ({ expiresAt: now() + 500 }),
        onSubRefresh: () => ({ expiresAt: now() + 60_000 }),
      },
    })
    const ann = await join(port, { token: 'ann', getToken: async () => 'ann again' })
    const { subscription } = await subscribed(ann, 'news', { getToken: async () => 'more' })
    const raw = await rawClient(port)
    raw.send({ id: 1, connect: {} })
    expect(await raw.reply(1)).toMatchObject({ connect: { expires: true, ttl: 1 } })
    expect(await raw.closed).toEqual({ code: 3005, reason: 'connection expired' })
    await until('a refresh', () => refreshes > 0)
    expect(ann.state).toBe(State.Connected)
    expect(subscription.state).toBe(SubscriptionState.Subscribed)
  })

  it('end a subscription that is not refreshed with 2501', async () => {
    const { port } = await start({
      timing: { expiryGraceMs: 50 },
      handlers: { onSubscribe: () => ({ expiresAt: Date.now() + 50 }) },
    })
    const raw = await rawConnected(port)
    raw.send({ id: 2, subscribe: { channel: 'news' } })
    expect(await raw.reply(2)).toMatchObject({ subscribe: { expires: true, ttl: 1 } })
    await until('the push', () => raw.frames.join().includes('unsubscribe'))
    expect(raw.objects().at(-1)).toEqual({
      push: { channel: 'news', unsubscribe: { code: 2501, reason: 'subscription expired' } },
    })
  })
})

describe('An application', () => {
  it('publishes to rooms, once for each idempotency key, and reads them', async () => {
    const { chat, port } = await start({ handlers: people })
    const ann = await join(port, { token: 'ann' })
    const { data, count } = await subscribed(ann, 'news')
    const first = await chat.publish('news', { text: 'hi' }, { idempotencyKey: 'a', tags: { a: 'b' } })
    const second = await chat.publish('news', { text: 'hi' }, { idempotencyKey: 'a' })
    expect(second).toEqual({ ...first, isDuplicate: true })
    const [ok, bad] = await chat.broadcast(['news', 'no room'], 2)
    expect([ok?.status, bad?.status]).toEqual(['fulfilled', 'rejected'])
    await count(2)
    expect(data).toEqual([{ text: 'hi' }, 2])
    const { publications, offset } = await chat.history('news')
    expect(offset).toBe(2)
    expect(publications).toMatchObject([
      { offset: 1, data: { text: 'hi' }, tags: { a: 'b' } },
      { offset: 2, data: 2 },
    ])
    expect(await chat.presence('news')).toMatchObject([{ user: 'ann', connInfo: { name: 'ANN' } }])
    expect(await chat.presenceStats('news')).toEqual({ clients: 1, users: 1 })
    await chat.removeHistory('news')
    expect(await chat.history('news')).toMatchObject({ publications: [], offset: 2 })
  })

  it("keeps its idempotency keys and each user's apart; who is anonymous shares one space", async () => {
    const { chat, port } = await start({ handlers: people })
    const publishes = async (token: string, data: unknown): Promise<void> => {
      const raw = await rawConnected(port, { token })
      raw.send({ id: 2, publish: { channel: 'news', data, idempotency_key: '1' } })
      expect(await raw.reply(2)).toEqual({ id: 2, publish: {} })
      raw.socket.close()
    }
    await chat.publish('news', 'of the server', { idempotencyKey: '1' })
    await publishes('ann', 'of Ann')
    await publishes('bob', 'of Bob')
    await publishes('ann', 'of Ann, who came back')
    await publishes('', 'of somebody')
    await publishes('', 'of somebody who came back')
    const { publications } = await chat.history('news')
    expect(publications.map(({ data }) => data)).toEqual(['of the server', 'of Ann', 'of Bob', 'of somebody'])
  })

  it('tells a user something outside of rooms, and when the connection ends', async () => {
    const { port, chat } = await start({ handlers: people })
    const ann = await join(port, { token: 'ann' })
    const heard: unknown[] = []
    ann.on('message', ({ data }) => heard.push(data))
    expect(chat.send({ user: 'ann' }, { mail: 2 })).toBe(1)
    expect(chat.send({ user: 'ben' }, 'nobody hears it')).toBe(0)
    await until('the message', () => heard.length > 0)
    expect(heard).toEqual([{ mail: 2 }])
    expect(() => chat.send({ user: 'ann' }, undefined)).toThrow('has to be a JSON value')

    const raw = await rawConnected(port, { token: 'cleo' })
    const expiresAt = Date.now() + 60_000
    expect(chat.refresh({ user: 'cleo' }, { expiresAt })).toBe(1)
    await until('the push', () => raw.frames.some((frame) => frame.includes('refresh')))
    expect(raw.frames.at(-1)).toMatch(/^\{"push":\{"refresh":\{"expires":true,"ttl":(59|60)\}\}\}$/)
  })

  it('subscribes users, unsubscribes and disconnects them', async () => {
    const { chat, port } = await start({ handlers: people })
    const ann = await join(port, { token: 'ann' })
    const bob = await join(port, { token: 'bob' })
    const heard: unknown[] = []
    ann.on('publication', ({ channel, data }) => heard.push([channel, data]))
    ann.on('subscribed', ({ channel }) => heard.push([channel, 'subscribed']))
    ann.on('unsubscribed', ({ channel }) => heard.push([channel, 'unsubscribed']))
    expect(await chat.subscribe({ user: 'ann' }, 'offers')).toBe(1)
    await chat.publish('offers', 1)
    await until('the offer', () => heard.length === 2)
    expect(chat.unsubscribe({ user: 'ann' }, 'offers')).toBe(1)
    await chat.publish('offers', 2)
    await until('the end', () => heard.length === 3)
    expect(heard).toEqual([
      ['offers', 'subscribed'],
      ['offers', 1],
      ['offers', 'unsubscribed'],
    ])
    const gone = new Promise<{ code: number }>((resolve) => ann.once('disconnected', resolve))
    expect(chat.disconnect({ user: 'ann' })).toBe(1)
    expect(await gone).toMatchObject({ code: 3503 })
    expect(bob.state).toBe(State.Connected)
    expect(chat.disconnect({ client: 'nobody' })).toBe(0)
  })

  it('subscribes all sessions of a user that it can, and then says what failed', async () => {
    const broker = new SlowBroker()
    const { chat, port } = await start({ handlers: people, limits: { roomsPerConnection: 1 }, broker })
    const full = await rawConnected(port, { token: 'ann' })
    full.send({ id: 2, subscribe: { channel: 'news' } })
    await full.reply(2)
    await rawConnected(port, { token: 'ann' })
    await expect(chat.subscribe({ user: 'ann' }, 'offers')).rejects.toMatchObject({ code: 'TOO_MANY_ROOMS' })
    expect(await chat.presenceStats('offers')).toEqual({ clients: 1, users: 1 })
    await broker.close()
  })

  it('subscribes clients as they connect, and they recover what they missed there', async () => {
    const { chat, port } = await start({
      handlers: { onConnect: () => ({ subscriptions: { news: { isRecoverable: true }, other: {} } }) },
    })
    const ann = await join(port)
    const data: unknown[] = []
    const recoveries: boolean[] = []
    ann.on('publication', (publication) => data.push(publication.data))
    await chat.publish('news', 1)
    await until('the first', () => data.length === 1)
    ann.disconnect()
    for (const number of [2, 3]) await chat.publish('news', number)
    ann.on('subscribed', ({ channel, recovered }) => {
      if (channel === 'news') recoveries.push(recovered)
    })
    ann.connect()
    await until('the others', () => data.length === 3)
    expect(data).toEqual([1, 2, 3])
    expect(recoveries).toEqual([true])
  })

  it('may not subscribe a client to more than it may have', async () => {
    const { port } = await start({
      limits: { roomsPerConnection: 1 },
      handlers: { onConnect: () => ({ subscriptions: { a: {}, b: {} } }) },
    })
    const raw = await rawClient(port)
    raw.send({ id: 1, connect: {} })
    expect((await raw.closed).code).toBe(3505)
  })

  it('awaits no pongs, and announces none, where their time is 0', async () => {
    const { port } = await start({ timing: { pongTimeoutMs: 0, pingIntervalMs: 20 } })
    const raw = await rawConnected(port)
    expect(await raw.reply(1)).toMatchObject({ connect: { ping: 1 } })
    expect(await raw.reply(1)).not.toMatchObject({ connect: { pong: true } })
    await until('three pings', () => raw.objects().filter((one) => Object.keys(one).length === 0).length > 2)
    expect(raw.socket.readyState).toBe(raw.socket.OPEN)
  })

  it('may bound the connections of a user, and not those of who is anonymous', async () => {
    const { port } = await start({ handlers: people, limits: { connectionsPerUser: 1 } })
    const first = await rawConnected(port, { token: 'ann' })
    const second = await rawClient(port)
    second.send({ id: 1, connect: { token: 'ann' } })
    expect(await second.closed).toEqual({ code: 3504, reason: 'connection limit' })
    for (const parameters of [{}, {}]) {
      expect(await (await rawConnected(port, parameters)).reply(1)).toHaveProperty('connect')
    }
    first.socket.close()
    await first.closed
    await until('a place', async () => {
      const again = await rawClient(port)
      again.send({ id: 1, connect: { token: 'ann' } })
      await until('an answer', () => again.frames.length > 0 || again.socket.readyState > 1)
      return again.frames.length > 0
    })
  })

  it('gives a place back whose connect command failed', async () => {
    const expired = { subscriptions: { news: { expiresAt: 1 } } }
    const { port } = await start({
      limits: { connectionsPerUser: 1 },
      handlers: { onConnect: ({ token }) => ({ user: 'ann', ...(token === 'late' ? expired : {}) }) },
    })
    const raw = await rawClient(port)
    raw.send({ id: 1, connect: { token: 'late' } }, { id: 2, connect: {} })
    expect(await raw.reply(1)).toMatchObject({ error: { code: 110 } })
    expect(await raw.reply(2)).toHaveProperty('connect')
  })

  it('lets members know who comes and goes, those that asked', async () => {
    const { port } = await start({ handlers: people })
    const events: string[] = []
    const ann = await join(port, { token: 'ann' })
    const curious = ann.newSubscription('news', { joinLeave: true })
    curious.on('join', ({ info }) => events.push(`${info.user} came`))
    curious.on('leave', ({ info }) => events.push(`${info.user} went`))
    curious.subscribe()
    await curious.ready()
    const careless = await rawConnected(port)
    careless.send({ id: 2, subscribe: { channel: 'news' } })
    await careless.reply(2)
    const bob = await join(port, { token: 'bob' })
    await subscribed(bob, 'news')
    bob.disconnect()
    await until('bob gone', () => events.includes('bob went'))
    expect(events).toEqual([' came', 'bob came', 'bob went'])
    expect(careless.frames.join()).not.toContain('"join"')
  })

  it('lets members know who comes and goes with what its handlers said of them, however they go', async () => {
    const { port, chat } = await start({
      handlers: { ...people, onSubscribe: ({ user }) => ({ info: { seat: user } }) },
    })
    const ann = await join(port, { token: 'ann' })
    const events: unknown[] = []
    const curious = ann.newSubscription('news', { joinLeave: true })
    curious.on('join', ({ info }) => events.push(['join', info.chanInfo]))
    curious.on('leave', ({ info }) => events.push(['leave', info.chanInfo]))
    curious.subscribe()
    await curious.ready()
    const ways = [
      (raw: Awaited<ReturnType<typeof rawConnected>>) =>
        raw.send({ id: 3, unsubscribe: { channel: 'news' } }),
      (raw: Awaited<ReturnType<typeof rawConnected>>) => raw.socket.close(),
      () => chat.unsubscribe({ user: 'bob' }, 'news'),
      () => chat.disconnect({ user: 'bob' }),
    ]
    for (const [index, goes] of ways.entries()) {
      const raw = await rawConnected(port, { token: 'bob' })
      raw.send({ id: 2, subscribe: { channel: 'news' } })
      await raw.reply(2)
      goes(raw)
      await until('a join and a leave', () => events.length === 2 * index + 2)
      raw.socket.close()
      await until('nobody else', () => chat.services.clients.size === 1)
    }
    const info = { seat: 'bob' }
    expect(events).toEqual(
      ways.flatMap(() => [
        ['join', info],
        ['leave', info],
      ]),
    )
  })

  it('keeps its own HTTP, and its own upgrades', async () => {
    const { http, port } = await start()
    http.on('upgrade', (request, socket) => {
      if (request.url === '/mine') socket.end('HTTP/1.1 418 I am a teapot\r\n\r\n')
    })
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('the application')
    await expect(rawClient(port, '/mine')).rejects.toThrow('418')
    await rawConnected(port)
  })
})
