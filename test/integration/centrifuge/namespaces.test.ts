import type { Centrifuge } from 'centrifuge'
import { afterEach, describe, expect, it } from 'vitest'
import { type ChatServerOptions, CommandError, type RoomOptions } from '../../../src/exports/chat.ts'
import { until } from '../server/peers.ts'
import { type RunningChat, runChat } from './chat.ts'
import { connected, rawClient, subscribed } from './clients.ts'

const opened: RunningChat[] = []
const clients: Centrifuge[] = []

/** Users by their token. */
const known: ChatServerOptions['handlers'] = { onConnect: ({ token }) => ({ user: token }) }

async function start(options: ChatServerOptions = {}): Promise<RunningChat> {
  const running = await runChat({ ...options, handlers: { ...known, ...options.handlers } })
  opened.push(running)
  return running
}

async function join(port: number, token = '', options = {}): Promise<Centrifuge> {
  const centrifuge = await connected(port, { token, ...options })
  clients.push(centrifuge)
  return centrifuge
}

/** What the command is answered: `yes`, or the code of the error. */
async function ask(port: number, token: string, ...commands: object[]): Promise<(number | 'yes')[]> {
  const raw = await rawClient(port)
  raw.send({ id: 1, connect: { token } })
  await raw.reply(1)
  const answers: (number | 'yes')[] = []
  for (const [index, command] of commands.entries()) {
    raw.send({ id: index + 2, ...command })
    const { error } = (await raw.reply(index + 2)) as { error?: { code: number } }
    answers.push(error?.code ?? 'yes')
  }
  raw.socket.close()
  return answers
}

const enter = (channel: string): object => ({ subscribe: { channel } })
const say = (channel: string, data: unknown = 1): object => ({ publish: { channel, data } })
const who = (channel: string): object => ({ presence: { channel } })
const howMany = (channel: string): object => ({ presence_stats: { channel } })
const past = (channel: string): object => ({ history: { channel, limit: 1 } })

afterEach(async () => {
  for (const centrifuge of clients.splice(0)) centrifuge.disconnect()
  for (const each of opened.splice(0)) await each.close()
})

describe('A namespace', () => {
  it('that there is not is unknown to every command and to the server, and a wrong name is a bad request', async () => {
    const { chat, port } = await start({ namespaces: { news: {} } })
    const all = (room: string) => [enter(room), say(room), who(room), howMany(room), past(room)]
    expect(await ask(port, 'ann', ...all('sport:a'))).toEqual([102, 102, 102, 102, 102])
    expect(await ask(port, 'ann', ...all('$sport:a'))).toEqual([102, 102, 102, 102, 102])
    expect(await ask(port, 'ann', ...all('news:a b'))).toEqual([107, 107, 107, 107, 107])
    expect(await ask(port, 'ann', ...all('news:a'))).toEqual(['yes', 'yes', 'yes', 'yes', 'yes'])
    await expect(chat.publish('sport:a', 1)).rejects.toMatchObject({ code: 'UNKNOWN_ROOM' })
    await expect(chat.history('sport:a')).rejects.toMatchObject({ code: 'UNKNOWN_ROOM' })
    await expect(chat.subscribe({ user: 'ann' }, 'sport:a')).rejects.toMatchObject({ code: 'UNKNOWN_ROOM' })
  })

  it('that nobody has configured is none: a colon is a character of a name', async () => {
    const { port } = await start()
    expect(await ask(port, '', enter('sport:a'), say('sport:a'))).toEqual(['yes', 'yes'])
  })

  const of = (options: Partial<RoomOptions>): ChatServerOptions => ({ namespaces: { n: options } })

  it.each<[string, Partial<RoomOptions>, object[], (number | 'yes')[], (number | 'yes')[]]>([
    ['lets users alone in', { subscribe: 'users' }, [enter('n:a'), say('n:a')], [101, 101], ['yes', 'yes']],
    ['lets nobody in', { subscribe: 'nobody' }, [enter('n:a'), say('n:a')], [103, 103], [103, 103]],
    ['lets users alone publish', { publish: 'users' }, [say('n:a')], [101], ['yes']],
    [
      'lets subscribers alone publish',
      { publish: 'subscribers' },
      [say('n:a'), enter('n:a'), say('n:a'), { unsubscribe: { channel: 'n:a' } }, say('n:a')],
      [103, 'yes', 'yes', 'yes', 103],
      [103, 'yes', 'yes', 'yes', 103],
    ],
    ['lets nobody publish', { publish: 'nobody' }, [enter('n:a'), say('n:a')], ['yes', 103], ['yes', 103]],
    [
      'opens presence and history to everybody',
      { presenceFor: 'everybody', historyFor: 'everybody' },
      [who('n:a'), howMany('n:a'), past('n:a')],
      ['yes', 'yes', 'yes'],
      ['yes', 'yes', 'yes'],
    ],
    [
      'opens presence to users and history to nobody',
      { presenceFor: 'users', historyFor: 'nobody' },
      [enter('n:a'), who('n:a'), howMany('n:a'), past('n:a')],
      ['yes', 101, 101, 103],
      ['yes', 'yes', 'yes', 103],
    ],
    [
      'offers neither presence nor history',
      { presence: false, historySize: 0 },
      [enter('n:a'), who('n:a'), howMany('n:a'), past('n:a')],
      ['yes', 108, 108, 108],
      ['yes', 108, 108, 108],
    ],
    [
      'takes no more than so many bytes',
      { publicationBytes: 8 },
      [say('n:a', 'x'.repeat(6)), say('n:a', 'x'.repeat(7)), say('n:a', 'ööö'), say('n:a', 'öööö')],
      ['yes', 106, 'yes', 106],
      ['yes', 106, 'yes', 106],
    ],
  ])('%s', async (_what, options, commands, anonymous, user) => {
    const { port } = await start(of(options))
    expect(await ask(port, '', ...commands)).toEqual(anonymous)
    expect(await ask(port, 'ann', ...commands)).toEqual(user)
  })

  it('has room for so many members at once, and for the next when one leaves', async () => {
    const { port } = await start(of({ members: 2 }))
    const [ann, ben] = [await join(port, 'ann'), await join(port, 'ben')]
    await subscribed(ann, 'n:a')
    const { subscription } = await subscribed(ben, 'n:a')
    expect(await ask(port, 'eve', enter('n:a'), enter('n:b'))).toEqual([106, 'yes'])
    subscription.unsubscribe()
    await ben.ready()
    await until('room for one more', async () => (await ask(port, 'eve', enter('n:a')))[0] === 'yes')
  })

  it('takes so much a second from all clients together, and what the server publishes besides', async () => {
    const { chat, port } = await start(of({ publicationsPerSecond: 0.001 }))
    expect(await ask(port, 'ann', say('n:a'), say('n:a'), say('n:b'))).toEqual(['yes', 111, 'yes'])
    expect(await ask(port, 'ben', say('n:a'))).toEqual([111])
    await chat.publish('n:a', 'x'.repeat(100))
    expect((await chat.history('n:a')).offset).toBe(2)
  })

  it('lets what was missed be recovered never, or always without asking', async () => {
    const { chat, port } = await start({
      namespaces: { never: { recovery: 'never', positioning: 'never' }, always: { recovery: 'always' } },
    })
    const raw = await rawClient(port)
    raw.send({ id: 1, connect: {} }, { id: 2, subscribe: { channel: 'always:a' } })
    expect(await raw.reply(2)).toMatchObject({ subscribe: { recoverable: true, positioned: true } })
    raw.send({ id: 3, subscribe: { channel: 'never:a', recoverable: true, positioned: true } })
    expect(await raw.reply(3)).toEqual({ id: 3, subscribe: {} })
    await chat.publish('never:b', 1)
    const { epoch } = await chat.history('never:b')
    raw.send({ id: 4, subscribe: { channel: 'never:b', recover: true, offset: 0, epoch } })
    expect(await raw.reply(4)).toEqual({ id: 4, subscribe: { was_recovering: true } })
    raw.socket.close()
  })

  it('tells who comes and goes never, or always without asking', async () => {
    const { port } = await start({
      namespaces: { never: { joinLeave: 'never' }, always: { joinLeave: 'always' } },
    })
    const [ann, ben] = [await join(port, 'ann'), await join(port, 'ben')]
    const told: string[] = []
    for (const [room, joinLeave] of [
      ['never:a', true],
      ['always:a', false],
    ] as const) {
      const subscription = ann.newSubscription(room, { joinLeave })
      subscription.on('join', ({ channel, info }) => told.push(`${info.user} came to ${channel}`))
      subscription.subscribe()
      await subscription.ready()
    }
    await subscribed(ben, 'never:a')
    await subscribed(ben, 'always:a')
    await until('word of Ben', () => told.length > 0)
    expect(told).toEqual(['ben came to always:a'])
  })
})

describe("An application's handler", () => {
  it('that answers lets in and publish whom the rules do not, and one without an opinion leaves it to them', async () => {
    const { port } = await start({
      namespaces: {
        closed: { subscribe: 'nobody', publish: 'nobody', presenceFor: 'nobody', historyFor: 'nobody' },
        open: {},
      },
      handlers: {
        onSubscribe: async ({ user }, { channel }) => {
          if (user === 'eve') throw new CommandError('permission-denied')
          return user === 'ann' && channel !== 'open:b' ? {} : undefined
        },
        onPublish: ({ user }) => (user === 'ann' ? {} : undefined),
        onPresence: ({ user }) => (user === 'eve' ? false : user === 'ann' || undefined),
        onHistory: async ({ user }) => (user === 'eve' ? false : user === 'ann' || undefined),
      },
    })
    const all = (room: string) => [enter(room), say(room), who(room), past(room)]
    expect(await ask(port, 'ann', ...all('closed:a'))).toEqual(['yes', 'yes', 'yes', 'yes'])
    expect(await ask(port, 'ann', ...all('$closed:a'))).toEqual(['yes', 'yes', 'yes', 'yes'])
    expect(await ask(port, 'ben', ...all('closed:a'))).toEqual([103, 103, 103, 103])
    expect(await ask(port, 'ben', ...all('open:a'))).toEqual(['yes', 'yes', 'yes', 'yes'])
    expect(await ask(port, 'eve', ...all('open:a'))).toEqual([103, 'yes', 103, 103])
  })

  it('may not offer what the room does not, nor go beyond its limits', async () => {
    const { port } = await start({
      roomOptions: { presence: false, publicationBytes: 3, members: 1 },
      handlers: {
        onSubscribe: () => ({}),
        onPublish: () => ({}),
        onPresence: () => true,
        onHistory: () => true,
      },
    })
    const ann = await join(port, 'ann')
    await subscribed(ann, 'a')
    expect(await ask(port, 'ben', enter('a'), who('a'), past('a'), say('a', 'long'))).toEqual([
      106, 108, 108, 106,
    ])
  })
})

describe('A limited room', () => {
  it('is for the users whom its name lists, in every command', async () => {
    const { chat, port } = await start({
      roomOptions: { historySize: 5, presenceFor: 'users', historyFor: 'users' },
    })
    const room = 'dialog#ann,ben'
    const all = [who(room), past(room), say(room), enter(room), say(room), howMany(room)]
    expect(await ask(port, 'ann', ...all)).toEqual(['yes', 'yes', 'yes', 'yes', 'yes', 'yes'])
    expect(await ask(port, 'ben', ...all)).toEqual(['yes', 'yes', 'yes', 'yes', 'yes', 'yes'])
    expect(await ask(port, 'eve', ...all)).toEqual([103, 103, 103, 103, 103, 103])
    expect(await ask(port, '', ...all)).toEqual([101, 101, 101, 101, 101, 101])
    expect(await ask(port, 'ann,ben', enter(room))).toEqual([103])
    expect(await ask(port, '', enter('dialog#'), enter('dialog#ann,'), enter('dialog#,'))).toEqual([
      107, 107, 107,
    ])
    expect((await chat.history(room)).offset).toBe(4)
  })

  it('carries a dialog between two, and nobody else hears of it', async () => {
    const { port } = await start()
    const [ann, ben] = [await join(port, 'ann'), await join(port, 'ben')]
    const atAnn = await subscribed(ann, 'dialog#ann,ben')
    const atBen = await subscribed(ben, 'dialog#ann,ben')
    await atBen.subscription.publish('hi')
    await Promise.all([atAnn.count(1), atBen.count(1)])
    expect(await atAnn.subscription.presenceStats()).toEqual({ numClients: 2, numUsers: 2 })
  })
})

describe('A private room', () => {
  it('is entered by a token for it alone, or by the server, and spoken in by those who are in it', async () => {
    const { chat, port } = await start({
      handlers: {
        onSubscribe: (_client, { channel, token }) => (token === `for ${channel}` ? {} : undefined),
      },
    })
    const with_ = (token: string): object => ({ subscribe: { channel: '$board', token } })
    expect(await ask(port, 'ann', enter('$board'), with_('for news'), say('$board'))).toEqual([103, 103, 103])
    expect(await ask(port, 'ann', with_('for $board'), say('$board'), who('$board'))).toEqual([
      'yes',
      'yes',
      'yes',
    ])
    const ben = await join(port, 'ben')
    const heard: unknown[] = []
    ben.on('publication', ({ data }) => heard.push(data))
    expect(await chat.subscribe({ user: 'ben' }, '$board')).toBe(1)
    await ben.publish('$board', 'by Ben')
    await until('it', () => heard.length === 1)
  })
})

describe('A personal room', () => {
  it('is subscribed to for every user as they connect, and recovers what they missed', async () => {
    const { chat, port } = await start({
      namespaces: { personal: { recovery: 'always', publish: 'nobody', historySize: 10 } },
      personal: 'personal',
    })
    const ann = await join(port, 'ann')
    const heard: unknown[] = []
    ann.on('publication', ({ channel, data }) => heard.push([channel, data]))
    await chat.publish('personal:#ann', 1)
    await until('the first', () => heard.length === 1)
    ann.disconnect()
    await chat.publish('personal:#ann', 2)
    await chat.publish('personal:#ben', 3)
    ann.connect()
    await until('the second', () => heard.length === 2)
    expect(heard).toEqual([
      ['personal:#ann', 1],
      ['personal:#ann', 2],
    ])
    expect(
      await ask(port, 'eve', enter('personal:#ann'), say('personal:#ann'), who('personal:#ann')),
    ).toEqual([103, 103, 103])
    expect(await ask(port, 'ann', say('personal:#ann'))).toEqual([103])
  })

  it('is nobody’s who is anonymous, nor of a user whose id would make it another’s', async () => {
    const { chat, port, failures } = await start({ namespaces: { personal: {} }, personal: 'personal' })
    for (const user of ['', 'ann,ben', 'x'.repeat(300)]) {
      const raw = await rawClient(port)
      raw.send({ id: 1, connect: { token: user } })
      expect(await raw.reply(1)).not.toHaveProperty('connect.subs')
      raw.socket.close()
    }
    expect(chat.hub.rooms.size).toBe(0)
    expect(failures).toHaveLength(2)
  })
})
