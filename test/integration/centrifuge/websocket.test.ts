import { type Centrifuge, State } from 'centrifuge'
import { afterEach, describe, expect, it } from 'vitest'
import { chatter, until } from '../server/peers.ts'
import { type Changes, type Running, run } from '../server/running.ts'
import { connected, rawClient, rawConnected, subscribed } from './clients.ts'

const opened: Running[] = []
const clients: Centrifuge[] = []

async function start(changes: Changes = {}): Promise<Running> {
  const running = await run({ ...changes, rooms: { historySize: 10, ...changes.rooms } })
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
  await Promise.all(opened.splice(0).map(({ server }) => server.close()))
})

describe('The public client over WebSocket', () => {
  it('subscribes, publishes, and gets what others and itself publish, in order and with offsets', async () => {
    const { httpPort } = await start()
    const [ann, bob] = [await join(httpPort), await join(httpPort)]
    const atAnn = await subscribed(ann, 'news', { positioned: true })
    const atBob = await subscribed(bob, 'news')
    for (let number = 1; number <= 20; number++) await atAnn.subscription.publish({ number })
    await Promise.all([atAnn.count(20), atBob.count(20)])
    const expected = Array.from({ length: 20 }, (_, index) => ({ number: index + 1 }))
    expect(atAnn.data).toEqual(expected)
    expect(atBob.data).toEqual(expected)
    expect(atBob.offsets).toEqual(expected.map(({ number }) => number))
  })

  it('is told who published', async () => {
    const { httpPort } = await start()
    const [ann, bob] = [await join(httpPort), await join(httpPort)]
    let info: unknown
    const { subscription, count } = await subscribed(bob, 'news')
    subscription.on('publication', (publication) => {
      info = publication.info
    })
    await ann.publish('news', 'hello')
    await count(1)
    expect(info).toMatchObject({ client: expect.stringMatching(/^[0-9a-f-]{36}$/), user: '' })
  })

  it('unsubscribes and hears nothing more', async () => {
    const { httpPort, health } = await start()
    const [ann, bob] = [await join(httpPort), await join(httpPort)]
    const atBob = await subscribed(bob, 'news')
    await ann.publish('news', 1)
    await atBob.count(1)
    atBob.subscription.unsubscribe()
    await until('an empty server', async () => (await health()).rooms === 0)
    await ann.publish('news', 2)
    const again = await subscribed(bob, 'other')
    await ann.publish('other', 3)
    await again.count(1)
    expect(atBob.data).toEqual([1])
  })

  it('reads presence, its numbers, and history from both ends', async () => {
    const { httpPort } = await start()
    const [ann, bob] = [await join(httpPort), await join(httpPort)]
    const { subscription } = await subscribed(ann, 'news')
    await subscribed(bob, 'news')
    expect(Object.keys((await subscription.presence()).clients)).toHaveLength(2)
    expect(await subscription.presenceStats()).toEqual({ numClients: 2, numUsers: 2 })
    for (let number = 1; number <= 12; number++) await subscription.publish(number)
    const all = await subscription.history({ limit: -1 })
    expect(all.publications.map(({ data }) => data)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    expect(all.offset).toBe(12)
    const newest = await subscription.history({ limit: 2, reverse: true })
    expect(newest.publications.map(({ data }) => data)).toEqual([12, 11])
    const since = await subscription.history({ limit: 3, since: { offset: 5, epoch: all.epoch } })
    expect(since.publications.map(({ offset }) => offset)).toEqual([6, 7, 8])
    expect((await subscription.history({ limit: 0 })).publications).toEqual([])
    await expect(
      subscription.history({ limit: 1, since: { offset: 5, epoch: 'other' } }),
    ).rejects.toMatchObject({ code: 112 })
  })

  it('has no rpc method, may send into the void, and may batch', async () => {
    const { httpPort } = await start()
    const ann = await join(httpPort)
    await expect(ann.rpc('sum', { a: 1 })).rejects.toMatchObject({ code: 104, message: 'method not found' })
    await ann.send({ hello: 1 })
    const { subscription, count } = await subscribed(ann, 'news')
    ann.startBatching()
    const published = [1, 2, 3].map((number) => subscription.publish(number))
    ann.stopBatching()
    await Promise.all(published)
    await count(3)
  })

  it('shares rooms with the plain dialect, both ways', async () => {
    const { httpPort } = await start()
    const ann = await join(httpPort)
    const atAnn = await subscribed(ann, 'lobby')
    const bob = await chatter(httpPort, 'room=lobby&name=Bob&format=json')
    bob.socket.send('hi Ann')
    await atAnn.count(1)
    expect(atAnn.data).toEqual([{ name: 'Bob', text: 'hi Ann' }])
    await atAnn.subscription.publish({ name: 'Ann', text: 'hi Bob' })
    await until('a message of Ann', () => bob.objects().some(({ text }) => text === 'hi Bob'))
    expect(bob.objects().find(({ text }) => text === 'hi Bob')).toMatchObject({ name: 'Ann', offset: 2 })
    expect(Object.values((await atAnn.subscription.presence()).clients)).toContainEqual(
      expect.objectContaining({ connInfo: { name: 'Bob' } }),
    )
  })

  it('answers pings, and stays', async () => {
    const { httpPort, log } = await start({ timing: { pingIntervalMs: 1000 } })
    const raw = await rawClient(httpPort)
    raw.send({ id: 1, connect: {} })
    expect(await raw.reply(1)).toMatchObject({ connect: { ping: 1, pong: true } })
    const ann = await join(httpPort)
    await until('the raw client without pongs gone', () => log.some(({ msg }) => msg === 'connection closed'))
    expect(await raw.closed).toEqual({ code: 3012, reason: 'no pong' })
    expect(raw.objects()).toContainEqual({})
    expect(ann.state).toBe(State.Connected)
  })

  it('comes back after a drain to whoever is there, and is told 3001', async () => {
    const { httpPort, server } = await start()
    const ann = await join(httpPort)
    const codes: number[] = []
    ann.on('connecting', ({ code }) => codes.push(code))
    await server.drain()
    await until('a reason', () => codes.length > 0)
    expect(codes[0]).toBe(3001)
  })
})

describe('Frames of the Centrifuge dialect', () => {
  it('carry many commands, and all replies of a turn in one frame', async () => {
    const { httpPort } = await start()
    const raw = await rawClient(httpPort)
    raw.send({ id: 1, connect: {} })
    await raw.reply(1)
    raw.send(
      { id: 2, subscribe: { channel: 'news' } },
      { id: 3, publish: { channel: 'news', data: 1 } },
      { id: 4, presence_stats: { channel: 'news' } },
      { id: 5, ping: {} },
    )
    await raw.reply(5)
    await until('the publication', () => raw.frames.join().includes('"pub"'))
    expect(raw.objects().filter(({ id }) => id !== undefined)).toMatchObject([
      { id: 1 },
      { id: 2, subscribe: {} },
      { id: 3, publish: {} },
      { id: 4, presence_stats: { num_clients: 1, num_users: 1 } },
      { id: 5, ping: {} },
    ])
    const replies = raw.frames.slice(1).filter((frame) => frame.includes('"id"'))
    expect(replies).toHaveLength(1)
  })

  it.each([
    ['no JSON', 'hello'],
    ['no object', '[1]'],
    ['an empty frame', ''],
    ['an unknown command', '{"id":2,"shout":{}}'],
    ['two commands in one', '{"id":2,"ping":{},"rpc":{}}'],
    ['a command without an id', '{"ping":{}}'],
    ['an id that is no whole number', '{"id":1.5,"ping":{}}'],
    ['parameters that are no object', '{"id":2,"rpc":7}'],
    ['a channel of a wrong type', '{"id":2,"subscribe":{"channel":7}}'],
    ['no channel', '{"id":2,"subscribe":{}}'],
    ['a second connect', '{"id":2,"connect":{}}'],
    ['a pong that no ping asked for', '{}'],
  ])('that hold %s end the connection with 3501', async (_, frame) => {
    const raw = await rawConnected((await start()).httpPort)
    raw.send(frame)
    expect(await raw.closed).toEqual({ code: 3501, reason: 'bad request' })
  })

  it('before connect end the connection with 3501', async () => {
    const raw = await rawClient((await start()).httpPort)
    raw.send({ id: 1, ping: {} })
    expect(await raw.closed).toEqual({ code: 3501, reason: 'bad request' })
  })

  it('that are bytes and not UTF-8 end the connection with 3501', async () => {
    const raw = await rawConnected((await start()).httpPort)
    raw.socket.send(Buffer.from([0xff, 0xfe]))
    expect((await raw.closed).code).toBe(3501)
  })

  it('are carried out up to the broken one', async () => {
    const { httpPort } = await start()
    const raw = await rawConnected(httpPort)
    raw.send({ id: 2, ping: {} }, 'hello')
    expect((await raw.closed).code).toBe(3501)
    expect(raw.objects()).toContainEqual({ id: 2, ping: {} })
  })

  it('without a connect among them in time end the connection with 3502', async () => {
    const raw = await rawClient((await start({ timing: { handshakeTimeoutMs: 100 } })).httpPort)
    expect(await raw.closed).toEqual({ code: 3502, reason: 'stale' })
  })

  it.each([
    [{ subscribe: { channel: 'news' } }, 105, 'already subscribed'],
    [{ subscribe: { channel: 'no room' } }, 107, 'bad request'],
    [{ subscribe: { channel: 'third' } }, 106, 'limit exceeded'],
    [{ publish: { channel: 'news' } }, 107, 'bad request'],
    [{ publish: { channel: 'no room', data: 1 } }, 107, 'bad request'],
    [{ presence: { channel: 'elsewhere' } }, 103, 'permission denied'],
    [{ presence_stats: { channel: 'elsewhere' } }, 103, 'permission denied'],
    [{ history: { channel: 'elsewhere' } }, 103, 'permission denied'],
    [{ rpc: { method: 'sum' } }, 104, 'method not found'],
    [{ sub_refresh: { channel: 'news', token: 'x' } }, 103, 'permission denied'],
  ])('with %o are answered with the error %i', async (command, code, message) => {
    const raw = await rawConnected((await start({ limits: { roomsPerConnection: 2 } })).httpPort)
    raw.send({ id: 2, subscribe: { channel: 'news' } }, { id: 3, subscribe: { channel: 'second' } })
    raw.send({ id: 4, ...command })
    expect(await raw.reply(4)).toEqual({ id: 4, error: { code, message } })
    raw.send({ id: 5, ping: {} })
    await raw.reply(5)
  })

  it('that prolong the connection with what is no token of ours end it with 3500', async () => {
    const raw = await rawConnected((await start()).httpPort)
    raw.send({ id: 2, refresh: { token: 'x' } })
    expect(await raw.closed).toEqual({ code: 3500, reason: 'invalid token' })
  })

  it('faster than the rate are answered with 111, and messages without a reply end with 3013', async () => {
    const raw = await rawConnected(
      (await start({ limits: { messageRate: 0.001, messageBurst: 1 } })).httpPort,
    )
    raw.send({ id: 2, publish: { channel: 'news', data: 1 } })
    raw.send({ id: 3, publish: { channel: 'news', data: 2 } })
    expect(await raw.reply(2)).toEqual({ id: 2, publish: {} })
    expect(await raw.reply(3)).toEqual({
      id: 3,
      error: { code: 111, message: 'too many requests', temporary: true },
    })
    raw.send({ send: { data: 1 } })
    expect((await raw.closed).code).toBe(3013)
  })

  it('that go on failing end the connection with 3509', async () => {
    const raw = await rawConnected((await start()).httpPort)
    raw.send(...Array.from({ length: 300 }, (_, index) => ({ id: index + 2, rpc: { method: 'no' } })))
    expect((await raw.closed).code).toBe(3509)
  })

  it('that go on being too fast do not', async () => {
    const raw = await rawConnected(
      (await start({ limits: { messageRate: 0.001, messageBurst: 1 } })).httpPort,
    )
    const publishes = Array.from({ length: 300 }, (_, index) => ({
      id: index + 2,
      publish: { channel: 'news', data: index },
    }))
    raw.send(...publishes, { id: 302, ping: {} })
    expect(await raw.reply(302)).toEqual({ id: 302, ping: {} })
    expect(raw.objects().filter(({ error }) => error !== undefined)).toHaveLength(299)
  })

  it('that are messages have no reply, whatever id they have', async () => {
    const raw = await rawConnected((await start()).httpPort)
    raw.send({ id: 7, send: { data: 1 } }, { id: 8, ping: {} })
    await raw.reply(8)
    expect(raw.objects().map(({ id }) => id)).toEqual([1, 8])
  })

  it('larger than may be end the connection with 1009', async () => {
    const raw = await rawConnected((await start({ limits: { messageBytes: 1000 } })).httpPort)
    raw.send({ id: 2, publish: { channel: 'news', data: 'x'.repeat(1000) } })
    expect((await raw.closed).code).toBe(1009)
  })

  it('keep what is published as it was written', async () => {
    const raw = await rawConnected((await start()).httpPort)
    raw.send({ id: 2, subscribe: { channel: 'news' } })
    raw.send('{"id":3,"publish":{"channel":"news","data":{"n": 9007199254740993, "x":1.0}}}')
    await until('it', () => raw.frames.join().includes('"pub":{"data":{"n": 9007199254740993, "x":1.0},'))
  })

  it('are not read by a client that is too slow: it is gone with 3008, and recovers all when it is back', async () => {
    const { httpPort } = await start({
      limits: { outboxBytes: 4096, messageBytes: 200_000 },
      rooms: { historySize: 1000 },
    })
    const raw = await rawConnected(httpPort)
    raw.send({ id: 2, subscribe: { channel: 'news', recoverable: true } })
    const { epoch } = (await raw.reply(2)).subscribe as { epoch: string }
    raw.socket.pause()
    const fast = await rawConnected(httpPort)
    // All at once: whoever was told that it is too slow has a few seconds to read so.
    for (let id = 2; id < 202; id++) {
      fast.send({ id, publish: { channel: 'news', data: 'x'.repeat(100_000) } })
    }
    await fast.reply(201)
    raw.socket.resume()
    expect(await raw.closed).toEqual({ code: 3008, reason: 'slow' })
    const had = raw.objects().filter((object) => JSON.stringify(object).includes('"pub"')).length
    const again = await rawConnected(httpPort)
    again.send({ id: 2, subscribe: { channel: 'news', recover: true, offset: had, epoch } })
    expect(await again.reply(2)).toMatchObject({ subscribe: { recovered: true, offset: 200 } })
  })

  it('with one idempotency key make one message', async () => {
    const { httpPort } = await start()
    const raw = await rawConnected(httpPort)
    raw.send({ id: 2, subscribe: { channel: 'news' } })
    const publish = { channel: 'news', data: 1, idempotency_key: 'once' }
    raw.send({ id: 3, publish }, { id: 4, publish }, { id: 5, history: { channel: 'news', limit: 10 } })
    expect(await raw.reply(4)).toEqual({ id: 4, publish: {} })
    expect(await raw.reply(5)).toMatchObject({ history: { offset: 1, publications: [{ data: 1 }] } })
  })
})
