import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { ModerationOrder } from '../../../src/exports/chat.ts'
import { until } from '../server/peers.ts'
import { type RunningChat, runChat } from './chat.ts'
import { client, connected, rawClient, rawConnected, subscribed } from './clients.ts'

let running: RunningChat
const orders: ModerationOrder[] = []
/** How much later it is for moderation than for everybody else. */
let laterMs = 0
const now = (): number => Date.now() + laterMs

beforeEach(async () => {
  orders.length = 0
  laterMs = 0
  running = await runChat({
    handlers: { onConnect: ({ token }) => ({ user: token, isModerator: token === 'tom' }) },
    moderation: { ordered: (order) => orders.push(order), moderators: ['mia'], now },
  })
})
afterEach(() => running.close())

const here = { address: '127.0.0.1' }

/** Resolves with the code and reason with which a client is sent away for good. */
function sentAway(centrifuge: ReturnType<typeof client>): Promise<{ code: number; reason: string }> {
  return new Promise((resolve) => centrifuge.once('disconnected', resolve))
}

describe('A mute', () => {
  it('refuses publications with 103 and until when, not reading, and the client is told of it', async () => {
    const ann = await connected(running.port, { token: 'ann' })
    const bob = await connected(running.port, { token: 'bob' })
    const { data, count } = await subscribed(ann, 'news')
    const told: unknown[] = []
    ann.on('message', (message) => told.push(message.data))
    await ann.publish('news', 'before')
    const { sanction, sessions } = await running.chat.moderation.mute(
      { user: 'ann' },
      { until: Date.UTC(2100, 0, 31, 9, 30), reason: 'too loud', by: 'tom' },
    )
    expect(sessions).toBe(1)
    expect(sanction).toMatchObject({ kind: 'mute', subject: { user: 'ann' }, by: 'tom' })
    const message = 'You are muted until 2100-01-31 09:30:00 UTC: too loud'
    for (const channel of ['news', 'elsewhere']) {
      await expect(ann.publish(channel, 'during')).rejects.toMatchObject({ code: 103, message })
    }
    await bob.publish('news', 'still read')
    await count(2)
    expect(told).toEqual([
      { moderation: { code: 'muted', message, reason: 'too loud', until: Date.UTC(2100, 0, 31, 9, 30) } },
    ])
    // What the server says on somebody's behalf is the server's.
    await running.chat.publish('news', 'from the server')
    await running.chat.moderation.lift({ user: 'ann' })
    await ann.publish('news', 'after')
    await count(4)
    expect(data).toEqual(['before', 'still read', 'from the server', 'after'])
    expect(told[1]).toEqual({ moderation: { code: 'unmuted', message: 'You may speak again.' } })
    ann.disconnect()
    bob.disconnect()
  })

  it('of one room holds there alone; of an address for all there but moderators', async () => {
    const ann = await connected(running.port, { token: 'ann' })
    const tom = await connected(running.port, { token: 'tom' })
    const mia = await connected(running.port, { token: 'mia' })
    await running.chat.moderation.mute({ user: 'ann' }, { room: 'news' })
    await expect(ann.publish('news', 1)).rejects.toMatchObject({
      code: 103,
      message: 'You are muted in news without an end.',
    })
    await ann.publish('other', 1)
    expect(await running.chat.moderation.mute(here)).toMatchObject({ sessions: 1 })
    await expect(ann.publish('other', 1)).rejects.toMatchObject({ code: 103 })
    await tom.publish('other', 1)
    await mia.publish('other', 1)
    for (const each of [ann, tom, mia]) each.disconnect()
  })

  it('that ends is over by itself', async () => {
    const ann = await connected(running.port, { token: 'ann' })
    await running.chat.moderation.mute({ user: 'ann' }, { forMs: 3_600_000 })
    await expect(ann.publish('news', 1)).rejects.toMatchObject({ code: 103 })
    laterMs = 3_600_000
    await ann.publish('news', 1)
    expect(running.chat.moderation.list()).toEqual([])
    ann.disconnect()
  })
})

describe('A ban', () => {
  it('of a user ends their connections with 3503 and the reason, and refuses the next with 3507: the SDK stays away', async () => {
    const ann = await connected(running.port, { token: 'ann' })
    const bob = await connected(running.port, { token: 'bob' })
    const away = sentAway(ann)
    await running.chat.moderation.ban({ user: 'ann' }, { reason: 'spam' })
    expect(await away).toEqual({
      code: 3503,
      reason: 'You are banned without an end: spam',
    })
    const again = client(running.port, { token: 'ann' })
    const refused = sentAway(again)
    again.connect()
    expect(await refused).toMatchObject({ code: 3507, reason: 'You are banned without an end: spam' })
    expect(bob.state).toBe('connected')
    await running.chat.moderation.lift({ user: 'ann' })
    again.connect()
    await again.ready(10_000)
    again.disconnect()
    bob.disconnect()
  })

  it('of a room takes them out with an unsubscribe (2000), refuses to let them in (103), publish, ask or read there', async () => {
    const ann = await connected(running.port, { token: 'ann' })
    const { subscription, data } = await subscribed(ann, 'news')
    const left = new Promise((resolve) => subscription.once('unsubscribed', resolve))
    await running.chat.moderation.ban({ user: 'ann' }, { room: 'news', reason: 'spam' })
    const message = 'You are banned from news without an end: spam'
    expect(await left).toEqual({ channel: 'news', code: 2000, reason: message })
    expect(running.chat.hub.presence('news')).toEqual([])
    await running.chat.publish('news', 'not for her')
    const refused = new Promise((resolve) => subscription.once('unsubscribed', resolve))
    subscription.subscribe()
    expect(await refused).toMatchObject({ code: 103, reason: message })
    for (const attempt of [ann.publish('news', 1), ann.history('news', { limit: 1 }), ann.presence('news')]) {
      await expect(attempt).rejects.toMatchObject({ code: 103, message })
    }
    expect(await running.chat.subscribe({ user: 'ann' }, 'news')).toBe(0)
    await subscribed(ann, 'other')
    expect(data).toEqual([])
    ann.disconnect()
  })

  it('of a room leaves a server-side subscription out when they connect', async () => {
    await running.close()
    running = await runChat({
      handlers: { onConnect: () => ({ user: 'ann', subscriptions: { news: {}, weather: {} } }) },
    })
    await running.chat.moderation.ban({ user: 'ann' }, { room: 'news' })
    const raw = await rawClient(running.port)
    raw.send({ id: 1, connect: {} })
    const { connect } = (await raw.reply(1)) as { connect: { subs: object } }
    expect(Object.keys(connect.subs)).toEqual(['weather'])
    raw.socket.close()
  })

  it('of an address is a 403 with a sentence at every transport, before there is a session; and ends who is there', async () => {
    const raw = await rawConnected(running.port)
    const early = await rawClient(running.port)
    await running.chat.moderation.ban({ address: '127.0.0.0/8' }, { reason: 'spam' })
    const sentence = 'You are banned without an end: spam'
    expect(await raw.closed).toEqual({ code: 3503, reason: sentence })
    expect(await early.closed).toEqual({ code: 3503, reason: sentence })
    const base = `http://127.0.0.1:${running.port}`
    for (const [path, method] of [
      ['/connection/sse?cf_connect={}', 'GET'],
      ['/connection/http_stream', 'POST'],
      ['/connection/uni_sse?cf_connect={}', 'GET'],
      ['/connection/uni_http_stream', 'POST'],
    ] as const) {
      const response = await fetch(base + path, { method, ...(method === 'POST' ? { body: '{}' } : {}) })
      expect([response.status, await response.text()]).toEqual([403, `${sentence}\n`])
    }
    for (const path of ['/connection/websocket', '/connection/uni_websocket']) {
      const socket = new WebSocket(`ws://127.0.0.1:${running.port}${path}`)
      const answer = await new Promise<number | undefined>((resolve) => {
        socket.on('error', () => {})
        socket.on('unexpected-response', (_request, response) => resolve(response.statusCode))
      })
      expect(answer).toBe(403)
      socket.terminate()
    }
    await running.chat.moderation.lift({ address: '127.0.0.0/8' })
    const ann = await connected(running.port)
    ann.disconnect()
  })
})

describe('A kick', () => {
  it('ends connections of a user, an address or a client now, with 3503, and they may come back', async () => {
    const ann = await connected(running.port, { token: 'ann' })
    const away = sentAway(ann)
    expect(running.chat.moderation.kick({ user: 'ann' }, { reason: 'calm down', by: 'tom' })).toBe(1)
    expect(await away).toMatchObject({
      code: 3503,
      reason: 'You were disconnected by a moderator: calm down',
    })
    ann.connect()
    await ann.ready(10_000)
    expect(running.chat.moderation.kick(here)).toBe(1)
    await until('she is away', () => ann.state === 'disconnected')
    expect(running.chat.moderation.kick({ client: 'nobody' })).toBe(0)
    expect(orders).toMatchObject([
      { order: 'kick', target: { user: 'ann' }, reason: 'calm down', by: 'tom', sessions: 1 },
      { order: 'kick', target: here, by: 'server', sessions: 1 },
      { order: 'kick', target: { client: 'nobody' }, sessions: 0 },
    ])
  })

  it('from a room ends the subscription and leaves the connection', async () => {
    const ann = await connected(running.port, { token: 'ann' })
    const { subscription } = await subscribed(ann, 'news')
    const left = new Promise((resolve) => subscription.once('unsubscribed', resolve))
    expect(running.chat.moderation.kick({ user: 'ann' }, { room: 'news' })).toBe(1)
    expect(await left).toMatchObject({
      code: 2000,
      reason: 'You were disconnected from news by a moderator.',
    })
    expect(running.chat.moderation.kick({ user: 'ann' }, { room: 'news' })).toBe(0)
    expect(ann.state).toBe('connected')
    subscription.subscribe()
    await subscription.ready(10_000)
    ann.disconnect()
  })
})

describe('Orders', () => {
  it('that cannot be meant are refused with what is expected, and do not hold', async () => {
    const { moderation } = running.chat
    const past = Date.now() - 1
    for (const [terms, message] of [
      [{ until: past }, 'The end is in the past.'],
      [{ until: Number.NaN }, 'no time that a date can say'],
      [{ forMs: 0 }, '"forMs" is a number of milliseconds above 0.'],
      [{ forMs: 1, until: past }, '"until" or "forMs", not both'],
      [{ reason: 'two\nlines' }, 'A reason is one line of at most 200 characters.'],
      [{ reason: 'x'.repeat(201) }, 'A reason is one line of at most 200 characters.'],
      [{ by: 'x'.repeat(257) }, 'at most 256 characters'],
      [{ name: 'x\u2028' }, 'A name is one line'],
      [{ room: 'not a room' }, 'A room'],
    ] as const) {
      await expect(moderation.mute({ user: 'ann' }, terms)).rejects.toMatchObject({
        code: 'SANCTION_INPUT',
        message: expect.stringContaining(message),
      })
    }
    await expect(moderation.ban({ address: 'localhost' })).rejects.toMatchObject({ code: 'SANCTION_INPUT' })
    expect(() => moderation.kick({ address: 'localhost' })).toThrow('is no IP address')
    expect(moderation.list()).toEqual([])
    expect(orders).toEqual([])
  })

  it('are bounded: one sanction more than there may be is refused, one in the place of another or after an end is not', async () => {
    await running.close()
    running = await runChat({ moderation: { limit: 2, now } })
    const { moderation } = running.chat
    await moderation.mute({ user: 'ann' })
    await moderation.mute({ user: 'bob' }, { forMs: 3_600_000 })
    await expect(moderation.ban({ user: 'eve' })).rejects.toMatchObject({
      code: 'SANCTION_LIMIT',
      message: expect.stringContaining('There are 2 sanctions'),
    })
    await moderation.mute({ user: 'ann' }, { reason: 'again' })
    laterMs = 3_600_000
    await moderation.ban({ user: 'eve' })
    expect(moderation.sizes()).toEqual({ mute: 1, ban: 1 })
  })

  it('given at once are carried out in their order, and those that would wait beyond the bound are refused', async () => {
    const { moderation } = running.chat
    const given = Array.from({ length: 1_200 }, (_, count) => moderation.mute({ user: `user-${count}` }))
    const settled = await Promise.allSettled(given)
    const refused = settled.filter(({ status }) => status === 'rejected')
    expect(refused).toHaveLength(200)
    expect(refused[0]).toMatchObject({ reason: { code: 'QUEUE_FULL' } })
    expect(orders.map(({ target }) => target)).toEqual(
      Array.from({ length: 1_000 }, (_, count) => ({ user: `user-${count}` })),
    )
  })
})
