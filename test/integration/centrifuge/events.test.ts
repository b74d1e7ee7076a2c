import { afterEach, describe, expect, it } from 'vitest'
import { type ChatHandlers, type ChatServerOptions, composeHandlers } from '../../../src/exports/chat.ts'
import { chatter, until } from '../server/peers.ts'
import { type PlainChat, plainChat } from '../server/plain-chat.ts'
import { type RunningChat, runChat } from './chat.ts'
import { rawConnected } from './clients.ts'

const opened: (RunningChat | PlainChat)[] = []

async function start(options: ChatServerOptions): Promise<RunningChat> {
  const running = await runChat(options)
  opened.push(running)
  return running
}

afterEach(async () => {
  for (const each of opened.splice(0)) await each.close()
})

const throwing = (): never => {
  throw new Error('the database is gone')
}
const rejecting = async (): Promise<never> => throwing()

function failing(tell: () => never | Promise<never>): ChatHandlers {
  return { onConnected: tell, onSubscribed: tell, onUnsubscribe: tell, onDisconnect: tell }
}

describe.each([
  ['throw', throwing],
  ['reject', rejecting],
])('Handlers of events that %s', (_how, tell) => {
  it('change nothing for a client of the Centrifuge dialect, and are told as failed', async () => {
    const { chat, port, failures } = await start({
      handlers: {
        onConnect: () => ({ user: 'ann', subscriptions: { offers: {} } }),
        ...failing(tell),
      },
    })
    const raw = await rawConnected(port)
    expect(await raw.reply(1)).toMatchObject({ connect: { subs: { offers: {} } } })
    raw.send({ id: 2, subscribe: { channel: 'news' } }, { id: 3, publish: { channel: 'news', data: 1 } })
    expect(await raw.reply(2)).toMatchObject({ subscribe: {} })
    expect(await raw.reply(3)).toEqual({ id: 3, publish: {} })
    raw.send({ id: 4, unsubscribe: { channel: 'news' } }, { id: 5, subscribe: { channel: 'news' } })
    raw.send({ id: 6, publish: { channel: 'news', data: 2 } }, { id: 7, presence_stats: { channel: 'news' } })
    expect(await raw.reply(4)).toEqual({ id: 4, unsubscribe: {} })
    expect(await raw.reply(7)).toMatchObject({ presence_stats: { num_clients: 1 } })
    expect(await chat.subscribe({ user: 'ann' }, 'more')).toBe(1)
    expect(chat.unsubscribe({ user: 'ann' }, 'more')).toBe(1)
    await until('both publications', () => raw.frames.join().includes('"data":2'))
    expect(raw.objects().filter((object) => JSON.stringify(object).includes('"pub"'))).toHaveLength(2)
    raw.socket.close()
    await until('the last event', () => failures.length === 8)
    expect(failures).toMatchObject(Array.from({ length: 8 }, () => ({ message: 'the database is gone' })))
    expect([chat.services.clients.size, chat.hub.rooms.size]).toEqual([0, 0])
  })

  it('change nothing for a person of the plain dialect', async () => {
    const running = await plainChat({}, failing(tell))
    opened.push(running)
    const ann = await chatter(running.port, 'format=json&name=Ann')
    await until('a welcome', () => ann.objects().some(({ welcome }) => welcome !== undefined))
    ann.socket.send('/join tea')
    await until('the other room', () => ann.objects().some(({ command }) => command === 'join'))
    ann.socket.send('hi')
    await until('her words', () => ann.objects().some(({ text }) => text === 'hi'))
    ann.socket.close()
    await until('an empty room', () => running.chat.hub.rooms.size === 0)
  })
})

describe('Whoever is told of the end of sessions', () => {
  it('leaves nobody behind in a room by throwing', async () => {
    const { chat, port, failures } = await start({ ended: throwing })
    const raw = await rawConnected(port)
    raw.send({ id: 2, subscribe: { channel: 'news' } })
    await raw.reply(2)
    raw.socket.close()
    await until('an empty server', () => chat.services.clients.size === 0)
    expect(chat.hub.rooms.size).toBe(0)
    expect(failures).toMatchObject([{ message: 'the database is gone' }])
  })
})

describe('Of several parties that are told of events', () => {
  it('all hear what happens, whoever of them fails', async () => {
    const heard: string[] = []
    const { port, failures } = await start({
      handlers: composeHandlers(
        { onConnected: throwing },
        { onConnected: () => void heard.push('second') },
        { onConnected: rejecting },
      ),
    })
    await rawConnected(port)
    expect(heard).toEqual(['second'])
    await until('the failures', () => failures.length === 1)
    expect(failures).toMatchObject([{ errors: [{ message: 'the database is gone' }, {}] }])
  })
})
