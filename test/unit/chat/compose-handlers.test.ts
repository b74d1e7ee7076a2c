import { describe, expect, it } from 'vitest'
import { composeHandlers } from '../../../src/chat/compose-handlers.ts'
import { CommandError } from '../../../src/chat/dialects/centrifuge/errors.ts'
import type { ChatHandlers, Client, ConnectRequest } from '../../../src/chat/handlers.ts'

const request = { token: 't' } as ConnectRequest
const client = { client: 'c', user: '' } as Client

describe('Handlers of several parties', () => {
  it('are asked in their order until one answers', async () => {
    const composed = composeHandlers(
      { onConnect: () => undefined },
      { onConnect: async () => ({ user: 'ann' }) },
      { onConnect: () => ({ user: 'bo' }) },
    )
    expect(await composed.onConnect?.(request)).toEqual({ user: 'ann' })
  })

  it('have no opinion when none of them has', async () => {
    const composed = composeHandlers({ onConnect: () => undefined }, { onConnect: async () => undefined })
    expect(await composed.onConnect?.(request)).toBeUndefined()
  })

  it('refuse when one that is asked throws, and the rest are not asked', async () => {
    const askedLater: unknown[] = []
    const later: ChatHandlers = {
      onSubscribe: (_client, { channel }) => {
        askedLater.push(channel)
        return {}
      },
    }
    const refusing: ChatHandlers = {
      onSubscribe: async () => {
        throw new CommandError('permission-denied')
      },
    }
    const composed = composeHandlers(refusing, later)
    const subscribing = async () =>
      composed.onSubscribe?.(client, { channel: 'a', token: '', data: undefined })
    await expect(subscribing()).rejects.toThrow('permission denied')
    expect(askedLater).toEqual([])
  })

  it('answer at once where all who are asked do, so that publications keep their order', () => {
    const composed = composeHandlers({ onPublish: () => undefined }, { onPublish: () => ({ data: 1 }) })
    expect(composed.onPublish?.(client, { channel: 'a', data: 0 })).toEqual({ data: 1 })
  })

  it('are only those that somebody brought', () => {
    expect(Object.keys(composeHandlers({ onRpc: () => 1 }, { onDisconnect: () => {} }))).toEqual([
      'onRpc',
      'onDisconnect',
    ])
  })

  it('all hear what is only told', async () => {
    const heard: string[] = []
    const composed = composeHandlers(
      { onMessage: async () => void heard.push('first') },
      { onMessage: () => void heard.push('second') },
    )
    await composed.onMessage?.(client, 'hello')
    expect(heard).toEqual(['first', 'second'])
  })

  it('keep their own `this`', async () => {
    class Party implements ChatHandlers {
      readonly user = 'ann'
      onConnect() {
        return { user: this.user }
      }
    }
    expect(await composeHandlers({ onConnect: () => undefined }, new Party()).onConnect?.(request)).toEqual({
      user: 'ann',
    })
  })
})
