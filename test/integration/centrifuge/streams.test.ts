import { type Centrifuge, State } from 'centrifuge'
import { afterEach, describe, expect, it } from 'vitest'
import { CommandError, type ErrorName } from '../../../src/exports/chat.ts'
import { rawPeer, until } from '../server/peers.ts'
import { type Changes, type Running, run } from '../server/running.ts'
import { type RunningChat, runChat } from './chat.ts'
import { connected, rawClient, subscribed } from './clients.ts'

const opened: Running[] = []
const chats: RunningChat[] = []
const clients: Centrifuge[] = []

async function start(changes: Changes = {}): Promise<Running> {
  const running = await run({ ...changes, rooms: { historySize: 100, ...changes.rooms } })
  opened.push(running)
  return running
}

async function startChat(options: Parameters<typeof runChat>[0]): Promise<RunningChat> {
  const running = await runChat(options)
  chats.push(running)
  return running
}

afterEach(async () => {
  for (const centrifuge of clients.splice(0)) centrifuge.disconnect()
  await Promise.all(opened.splice(0).map(({ server }) => server.close()))
  await Promise.all(chats.splice(0).map((each) => each.close()))
})

/** The public client over one of its other transports. */
async function over(transport: 'sse' | 'http_stream', port: number): Promise<Centrifuge> {
  const centrifuge = await connected(port, {}, transport)
  clients.push(centrifuge)
  return centrifuge
}

describe.each(['sse', 'http_stream'] as const)('The public client over %s', (transport) => {
  it('subscribes, publishes, calls, and recovers what it missed', async () => {
    const { httpPort } = await start()
    const ann = await over(transport, httpPort)
    const bob = await connected(httpPort)
    clients.push(bob)
    const atAnn = await subscribed(ann, 'news', { recoverable: true })
    const atBob = await subscribed(bob, 'news')
    await atAnn.subscription.publish('of Ann')
    await atBob.subscription.publish('of Bob')
    await Promise.all([atAnn.count(2), atBob.count(2)])
    expect(atAnn.data).toEqual(['of Ann', 'of Bob'])
    await expect(ann.rpc('sum', {})).rejects.toMatchObject({ code: 104 })
    expect((await atAnn.subscription.presenceStats()).numClients).toBe(2)
    ann.disconnect()
    await atBob.subscription.publish('missed')
    ann.connect()
    await atAnn.count(3)
    expect(atAnn.data).toEqual(['of Ann', 'of Bob', 'missed'])
  })

  it('answers pings, and is gone from the rooms when it goes', async () => {
    const { httpPort, health } = await start({ timing: { pingIntervalMs: 1000 } })
    const ann = await over(transport, httpPort)
    await subscribed(ann, 'news')
    const mute = await fetch(`http://127.0.0.1:${httpPort}/connection/http_stream`, {
      method: 'POST',
      body: '{"id":1,"connect":{}}',
    })
    expect(await mute.text()).toContain('"code":3012')
    expect(ann.state).toBe(State.Connected)
    ann.disconnect()
    await until('an empty server', async () => (await health()).connections === 0)
    expect((await health()).rooms).toBe(0)
  })

  it('is told why the server ends', async () => {
    const { httpPort, server } = await start()
    const ann = await over(transport, httpPort)
    const codes: number[] = []
    ann.on('connecting', ({ code }) => codes.push(code))
    await server.drain()
    await until('a reason', () => codes.length > 0)
    expect(codes[0]).toBe(3001)
  })
})

describe('Requests of streams', () => {
  it('get clear answers when they are wrong', async () => {
    const { httpPort } = await start({
      limits: { messageBytes: 1000 },
      allowOrigin: ['https://good.example'],
    })
    const ask = async (path: string, options: RequestInit = {}) => {
      const response = await fetch(`http://127.0.0.1:${httpPort}${path}`, options)
      await response.text()
      return response
    }
    const post = (path: string, body: string) => ask(path, { method: 'POST', body })
    expect((await ask('/connection/sse')).status).toBe(400)
    expect((await post('/connection/sse', '')).headers.get('allow')).toBe('GET')
    expect((await ask('/connection/http_stream')).status).toBe(405)
    expect((await post('/emulation', 'hello')).status).toBe(400)
    expect((await post('/emulation', '{"session":"x","node":"y","data":"{}"}')).status).toBe(404)
    expect((await post('/connection/http_stream', 'x'.repeat(2000))).status).toBe(413)
    const evil = await ask('/connection/sse?cf_connect=', { headers: { Origin: 'https://evil.example' } })
    expect(evil.status).toBe(403)
    const good = await ask('/emulation', {
      method: 'OPTIONS',
      headers: { Origin: 'https://good.example' },
    })
    expect(good.status).toBe(204)
    expect(good.headers.get('access-control-allow-origin')).toBe('https://good.example')
  })

  it('that are no command of the protocol end with a disconnect push', async () => {
    const { httpPort } = await start()
    const response = await fetch(`http://127.0.0.1:${httpPort}/connection/http_stream`, {
      method: 'POST',
      body: 'hello',
    })
    expect(JSON.parse(await response.text())).toEqual({
      push: { disconnect: { code: 3501, reason: 'bad request' } },
    })
  })
})

/** The objects of a response that streams, as they come. */
function reading(response: Response): { objects: unknown[]; done: Promise<void> } {
  const objects: unknown[] = []
  const done = (async () => {
    let rest = ''
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? []) {
      rest += decoder.decode(chunk, { stream: true })
      const lines = rest.split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) if (line !== '') objects.push(JSON.parse(line.replace(/^data: /, '')))
    }
  })()
  return { objects, done }
}

describe('A unidirectional client', () => {
  const handlers = {
    onConnect: ({ token }: { token: string }) => ({ user: token, subscriptions: { news: {} } }),
  }

  it.each([
    ['server-sent events', (base: string) => fetch(`${base}/connection/uni_sse?cf_connect={"token":"ann"}`)],
    [
      'a response that streams',
      (base: string) =>
        fetch(`${base}/connection/uni_http_stream`, { method: 'POST', body: '{"token":"ann"}' }),
    ],
  ])('over %s gets bare pushes, the connect result first', async (_, ask) => {
    const { chat, port } = await startChat({ handlers, timing: { pingIntervalMs: 50 } })
    const { objects, done } = reading(await ask(`http://127.0.0.1:${port}`))
    await until('the connect push', () => objects.length > 0)
    expect(objects[0]).toMatchObject({ connect: { client: expect.any(String), ping: 1, subs: { news: {} } } })
    await chat.publish('news', 1)
    await until('a publication and a ping', () => {
      const text = JSON.stringify(objects)
      return text.includes('"pub"') && text.includes('{}')
    })
    expect(objects.find((object) => JSON.stringify(object).includes('pub'))).toMatchObject({
      channel: 'news',
      pub: { data: 1, offset: 1 },
    })
    chat.disconnect({ user: 'ann' })
    await done
    expect(objects.at(-1)).toEqual({ disconnect: { code: 3503, reason: 'force disconnect' } })
  })

  it('over server-sent events need not say anything', async () => {
    const { port, chat } = await startChat({
      handlers: { onConnect: () => ({ user: 'ann', subscriptions: { news: {} } }) },
    })
    const { objects, done } = reading(await fetch(`http://127.0.0.1:${port}/connection/uni_sse`))
    await until('the connect push', () => objects.length > 0)
    expect(objects[0]).toMatchObject({ connect: { subs: { news: {} } } })
    chat.disconnect({ user: 'ann' })
    await done
  })

  it('over WebSocket says one thing and listens', async () => {
    const { chat, port } = await startChat({ handlers })
    const raw = await rawClient(port, '/connection/uni_websocket')
    raw.send({ token: 'ann' })
    await until('the connect push', () => raw.frames.length > 0)
    expect(raw.objects()[0]).toMatchObject({ connect: { subs: { news: {} } } })
    await chat.publish('news', 1)
    await until('the publication', () => raw.frames.length > 1)
    expect(raw.objects()[1]).toMatchObject({ channel: 'news', pub: { data: 1 } })
    raw.send({ token: 'ann' })
    expect((await raw.closed).code).toBe(3501)
  })
})

/** How a client that only listens asks, and what it is told of its end, on each transport. */
const listeners: Readonly<Record<string, (port: number) => Promise<unknown>>> = {
  websocket: async (port) => {
    const raw = await rawClient(port, '/connection/uni_websocket')
    raw.send({ token: 'ann' })
    return await raw.closed
  },
  'server-sent events': async (port) => {
    const { objects, done } = reading(
      await fetch(`http://127.0.0.1:${port}/connection/uni_sse?cf_connect={"token":"ann"}`),
    )
    await done
    return (objects.at(-1) as { disconnect: unknown }).disconnect
  },
  'a response that streams': async (port) => {
    const { objects, done } = reading(
      await fetch(`http://127.0.0.1:${port}/connection/uni_http_stream`, { method: 'POST', body: '{}' }),
    )
    await done
    return (objects.at(-1) as { disconnect: unknown }).disconnect
  },
}

describe.each(Object.entries(listeners))(
  'A unidirectional client over %s that is refused',
  (name, listen) => {
    const refusals: [ErrorName | undefined, number, string][] = [
      [undefined, 3004, 'internal server error'],
      ['internal', 3004, 'internal server error'],
      ['unauthorized', 3507, 'permission denied'],
      ['unknown-channel', 3508, 'not available'],
      ['permission-denied', 3507, 'permission denied'],
      ['limit-exceeded', 3505, 'channel limit'],
      ['bad-request', 3501, 'bad request'],
      ['not-available', 3508, 'not available'],
      ['token-expired', 3005, 'connection expired'],
      ['expired', 3005, 'connection expired'],
      ['too-many-requests', 3013, 'too many requests'],
      ['unrecoverable-position', 3508, 'not available'],
    ]

    it.each(refusals)('with the error %s ends with %i', async (error, code, reason) => {
      const { port } = await startChat({
        handlers: {
          onConnect: () => {
            throw error === undefined ? new Error('the database is gone') : new CommandError(error)
          },
        },
      })
      const told = await listen(port)
      const reconnect = code < 3500 && name !== 'websocket' ? { reconnect: true } : {}
      expect(told).toEqual({ code, reason, ...reconnect })
    })

    it.each([
      [true, 3004],
      [false, 3507],
    ])("with an application's own error, temporary: %s, ends with %i", async (temporary, code) => {
      const { port } = await startChat({
        handlers: {
          onConnect: () => {
            throw new CommandError({ code: 4242, message: 'not now', temporary })
          },
        },
      })
      expect(await listen(port)).toMatchObject({ code })
    })
  },
)

describe('Lines over TCP whose first is a command', () => {
  it('are the Centrifuge dialect, a command a line, replies too when the client has ended its side', async () => {
    const { tcpPort } = await start()
    const peer = await rawPeer(tcpPort)
    const commands = [
      { id: 1, connect: {} },
      { id: 2, subscribe: { channel: 'news' } },
      { id: 3, publish: { channel: 'news', data: 'hi' } },
    ]
    peer.socket.end(commands.map((command) => `${JSON.stringify(command)}\n`).join(''))
    await peer.closed
    const objects = peer
      .text()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(objects).toMatchObject([
      { id: 1, connect: { ping: 25, pong: true } },
      { id: 2, subscribe: {} },
      { id: 3, publish: {} },
      { push: { channel: 'news', pub: { data: 'hi' } } },
      { push: { disconnect: { code: 3000 } } },
    ])
  })

  it('end with a disconnect push when they are no commands any more', async () => {
    const { tcpPort } = await start()
    const peer = await rawPeer(tcpPort)
    peer.socket.write('{"id":1,"connect":{}}\n')
    await peer.got('"client"')
    peer.socket.write('hello\n')
    await peer.closed
    expect(peer.text()).toContain('{"push":{"disconnect":{"code":3501,"reason":"bad request"}}}\n')
  })

  it('are so too when the first was held up and a person was greeted; the lobby hears nothing of it', async () => {
    const { tcpPort, health } = await start()
    const witness = await rawPeer(tcpPort)
    await witness.got('in lobby')
    const late = await rawPeer(tcpPort)
    await late.got('in lobby')
    late.socket.write('{"id":1,"connect":{}}\n{"id":2,"subscribe":{"channel":"news"}}\n')
    await late.got('{"id":2,"subscribe":{}}')
    expect((await health()).rooms).toBe(2)
    witness.socket.write('/who\n')
    await witness.got('In lobby: ')
    expect(witness.text()).toMatch(/In lobby: [^,]+\.$/m)
    expect(witness.text()).not.toContain('"connect"')
    witness.socket.write('{"id":1,"connect":{}}\n')
    await witness.got('"connect"')
    expect((await health()).connections).toBe(2)
  })

  it('are not told to the lobby when they end in the middle of the first, and what a person says last is', async () => {
    const { tcpPort } = await start()
    const witness = await rawPeer(tcpPort)
    await witness.got('in lobby')
    const program = await rawPeer(tcpPort)
    program.socket.end('{"id":1,"conn')
    await program.closed
    const person = await rawPeer(tcpPort)
    person.socket.end('no line end')
    await witness.got('no line end')
    expect(witness.text()).not.toContain('"conn')
  })

  it('are a person when they are not, or when nothing is said', async () => {
    const { tcpPort } = await start()
    const [ann, bob] = [await rawPeer(tcpPort), await rawPeer(tcpPort)]
    ann.socket.write('{"hello":"world"}\n')
    await ann.got('in lobby')
    await bob.got('in lobby')
    bob.socket.write('hi\n')
    await ann.got('hi')
  })
})
