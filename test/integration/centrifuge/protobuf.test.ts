import type { Centrifuge } from 'centrifuge'
import { Centrifuge as ProtobufCentrifuge } from 'centrifuge/build/protobuf'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { chatter, until } from '../server/peers.ts'
import { type Changes, type Running, run } from '../server/running.ts'
import { runChat } from './chat.ts'
import { connected, subscribed } from './clients.ts'
import { protobufClient, protobufConnected } from './protobuf-client.ts'

const opened: Running[] = []
const clients: Centrifuge[] = []

async function start(changes: Changes = {}): Promise<Running> {
  const running = await run({ ...changes, rooms: { historySize: 10, ...changes.rooms } })
  opened.push(running)
  return running
}

/** A client that is gone when the test is. */
function mine(centrifuge: Centrifuge): Centrifuge {
  clients.push(centrifuge)
  return centrifuge
}

afterEach(async () => {
  for (const centrifuge of clients.splice(0)) centrifuge.disconnect()
  await Promise.all(opened.splice(0).map(({ server }) => server.close()))
})

const connectCommand = [4, 0x08, 1, 0x22, 0]
const emptyReply = Buffer.from([0])

interface BareClient {
  readonly socket: WebSocket
  readonly frames: { readonly bytes: Buffer; readonly isBinary: boolean }[]
  readonly closed: Promise<{ code: number; reason: string }>
  send(...bytes: number[]): void
}

async function bare(port: number, query = '', subprotocols: string[] = [], path = '/connection/websocket') {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}${query}`, subprotocols)
  const frames: BareClient['frames'] = []
  socket.on('message', (data, isBinary) => frames.push({ bytes: data as Buffer, isBinary }))
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }))
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  const client: BareClient = { socket, frames, closed, send: (...bytes) => socket.send(Buffer.from(bytes)) }
  return client
}

/** One that speaks Protobuf and has connected. */
async function bareConnected(port: number): Promise<BareClient> {
  const client = await bare(port, '?format=protobuf')
  client.send(...connectCommand)
  await until('a reply', () => client.frames.length > 0)
  return client
}

describe('A room in which JSON, Protobuf and people meet', () => {
  it('is the same for all of them', async () => {
    const { httpPort } = await start()
    const ann = mine(await connected(httpPort))
    const bob = mine(await protobufConnected(httpPort))
    const atAnn = await subscribed(ann, 'lobby')
    const atBob = await subscribed(bob, 'lobby')
    const cem = await chatter(httpPort, 'room=lobby&name=Cem&format=json')
    cem.socket.send('hi all')
    await atBob.count(1)
    await bob.publish('lobby', { name: 'Bob', text: 'hi "Cem" ü' })
    await ann.publish('lobby', { name: 'Ann', text: 'hi Bob' })
    await Promise.all([atAnn.count(3), atBob.count(3)])
    await until('all at Cem', () => cem.objects().some(({ text }) => text === 'hi Bob'))
    const said = [
      { name: 'Cem', text: 'hi all' },
      { name: 'Bob', text: 'hi "Cem" ü' },
      { name: 'Ann', text: 'hi Bob' },
    ]
    expect(atAnn.data).toEqual(said)
    expect(atBob.data).toEqual(said)
    expect(atBob.offsets).toEqual([1, 2, 3])
    expect(
      cem
        .objects()
        .filter(({ text }) => text !== undefined)
        .map(({ name, text, offset }) => ({ name, text, offset })),
    ).toEqual(said.map((each, index) => ({ ...each, offset: index + 1 })))
    const [{ clients: seenByAnn }, { clients: seenByBob }] = await Promise.all([
      atAnn.subscription.presence(),
      atBob.subscription.presence(),
    ])
    expect(Object.keys(seenByBob).sort()).toEqual(Object.keys(seenByAnn).sort())
    expect(Object.values(seenByBob)).toContainEqual(expect.objectContaining({ connInfo: { name: 'Cem' } }))
  })

  it('passes on what Protobuf clients wrote, digit by digit and on one line', async () => {
    const { httpPort } = await start()
    const ann = mine(await connected(httpPort))
    const frames: string[] = []
    const reader = new WebSocket(`ws://127.0.0.1:${httpPort}/connection/websocket`)
    reader.on('message', (data) => frames.push(String(data)))
    await new Promise((resolve) => reader.once('open', resolve))
    reader.send('{"id":1,"connect":{}}\n{"id":2,"subscribe":{"channel":"news"}}')
    await until('a subscription', () => frames.join('').includes('"subscribe"'))
    const bob = new ProtobufCentrifuge(`ws://127.0.0.1:${httpPort}/connection/websocket`, {
      websocket: WebSocket,
    })
    bob.connect()
    await bob.ready(10_000)
    const atAnn = await subscribed(ann, 'news')
    await bob.publish('news', Buffer.from('{\n  "n": 12345678901234567890\r\n}'))
    await atAnn.count(1)
    bob.disconnect()
    await until('it at the reader', () => frames.join('').includes('"pub"'))
    expect(frames.join('\n')).toContain('{   "n": 12345678901234567890  }')
    reader.close()
  })

  it('gives differences to both kinds of clients, each as theirs', async () => {
    const { httpPort } = await start({ rooms: { historySize: 10, delta: true } })
    const publisher = mine(await connected(httpPort))
    const atAnn = await subscribed(mine(await connected(httpPort)), 'news', {
      delta: 'fossil',
      recoverable: true,
    })
    const atBob = await subscribed(mine(await protobufConnected(httpPort)), 'news', {
      ...{ delta: 'fossil', recoverable: true },
    })
    const story = 'Es war einmal in Österreich. '.repeat(20)
    const texts = Array.from({ length: 5 }, (_, index) => ({ text: `${story}${index} ü ${story}` }))
    for (const text of texts) await publisher.publish('news', text)
    await Promise.all([atAnn.count(5), atBob.count(5)])
    expect(atAnn.data).toEqual(texts)
    expect(atBob.data).toEqual(texts)
  })
})

describe('The public client in Protobuf', () => {
  it('is refused with 107 what is no JSON, and stays', async () => {
    const { httpPort } = await start()
    const centrifuge = new ProtobufCentrifuge(`ws://127.0.0.1:${httpPort}/connection/websocket`, {
      websocket: WebSocket,
    })
    centrifuge.connect()
    await centrifuge.ready(10_000)
    for (const data of ['hello', '{"a":1', '']) {
      await expect(centrifuge.publish('news', Buffer.from(data))).rejects.toMatchObject({ code: 107 })
    }
    await expect(centrifuge.rpc('any', Buffer.from([0xff]))).rejects.toMatchObject({ code: 107 })
    expect(centrifuge.state).toBe('connected')
    centrifuge.disconnect()
  })

  it('hears errors in words', async () => {
    const { httpPort } = await start()
    const ann = mine(await protobufConnected(httpPort))
    const { subscription } = await subscribed(ann, 'news')
    await expect(ann.rpc('sum', 1)).rejects.toMatchObject({ code: 104, message: 'method not found' })
    await expect(ann.publish('no good name', 1)).rejects.toMatchObject({ code: 107, message: 'bad request' })
    await expect(
      subscription.history({ limit: 1, since: { offset: 5, epoch: 'other' } }),
    ).rejects.toMatchObject({ code: 112 })
    expect(await subscription.history({ limit: 0 })).toMatchObject({ publications: [], offset: 0 })
  })

  it('answers pings and stays, and comes back after a drain', async () => {
    const { httpPort, server, log } = await start({ timing: { pingIntervalMs: 1000 } })
    const ann = mine(protobufClient(httpPort))
    const codes: number[] = []
    ann.on('connecting', ({ code }) => codes.push(code))
    ann.connect()
    await ann.ready(10_000)
    const mute = await bareConnected(httpPort)
    expect(await mute.closed).toEqual({ code: 3012, reason: 'no pong' })
    expect(mute.frames.at(-1)).toEqual({ bytes: emptyReply, isBinary: true })
    expect(ann.state).toBe('connected')
    await until('the mute one gone', () => log.some(({ msg }) => msg === 'connection closed'))
    expect(log.filter(({ msg }) => msg === 'connection closed')).toHaveLength(1)
    await server.drain()
    await until('a reason', () => codes.includes(3001))
  })
})

describe('An application whose clients speak Protobuf', () => {
  it('hears what they say, and tells them, subscribes them and prolongs their time', async () => {
    const messages: unknown[] = []
    const { chat, port, close } = await runChat({
      handlers: {
        onConnect: ({ headers, protocol }) => ({
          user: 'ann',
          data: { headers, protocol },
          expiresAt: inAMinute(),
        }),
        onMessage: (_client, data) => void messages.push(data),
      },
    })
    const ann = mine(protobufClient(port, { headers: { 'X-Trace': 't1' }, getToken: async () => 'another' }))
    const heard: unknown[] = []
    ann.on('connected', ({ data }) => heard.push(['connected', data]))
    ann.on('message', ({ data }) => heard.push(['message', data]))
    ann.on('subscribed', ({ channel, data, recoverable }) => heard.push([channel, data, recoverable]))
    ann.on('publication', ({ channel, data, tags }) => heard.push([channel, data, tags]))
    ann.on('unsubscribed', ({ channel }) => heard.push(['unsubscribed', channel]))
    ann.connect()
    await ann.ready(10_000)
    await ann.send({ hello: ['server', null] })
    await until('the message', () => messages.length === 1)
    expect(messages).toEqual([{ hello: ['server', null] }])
    chat.send({ user: 'ann' }, 'hi Ann')
    chat.refresh({ user: 'ann' }, { expiresAt: inAMinute() })
    await chat.subscribe({ user: 'ann' }, 'offers', { data: { topic: 'tea' }, isRecoverable: true })
    await chat.publish('offers', 1, { tags: { kind: 'tea' } })
    await until('the offer', () => heard.length === 4)
    chat.unsubscribe({ user: 'ann' }, 'offers')
    await until('all', () => heard.length === 5)
    expect(heard).toEqual([
      ['connected', { headers: { 'x-trace': 't1' }, protocol: 'protobuf' }],
      ['message', 'hi Ann'],
      ['offers', { topic: 'tea' }, true],
      ['offers', 1, { kind: 'tea' }],
      ['unsubscribed', 'offers'],
    ])
    const code = new Promise((resolve) => ann.once('disconnected', (context) => resolve(context.code)))
    chat.disconnect({ user: 'ann' }, { code: 4500, reason: 'too late' })
    expect(await code).toBe(4500)
    await close()
  })
})

const inAMinute = (): number => Date.now() + 60_000

describe('A WebSocket of the Centrifuge dialect', () => {
  it.each([
    ['?format=protobuf', [], '', true],
    ['?cf_protocol=protobuf', [], '', true],
    ['', ['centrifuge-protobuf'], 'centrifuge-protobuf', true],
    ['', ['other', 'centrifuge-protobuf', 'centrifuge-json'], 'centrifuge-protobuf', true],
    ['', ['centrifuge-json', 'centrifuge-protobuf'], 'centrifuge-json', false],
    ['?format=json', [], '', false],
  ])('asked with "%s" and %j agrees on "%s"', async (query, wanted, agreed, isProtobuf) => {
    const { httpPort } = await start()
    const client = await bare(httpPort, query, wanted)
    expect(client.socket.protocol).toBe(agreed)
    client.socket.send(isProtobuf ? Buffer.from(connectCommand) : '{"id":1,"connect":{}}')
    await until('a reply', () => client.frames.length > 0)
    expect(client.frames[0]?.isBinary).toBe(isProtobuf)
    client.socket.close()
  })

  it('carries many commands in a frame, and all replies of a turn in one', async () => {
    const { httpPort } = await start()
    const client = await bareConnected(httpPort)
    const ping = (id: number): number[] => [4, 0x08, id, 0x5a, 0]
    client.send(...ping(2), ...ping(3), ...ping(4))
    await until('a frame more', () => client.frames.length > 1)
    const pong = (id: number): number[] => [4, 0x08, id, 0x62, 0]
    expect(client.frames.slice(1).map(({ bytes }) => [...bytes])).toEqual([
      [...pong(2), ...pong(3), ...pong(4)],
    ])
    client.socket.close()
  })

  it.each([
    ['garbage', [0xff, 0xff, 0xff, 0xff, 0xff]],
    ['nothing', []],
    ['a pong that nobody asked for', [0]],
    ['a number where a message belongs', [4, 0x08, 2, 0x28, 1]],
    ['a command without its channel', [4, 0x08, 2, 0x2a, 0]],
  ])('in Protobuf ends %s with 3501', async (_what, bytes) => {
    const { httpPort } = await start()
    const client = await bareConnected(httpPort)
    client.send(...bytes)
    expect(await client.closed).toEqual({ code: 3501, reason: 'bad request' })
  })

  it('ends what is said before connect, texts in Protobuf and Protobuf in JSON with 3501', async () => {
    const { httpPort } = await start()
    const early = await bare(httpPort, '?format=protobuf')
    early.send(4, 0x08, 1, 0x5a, 0)
    const writer = await bare(httpPort, '?format=protobuf')
    writer.socket.send('{"id":1,"connect":{}}')
    const stranger = await bare(httpPort)
    stranger.send(...connectCommand)
    for (const { closed } of [early, writer, stranger]) {
      expect(await closed).toEqual({ code: 3501, reason: 'bad request' })
    }
  })

  it('takes a message of Protobuf in fragments, cut anywhere', async () => {
    const { httpPort } = await start()
    const client = await bare(httpPort, '?format=protobuf')
    for (const [index, byte] of connectCommand.entries()) {
      client.socket.send(Buffer.from([byte]), { binary: true, fin: index === connectCommand.length - 1 })
    }
    await until('a reply', () => client.frames.length > 0)
    client.socket.close()
  })

  it('carries out what stands in a frame before garbage', async () => {
    const { httpPort } = await start()
    const client = await bareConnected(httpPort)
    client.send(4, 0x08, 2, 0x5a, 0, 0xff)
    expect((await client.closed).code).toBe(3501)
    expect(client.frames.slice(1).map(({ bytes }) => [...bytes])).toEqual([[4, 0x08, 2, 0x62, 0]])
  })

  it('takes frames up to its bound', async () => {
    const { httpPort } = await start({ limits: { messageBytes: 1000 } })
    const client = await bareConnected(httpPort)
    client.socket.send(Buffer.alloc(1001))
    expect((await client.closed).code).toBe(1009)
  })

  it('ends who wants Protobuf where only JSON is spoken with 3506', async () => {
    const { httpPort } = await start()
    const client = await bare(httpPort, '', ['centrifuge-protobuf'], '/connection/uni_websocket')
    client.send(0)
    expect(await client.closed).toEqual({ code: 3506, reason: 'inappropriate protocol' })
  })
})

it.each([
  ['/connection/sse?cf_connect=%7B%7D&cf_protocol=protobuf', 'GET', {}],
  ['/connection/http_stream?format=protobuf', 'POST', {}],
  ['/connection/http_stream', 'POST', { 'Content-Type': 'application/octet-stream' }],
])('A stream that should speak Protobuf (%s) is refused', async (path, method, headers) => {
  const { httpPort } = await start()
  const response = await fetch(`http://127.0.0.1:${httpPort}${path}`, {
    ...{ method, headers },
    ...(method === 'POST' ? { body: Buffer.from(connectCommand) } : {}),
  })
  expect(response.status).toBe(415)
  expect(await response.text()).toContain('WebSocket')
})
