import { afterEach, describe, expect, it } from 'vitest'
import { MemoryBroker } from '../../../src/broker/memory/memory.ts'
import { type ChatHandlers, CommandError, Disconnect } from '../../../src/exports/chat.ts'
import { type Chatter, chatter, rawPeer, until } from './peers.ts'
import { type PlainChat, plainChat } from './plain-chat.ts'
import type { Changes } from './running.ts'

const opened: PlainChat[] = []

/** Users by their token. */
const known: ChatHandlers = { onConnect: ({ token }) => ({ user: token }) }

async function start(rooms: Changes['rooms'] = {}, handlers: ChatHandlers = {}): Promise<PlainChat> {
  const running = await plainChat(rooms, { ...known, ...handlers })
  opened.push(running)
  return running
}

afterEach(async () => {
  for (const each of opened.splice(0)) await each.close()
})

/** A page of this user; resolves when it has its first answer. */
async function page(port: number, user: string, room = 'lobby', more = ''): Promise<Chatter> {
  const query = `format=json&token=${encodeURIComponent(user)}&room=${encodeURIComponent(room)}${more}`
  const peer = await chatter(port, query)
  await until('a first answer', () => peer.received.length > 0)
  return peer
}

/** What the command is answered. */
async function ask(peer: Chatter, line: string): Promise<Record<string, unknown>> {
  const [, command] = /^\/(\w+)/.exec(line) ?? []
  const before = peer.received.length
  peer.socket.send(line)
  const find = () =>
    peer
      .objects()
      .slice(before)
      .find((object) => object.command === command)
  await until(`an answer to ${line}`, () => find() !== undefined)
  return find()!
}

/** Says it, and what becomes of it: what everybody hears, or the notice. */
async function say(peer: Chatter, text: string): Promise<unknown> {
  const before = peer.received.length
  peer.socket.send(text)
  const find = () =>
    peer
      .objects()
      .slice(before)
      .find((object) => object.text === text || object.error !== undefined)
  await until(`what becomes of ${text}`, () => find() !== undefined)
  return find()?.message ?? find()?.text
}

describe('Over a WebSocket, who may not enter', () => {
  it.each<[string, string, string, string]>([
    ['a room of users', '', 'club:a', 'Only people who are known may enter club:a: connect with a token.'],
    ['a closed room', 'ann', 'closed:a', 'Nobody enters closed:a by themselves: the server lets people in.'],
    [
      'a limited room',
      'eve',
      'dialog#ann,ben',
      'The room dialog#ann,ben is for those alone whom its name lists.',
    ],
    ['a private room', 'ann', '$board', 'The room $board is private: only a token for it lets somebody in.'],
    ['a room of no namespace', 'ann', 'other:a', 'There is no room other:a.'],
  ])('%s is told so, and stays away', async (_what, user, room, sentence) => {
    const { port } = await start({
      namespaces: { club: { subscribe: 'users' }, closed: { subscribe: 'nobody' } },
    })
    const peer = await page(port, user, room)
    expect(peer.objects()).toEqual([{ error: user === '' ? 'token-required' : 'refused', message: sentence }])
    expect(await peer.close).toEqual({ code: 1008, reason: sentence })
    const inside = await page(port, 'ben', room === 'dialog#ann,ben' ? room : 'lobby')
    expect(await ask(inside, '/nick Ben')).toHaveProperty('error')
    const moved = await ask(await page(port, user), `/join ${room}`)
    expect(moved).toEqual({ command: 'join', error: sentence })
  })

  it('a full room is told so, and one that moves stays where it was', async () => {
    const { port } = await start({ members: 1 })
    await page(port, 'ann', 'a')
    const ben = await page(port, 'ben', 'b')
    expect(await ask(ben, '/join a')).toEqual({
      command: 'join',
      error: 'The room a has as many members as it may have, 1.',
    })
    expect(await ask(ben, '/who')).toMatchObject({ room: 'b', names: ['ben'] })
    const eve = await page(port, 'eve', 'a')
    expect((await eve.close).code).toBe(1008)
  })
})

describe('Who is in a room', () => {
  it('and may not publish is told so, and nobody hears it', async () => {
    const { port } = await start({
      namespaces: { news: { publish: 'nobody' }, club: { publish: 'users' }, small: { publicationBytes: 4 } },
    })
    const [ann, guest] = [await page(port, 'ann', 'news:a'), await page(port, '', 'news:a')]
    expect(await say(ann, 'hi')).toBe(
      'This message was not delivered: Nobody may publish in news:a but the server.',
    )
    await ask(ann, '/join club:a')
    await ask(guest, '/join club:a')
    expect(await say(guest, 'hi')).toMatch('Only people who are known may publish in club:a')
    expect(await say(ann, 'hello')).toBe('hello')
    await until('Ann heard', () => guest.objects().some(({ text }) => text === 'hello'))
    expect(ann.objects().some(({ text }) => text === 'hi')).toBe(false)
    await ask(ann, '/join small:a')
    expect(await say(ann, 'four')).toBe('four')
    expect(await say(ann, 'öööö')).toMatch('The room small:a takes at most 4 bytes at once.')
  })

  it('hears of who publishes too much there', async () => {
    const { port } = await start({ publicationsPerSecond: 0.001 })
    const [ann, ben] = [await page(port, 'ann'), await page(port, 'ben')]
    expect(await say(ann, 'one')).toBe('one')
    expect(await say(ben, 'two')).toMatch('The room lobby takes 0.001 messages a second.')
  })

  it('and may not ask who is there gets no names, in the welcome, by /who, /join and /rooms', async () => {
    const { port } = await start({
      namespaces: { quiet: { presence: false, joinLeave: 'never' }, shy: { presenceFor: 'nobody' } },
    })
    const ann = await page(port, 'ann', 'quiet:a')
    expect(ann.objects()[0]).toMatchObject({ welcome: { members: [] } })
    expect(await ask(ann, '/who')).toEqual({ command: 'who', error: 'Nobody is told who is in quiet:a.' })
    const ben = await page(port, 'ben', 'quiet:a')
    expect(await say(ben, 'hi')).toBe('hi')
    await until('Ben heard', () => ann.objects().some(({ text }) => text === 'hi'))
    expect(ann.received.join()).not.toContain('"join"')
    expect(await ask(ben, '/join shy:a')).toMatchObject({ members: [] })
    expect(await ask(ben, '/who')).toHaveProperty('error')
    const { rooms } = await ask(ben, '/rooms')
    expect(rooms).toEqual([{ room: 'shy:a', members: 1 }])
  })

  it('sees the rooms that they may enter, and no others', async () => {
    const { port } = await start({ namespaces: { club: { subscribe: 'users' } } })
    const ann = await page(port, 'ann', 'dialog#ann,ben')
    const cleo = await page(port, 'cleo', 'club:a')
    const guest = await page(port, '', 'lobby')
    const rooms = async (peer: Chatter) =>
      ((await ask(peer, '/rooms')).rooms as { room: string }[]).map(({ room }) => room).sort()
    expect(await rooms(ann)).toEqual(['club:a', 'dialog#ann,ben', 'lobby'])
    expect(await rooms(cleo)).toEqual(['club:a', 'lobby'])
    expect(await rooms(guest)).toEqual(['lobby'])
  })
})

describe("An application's handlers", () => {
  it('let a person in, let them speak, and change what they say', async () => {
    const { chat, port } = await start(
      { subscribe: 'nobody', publish: 'nobody', historySize: 5 },
      {
        onSubscribe: async ({ user }) => (user === 'ann' ? { info: { seat: 7 } } : undefined),
        onPublish: async (_client, { data }) => ({
          data: { ...(data as object), text: 'changed' },
          tags: { kind: 'talk' },
        }),
      },
    )
    const ann = await page(port, 'ann', '$board')
    ann.socket.send('one')
    await until('the change', () => ann.objects().some(({ text }) => text === 'changed'))
    expect((await chat.history('$board')).publications).toMatchObject([
      { data: { name: 'ann', text: 'changed' }, tags: { kind: 'talk' }, info: { user: 'ann' } },
    ])
    expect(await chat.presence('$board')).toMatchObject([{ user: 'ann', chanInfo: { seat: 7 } }])
    expect((await (await page(port, 'ben', '$board')).close).code).toBe(1008)
  })

  it('may show a person others than those who are there', async () => {
    const { chat, port } = await start(
      {},
      {
        onPresence: async (_client, { channel }) => {
          const clients = await chat.presence(channel)
          const guests = [
            { client: 'x', user: 'zoe', connInfo: { name: 'Zoe' } },
            { client: 'y', user: '' },
          ]
          return { clients: [...clients.filter(({ user }) => user === 'ben'), ...guests] }
        },
      },
    )
    await page(port, 'ben')
    const ann = await page(port, 'ann')
    const shown = ['ben', 'Zoe', 'y']
    expect(ann.objects()[0]).toMatchObject({ welcome: { members: shown } })
    expect(await ask(ann, '/who')).toEqual({ command: 'who', room: 'lobby', names: shown })
    expect(await ask(ann, '/join tea')).toMatchObject({ members: ['Zoe', 'y'] })
  })

  it('refuse: a person is told why, or goes', async () => {
    const { port } = await start(
      {},
      {
        onSubscribe: (_client, { channel }) => {
          if (channel === 'mine') throw new CommandError({ code: 1000, message: 'it is mine' })
          if (channel === 'trap') throw new Disconnect('force-disconnect')
          return undefined
        },
        onPublish: (_client, { data }) => {
          if ((data as { text: string }).text === 'rude')
            throw new CommandError({ code: 1001, message: 'be kind' })
          return undefined
        },
        onPresence: () => false,
      },
    )
    const ann = await page(port, 'ann')
    expect(await ask(ann, '/join mine')).toMatchObject({ error: 'You may not do that: it is mine.' })
    expect(await say(ann, 'rude')).toBe('This message was not delivered: You may not do that: be kind.')
    expect(await say(ann, 'kind')).toBe('kind')
    expect(await ask(ann, '/who')).toMatchObject({ error: 'You may not ask who is in lobby.' })
    ann.socket.send('/join trap')
    expect((await ann.close).code).toBe(1008)
  })

  it('say of a person what the others of each room see as they come and as they go', async () => {
    const { port, tcpPort } = await start(
      {},
      { onSubscribe: ({ user }, { channel }) => (user === 'ann' ? { info: { at: channel } } : undefined) },
    )
    const program = await rawPeer(tcpPort)
    const subscribe = (id: number, channel: string) =>
      `${JSON.stringify({ id, subscribe: { channel, join_leave: true } })}\n`
    program.socket.write(`{"id":1,"connect":{}}\n${subscribe(2, 'tea')}${subscribe(3, 'cake')}`)
    await program.got('{"id":3,"subscribe":{}}')
    const ann = await page(port, 'ann', 'tea')
    await ask(ann, '/join cake')
    ann.socket.close()
    const heard = () =>
      [...program.text().matchAll(/"channel":"(\w+)","(join|leave)":.*"chan_info":\{"at":"(\w+)"\}/g)].map(
        ([, room, event, info]) => `${event} ${room}: ${info}`,
      )
    await until('four events', () => heard().length === 4)
    expect(heard().toSorted()).toEqual([
      'join cake: cake',
      'join tea: tea',
      'leave cake: cake',
      'leave tea: tea',
    ])
    program.socket.destroy()
  })

  it('may give a stay in a room an end', async () => {
    const { port } = await start(
      {},
      { onSubscribe: (_client, { channel }) => (channel === 'brief' ? { expiresAt: Date.now() + 50 } : {}) },
    )
    const ann = await page(port, 'ann', 'brief')
    expect(await ann.close).toEqual({ code: 1008, reason: 'What let you into brief has run out.' })
  })
})

describe('Over lines', () => {
  it('who needs to be known to enter the lobby says a token first; other rooms are refused with a sentence', async () => {
    const { tcpPort } = await start({ subscribe: 'users', publish: 'users' })
    const peer = await rawPeer(tcpPort)
    peer.socket.write('hello\n')
    await peer.got('* A token is needed here. Say it like this: /login TOKEN\n')
    peer.socket.write('/login ann\n')
    await peer.got('* You are ann in lobby.')
    peer.socket.write('hello again\n')
    await peer.got('@ann: hello again\n')
    expect(peer.text()).not.toContain(': hello\n')
    peer.socket.write('/join dialog#ben,cleo\n')
    await peer.got('* The room dialog#ben,cleo is for those alone whom its name lists.\n')
    peer.socket.write('/join dialog#ann,ben\n')
    await peer.got('* You are in dialog#ann,ben now, with nobody else.\n')
    peer.socket.destroy()
  })
})

describe('A page', () => {
  /** What the page is given of the room's history: texts, and whether that is all it missed. */
  const given = (answer: unknown) => {
    const { history } = answer as {
      history?: {
        recovered: boolean
        epoch: string
        offset: number
        messages: { text: string; offset: number }[]
      }
    }
    return history
  }
  const texts = (answer: unknown) => given(answer)?.messages.map(({ text }) => text)

  it('that enters a room that keeps what is said is given the newest of it, and then hears what comes', async () => {
    const { chat, port } = await start({ historySize: 150 })
    for (let number = 1; number <= 120; number++)
      await chat.publish('lobby', { name: 'Ben', text: `${number}` })
    const ann = await page(port, 'ann')
    const { welcome } = ann.objects()[0]!
    expect(texts(welcome)).toEqual(Array.from({ length: 100 }, (_, index) => `${index + 21}`))
    expect(given(welcome)).toMatchObject({ recovered: false, offset: 120, epoch: expect.any(String) })
    expect(given(welcome)?.messages[0]).toEqual({
      name: 'Ben',
      text: '21',
      time: expect.any(Number),
      offset: 21,
    })
    expect(await say(ann, 'and I')).toBe('and I')
    expect(ann.objects().at(-1)).toMatchObject({ name: 'ann', user: 'ann', offset: 121 })
  })

  it('that comes back is given exactly what it missed, or is told that this cannot be said', async () => {
    const { chat, port } = await start({ historySize: 5 })
    const ann = await page(port, 'ann')
    for (const text of ['1', '2']) await say(ann, text)
    const { epoch } = given(ann.objects()[0]!.welcome)!
    ann.socket.close()
    for (const text of ['3', '4', '5']) await chat.publish('lobby', { text })
    const welcomeSince = async (offset: number, of = epoch) =>
      (await page(port, 'ann', 'lobby', `&since=${offset}&epoch=${of}`)).objects()[0]!.welcome
    const back = await welcomeSince(2)
    expect(texts(back)).toEqual(['3', '4', '5'])
    expect(given(back)?.recovered).toBe(true)
    const nothing = await welcomeSince(5)
    expect([texts(nothing), given(nothing)?.recovered]).toEqual([[], true])
    const otherStream = await welcomeSince(2, 'other')
    expect([texts(otherStream), given(otherStream)?.recovered]).toEqual([['1', '2', '3', '4', '5'], false])
    for (const text of ['6', '7', '8']) await chat.publish('lobby', { text })
    const trimmed = await welcomeSince(2)
    expect([texts(trimmed), given(trimmed)?.recovered]).toEqual([['4', '5', '6', '7', '8'], false])
  })

  it('loses and doubles nothing while others speak and it comes and goes', async () => {
    const { chat, port } = await start({ historySize: 10_000 })
    let isOver = false
    let published = 0
    const publishing = (async () => {
      while (!isOver) {
        await Promise.all([1, 2, 3].map(() => chat.publish('lobby', { text: `${++published}` })))
        await new Promise((resolve) => setImmediate(resolve))
      }
    })()
    const heard: number[] = []
    let position = ''
    for (let visit = 0; visit < 20; visit++) {
      const peer = await page(port, '', 'lobby', position)
      const count = peer.received.length
      await until('some more', () => peer.received.length > count + 2)
      peer.socket.terminate()
      await peer.close
      const [first, ...live] = peer.objects()
      const history = given(first!.welcome)!
      if (visit > 0) expect(history.recovered).toBe(true)
      const messages = [...history.messages, ...live.filter(({ text }) => text !== undefined)]
      heard.push(...messages.map(({ offset }) => Number(offset)))
      position = `&since=${heard.at(-1)}&epoch=${history.epoch}`
    }
    isOver = true
    await publishing
    expect(heard).toEqual(heard.map((_, index) => heard[0]! + index))
  })

  it('that moves is given what the other room keeps; one that says nonsense of where it was is told so', async () => {
    const { chat, port } = await start({ historySize: 5 })
    await chat.publish('other', { text: 'there' })
    const ann = await page(port, 'ann')
    expect(texts(await ask(ann, '/join other'))).toEqual(['there'])
    for (const query of ['since=x&epoch=a', 'since=1', 'epoch=a', 'since=-1&epoch=a', 'since=1&epoch=']) {
      await expect(chatter(port, `format=json&${query}`)).rejects.toThrow('400')
    }
  })

  it('is given nothing where history is not for it, but what it missed itself', async () => {
    const { chat, port } = await start({
      historySize: 5,
      historyFor: 'nobody',
      namespaces: { never: { historyFor: 'everybody', recovery: 'never' }, none: { historySize: 0 } },
    })
    for (const room of ['lobby', 'never:a', 'none:a'])
      for (const text of ['1', '2']) await chat.publish(room, { text })
    const { epoch } = await chat.history('lobby')
    const welcome = async (room: string, more = '') =>
      (await page(port, '', room, more)).objects()[0]!.welcome
    expect(texts(await welcome('lobby'))).toEqual([])
    expect(texts(await welcome('lobby', `&since=1&epoch=${epoch}`))).toEqual(['2'])
    const never = await welcome('never:a', `&since=1&epoch=${(await chat.history('never:a')).epoch}`)
    expect([texts(never), given(never)?.recovered]).toEqual([['1', '2'], false])
    expect(given(await welcome('none:a'))).toBeUndefined()
  })

  it('is given no more than half a mebibyte of texts at once', async () => {
    const { chat, port } = await start({ historySize: 100 })
    for (let number = 1; number <= 12; number++)
      await chat.publish('lobby', `${number} ${'x'.repeat(60_000)}`)
    const { welcome } = (await page(port, '')).objects()[0]!
    expect(given(welcome)?.messages.map(({ offset }) => offset)).toEqual([5, 6, 7, 8, 9, 10, 11, 12])
    const { epoch } = given(welcome)!
    const back = (await page(port, '', 'lobby', `&since=1&epoch=${epoch}`)).objects()[0]!.welcome
    expect([given(back)?.messages.length, given(back)?.recovered]).toEqual([8, false])
  })

  it('that may have missed something is disconnected, and recovers; who gets bare texts stays', async () => {
    class Forgetful extends MemoryBroker {
      isForgetting = false
      override listen(listener: Parameters<MemoryBroker['listen']>[0]): void {
        super.listen({
          publication: (...told) => (this.isForgetting ? undefined : listener.publication(...told)),
          signal: (...told) => listener.signal(...told),
          gap: (room) => listener.gap(room),
        })
      }
    }
    const broker = new Forgetful()
    const running = await plainChat({ historySize: 10 }, known, broker)
    opened.push(running)
    const { chat, port } = running
    const ann = await page(port, 'ann')
    const bare = await chatter(port)
    await chat.publish('lobby', '1')
    await bare.got('1')
    broker.isForgetting = true
    await chat.publish('lobby', '2')
    broker.isForgetting = false
    await chat.publish('lobby', '3')
    expect(await ann.close).toEqual({
      code: 1000,
      reason: 'Something may be missing of what was said in lobby.',
    })
    await bare.got('3')
    const { epoch } = given(ann.objects()[0]!.welcome)!
    const back = (await page(port, 'ann', 'lobby', `&since=1&epoch=${epoch}`)).objects()[0]!.welcome
    expect([texts(back), given(back)?.recovered]).toEqual([['2', '3'], true])
  })
})
