import { runInNewContext } from 'node:vm'
import { afterEach, describe, expect, it } from 'vitest'
import { type ChatHandlers, CommandError, composeHandlers } from '../../../src/exports/chat.ts'
import { chatter, until } from '../server/peers.ts'
import { type PlainChat, plainChat } from '../server/plain-chat.ts'
import { type RunningChat, runChat } from './chat.ts'
import { rawConnected } from './clients.ts'

const opened: (RunningChat | PlainChat)[] = []

afterEach(async () => {
  for (const each of opened.splice(0)) await each.close()
})

/** What has `then` and is no `Promise` of ours, as the queries of some databases: here one of another realm. */
const query: <T>(work: () => T) => PromiseLike<T> = runInNewContext(
  '(work) => new Promise((resolve) => resolve(work()))',
)

function refused(): never {
  throw new CommandError('permission-denied')
}

describe('What a handler answers with a promise that is none of ours', () => {
  it('refuses a publication as it says', async () => {
    const chat = await runChat({ handlers: { onPublish: () => query(refused) } })
    opened.push(chat)
    const raw = await rawConnected(chat.port)
    raw.send({ id: 2, publish: { channel: 'news', data: 1 } })
    expect(await raw.reply(2)).toMatchObject({ error: { code: 103 } })
  })

  it('changes a publication as it says, and in order', async () => {
    const { chat, port, close, ...more } = await runChat({
      handlers: { onPublish: (_client, { data }) => query(() => ({ data: { said: data } })) },
    })
    opened.push({ chat, port, close, ...more })
    const raw = await rawConnected(port)
    raw.send(
      { id: 2, publish: { channel: 'news', data: 1 } },
      { id: 3, publish: { channel: 'news', data: 2 } },
    )
    await raw.reply(3)
    const { publications } = await chat.history('news')
    expect(publications).toMatchObject([{ data: { said: 1 } }, { data: { said: 2 } }])
  })

  it('leaves it to the next party where it has no opinion', async () => {
    const handlers = composeHandlers(
      { onSubscribe: () => query(() => undefined) },
      { onSubscribe: () => query(refused) },
    )
    const chat = await runChat({ handlers })
    opened.push(chat)
    const raw = await rawConnected(chat.port)
    raw.send({ id: 2, subscribe: { channel: 'news' } })
    expect(await raw.reply(2)).toMatchObject({ error: { code: 103 } })
  })

  it.each<[string, ChatHandlers, string]>([
    ['who comes', { onConnect: () => query(refused) }, 'You are not let in: permission denied.'],
    ['who speaks', { onPublish: () => query(refused) }, 'You may not do that: permission denied.'],
  ])('refuses a person of the plain dialect, %s', async (_who, handlers, sentence) => {
    const { port, ...more } = await plainChat({}, handlers)
    opened.push({ port, ...more })
    const ann = await chatter(port, 'format=json')
    ann.socket.send('hi')
    await until('the refusal', () => ann.received.join().includes(sentence))
    expect(ann.objects().some(({ text }) => text === 'hi')).toBe(false)
  })
})
