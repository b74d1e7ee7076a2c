import { afterEach, describe, expect, it } from 'vitest'
import type { ChatServerOptions } from '../../../src/exports/chat.ts'
import { until } from '../server/peers.ts'
import { type RunningChat, runChat } from './chat.ts'
import { connected, rawClient, rawConnected } from './clients.ts'

const opened: RunningChat[] = []

async function start(options: ChatServerOptions = {}): Promise<RunningChat> {
  const running = await runChat(options)
  opened.push(running)
  return running
}

afterEach(async () => {
  for (const each of opened.splice(0)) await each.close()
})

describe('A connection ends', () => {
  it('with 3004 when our own handler failed and there is no reply to say so', async () => {
    const { port, failures } = await start({
      handlers: {
        onConnect: () => {
          throw new Error('the database is gone')
        },
      },
    })
    const raw = await rawClient(port, '/connection/uni_websocket')
    raw.send({})
    expect(await raw.closed).toEqual({ code: 3004, reason: 'internal server error' })
    expect(failures).toMatchObject([{ message: 'the database is gone' }])
  })

  it("with 3006 when a subscription of the server's has run out", async () => {
    const { port } = await start({
      timing: { expiryGraceMs: 10 },
      handlers: { onConnect: () => ({ subscriptions: { news: { expiresAt: Date.now() + 100 } } }) },
    })
    const raw = await rawConnected(port)
    expect(await raw.reply(1)).toMatchObject({ connect: { subs: { news: { expires: true, ttl: 1 } } } })
    expect(await raw.closed).toEqual({ code: 3006, reason: 'subscription expired' })
  })

  it('with 3009, of which handlers hear alone, when the client takes nothing for too long', async () => {
    const gone: unknown[] = []
    const { chat, port } = await start({
      connection: { writeDeadlineMs: 100, outboxBytes: 2 ** 26 },
      handlers: {
        onConnect: () => ({ user: 'ann' }),
        onDisconnect: (_client, event) => void gone.push(event),
      },
    })
    const raw = await rawConnected(port)
    raw.socket.pause()
    for (let number = 0; number < 30; number++) chat.send({ user: 'ann' }, 'x'.repeat(500_000))
    await until('the end', () => gone.length > 0)
    expect(gone).toEqual([{ code: 3009, reason: 'write error' }])
    raw.socket.terminate()
  })

  it('with 3011 when an application wants the client to connect again, and it does', async () => {
    const { chat, port } = await start({ handlers: { onConnect: () => ({ user: 'ann' }) } })
    const ann = await connected(port)
    const codes: number[] = []
    ann.on('connecting', ({ code }) => codes.push(code))
    expect(chat.disconnect({ user: 'ann' }, 'force-reconnect')).toBe(1)
    await until('it to be back', () => codes.length === 1 && chat.services.clients.size === 1)
    expect(codes).toEqual([3011])
    await ann.ready(10_000)
    ann.disconnect()
  })
})

describe('A refresh', () => {
  it('to a time that is over is answered with the error 110', async () => {
    const over = { expiresAt: Date.now() - 1000 }
    const { chat, port } = await start({
      handlers: { onConnect: () => ({ user: 'ann' }), onRefresh: () => over, onSubRefresh: async () => over },
    })
    const raw = await rawConnected(port)
    raw.send({ id: 2, subscribe: { channel: 'news' } }, { id: 3, refresh: { token: 'again' } })
    raw.send({ id: 4, sub_refresh: { channel: 'news', token: 'again' } })
    const error = { code: 110, message: 'expired' }
    expect(await raw.reply(3)).toEqual({ id: 3, error })
    expect(await raw.reply(4)).toEqual({ id: 4, error })
    expect(() => chat.refresh({ user: 'ann' }, over)).toThrow('expired')
  })
})
