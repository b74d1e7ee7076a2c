import type { Centrifuge } from 'centrifuge'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { TokenVerifier, tokenHandlers } from '../../../src/exports/chat.ts'
import { type RunningChat, runChat } from '../centrifuge/chat.ts'
import { client, connected, rawClient, subscribed } from '../centrifuge/clients.ts'
import { until } from '../server/peers.ts'
import { type Running, run } from '../server/running.ts'
import { expiredToken, runForTokens, secret, token } from './tokens.ts'

const clients: Centrifuge[] = []
afterEach(() => {
  for (const centrifuge of clients.splice(0)) centrifuge.disconnect()
})

function tracked<T extends Centrifuge>(centrifuge: T): T {
  clients.push(centrifuge)
  return centrifuge
}

/** How the client's connection ended for good. */
function ended(centrifuge: Centrifuge): Promise<{ code: number; reason: string }> {
  return new Promise((resolve) =>
    centrifuge.on('disconnected', ({ code, reason }) => resolve({ code, reason })),
  )
}

describe('A server that wants tokens', () => {
  let running: Running
  beforeAll(async () => {
    running = await runForTokens({ rooms: { historySize: 100 } })
  })
  afterAll(() => running.server.close())

  it('lets in who has one, and the others see who that is', async () => {
    const ann = tracked(
      await connected(running.httpPort, { token: await token({ sub: 'ann', info: { name: 'Ann' } }) }),
    )
    const { subscription } = await subscribed(ann, 'lobby')
    const { clients: present } = await subscription.presence()
    expect(Object.values(present)).toMatchObject([{ user: 'ann', connInfo: { name: 'Ann' } }])
  })

  it('tells who has none with error 101, and the client stays away', async () => {
    const nobody = tracked(client(running.httpPort))
    const end = ended(nobody)
    nobody.connect()
    expect(await end).toEqual({ code: 101, reason: 'unauthorized' })
  })

  it('sends away with 3500 who shows what is no token of it, and the client stays away', async () => {
    const forged = await token({ sub: 'ann' }).then((good) => `${good.slice(0, -4)}AAAA`)
    const forger = tracked(client(running.httpPort, { token: forged }))
    const end = ended(forger)
    forger.connect()
    expect(await end).toEqual({ code: 3500, reason: 'invalid token' })
    await until('the reason in the log', () =>
      running.log.some(({ cause, detail }) => cause === 'refused' && detail?.includes('not valid') === true),
    )
    expect(JSON.stringify(running.log)).not.toContain(forged)
  })

  it('tells 109 to who shows an expired one; the client gets a new one and is let in', async () => {
    let asked = 0
    const ann = tracked(
      client(running.httpPort, {
        token: await expiredToken({ sub: 'ann' }),
        getToken: () => {
          asked++
          return token({ sub: 'ann' })
        },
      }),
    )
    ann.connect()
    await ann.ready(10_000)
    expect(asked).toBe(1)
  })

  it('keeps who refreshes in time on the same connection', async () => {
    let asked = 0
    let connections = 0
    const ann = tracked(
      client(running.httpPort, {
        token: await token({ sub: 'ann' }, 4_000),
        getToken: () => {
          asked++
          return token({ sub: 'ann' })
        },
      }),
    )
    ann.on('connected', () => connections++)
    ann.connect()
    await ann.ready(10_000)
    await until('a refresh', () => asked === 1)
    const { subscription } = await subscribed(ann, 'lobby')
    expect([subscription.state, connections]).toEqual(['subscribed', 1])
  })

  it('sends away with 3500 who refreshes with a token of somebody else', async () => {
    const ann = tracked(
      client(running.httpPort, {
        token: await token({ sub: 'ann' }, 4_000),
        getToken: () => token({ sub: 'bo' }),
      }),
    )
    const end = ended(ann)
    ann.connect()
    expect(await end).toEqual({ code: 3500, reason: 'invalid token' })
  })

  it('answers a refresh with an expired token so that the client asks for another', async () => {
    const raw = await rawClient(running.httpPort)
    raw.send({ id: 1, connect: { token: await token({ sub: 'ann' }) } })
    await raw.reply(1)
    raw.send({ id: 2, refresh: { token: await expiredToken({ sub: 'ann' }) } })
    expect(await raw.reply(2)).toEqual({
      id: 2,
      error: { code: 109, message: 'token expired', temporary: true },
    })
    raw.send({ id: 3, refresh: { token: await token({ sub: 'ann' }) } })
    expect(await raw.reply(3)).toMatchObject({ id: 3, refresh: { expires: true } })
    raw.socket.terminate()
  })

  it('subscribes a client to what its token lists, and it recovers there what it missed', async () => {
    const claims = { sub: 'ann', channels: ['news'], subs: { deals: { data: { greeting: 'hello' } } } }
    const ann = tracked(client(running.httpPort, { token: await token(claims) }))
    const greetings: unknown[] = []
    const heard: unknown[] = []
    ann.on('subscribed', ({ channel, data }) => greetings.push([channel, data]))
    ann.on('publication', ({ channel, data }) => heard.push([channel, data]))
    ann.connect()
    await ann.ready(10_000)
    expect(greetings.sort()).toEqual([
      ['deals', { greeting: 'hello' }],
      ['news', undefined],
    ])
    const bo = tracked(await connected(running.httpPort, { token: await token({ sub: 'bo' }) }))
    await bo.publish('deals', { price: 7 })
    await until('the publication', () => heard.length === 1)
    expect(heard).toEqual([['deals', { price: 7 }]])
  })

  it('forces recovery where a token says so', async () => {
    const override = { force_recovery: { value: true }, force_positioning: { value: true } }
    const claims = { sub: 'ann', subs: { stream: { override } } }
    const raw = await rawClient(running.httpPort)
    raw.send({ id: 1, connect: { token: await token(claims) } })
    expect(await raw.reply(1)).toMatchObject({
      connect: { subs: { stream: { recoverable: true, positioned: true } } },
    })
    raw.socket.terminate()
  })

  it('does not take a subscription token to connect with', async () => {
    const oneChannel = tracked(
      client(running.httpPort, { token: await token({ sub: 'ann', channel: 'news' }) }),
    )
    const end = ended(oneChannel)
    oneChannel.connect()
    expect(await end).toEqual({ code: 3500, reason: 'invalid token' })
  })
})

describe('A channel that wants a token of its own', () => {
  let running: Running
  let ann: Centrifuge
  beforeAll(async () => {
    running = await runForTokens()
    ann = await connected(running.httpPort, { token: await token({ sub: 'ann' }) })
  })
  afterAll(async () => {
    ann.disconnect()
    await running.server.close()
  })

  /** The code with which a subscription to a private room is refused. */
  async function refusal(claims: Record<string, unknown>, channel: string): Promise<number> {
    const subscription = ann.newSubscription(channel, { token: await token(claims) })
    const code = await new Promise<number>((resolve) => {
      subscription.on('unsubscribed', (event) => resolve(event.code))
      subscription.subscribe()
    })
    ann.removeSubscription(subscription)
    return code
  }

  it('opens with it, and its members see what the token says of them', async () => {
    const { subscription } = await subscribed(ann, '$staff', {
      token: await token({ sub: 'ann', channel: '$staff', info: { role: 'lead' } }),
    })
    const { clients: present } = await subscription.presence()
    expect(Object.values(present)).toMatchObject([{ user: 'ann', chanInfo: { role: 'lead' } }])
    ann.removeSubscription(subscription)
  })

  it('stays closed (103) with one for another channel, another user, another session, or none', async () => {
    expect(await refusal({ sub: 'ann', channel: '$other' }, '$staff')).toBe(103)
    expect(await refusal({ sub: 'bo', channel: '$staff' }, '$staff')).toBe(103)
    expect(await refusal({ sub: 'ann', channel: '$staff', client: 'another' }, '$staff')).toBe(103)
    expect(await refusal({ sub: 'ann' }, '$staff')).toBe(103)
    const without = ann.newSubscription('$staff')
    const code = await new Promise<number>((resolve) => {
      without.on('unsubscribed', (event) => resolve(event.code))
      without.subscribe()
    })
    expect(code).toBe(103)
    ann.removeSubscription(without)
  })

  it('tells 109 where the token has expired; the client gets a new one and is in', async () => {
    let asked = 0
    const { subscription } = await subscribed(ann, '$late', {
      token: await expiredToken({ sub: 'ann', channel: '$late' }),
      getToken: () => {
        asked++
        return token({ sub: 'ann', channel: '$late' })
      },
    })
    expect([subscription.state, asked]).toEqual(['subscribed', 1])
    ann.removeSubscription(subscription)
  })

  it('keeps who refreshes its token in time', async () => {
    let asked = 0
    let subscriptions = 0
    const subscription = ann.newSubscription('$short', {
      token: await token({ sub: 'ann', channel: '$short' }, 4_000),
      getToken: () => {
        asked++
        return token({ sub: 'ann', channel: '$short' })
      },
    })
    subscription.on('subscribed', () => subscriptions++)
    subscription.subscribe()
    await subscription.ready(10_000)
    await until('a refresh', () => asked === 1)
    await ann.rpc('nothing', {}).catch(() => undefined)
    expect([subscription.state, subscriptions]).toEqual(['subscribed', 1])
    ann.removeSubscription(subscription)
  })
})

describe('Tokens that run out', () => {
  let running: RunningChat
  beforeAll(async () => {
    const verifier = new TokenVerifier({ secret })
    running = await runChat({ handlers: tokenHandlers({ verifier }), timing: { expiryGraceMs: 50 } })
  })
  afterAll(() => running.close())

  it('end their connection with 3005 when nothing prolongs it', async () => {
    const raw = await rawClient(running.port)
    raw.send({ id: 1, connect: { token: await token({ sub: 'ann' }, 4_000) } })
    expect(await raw.reply(1)).toMatchObject({ connect: { expires: true } })
    expect(await raw.closed).toEqual({ code: 3005, reason: 'connection expired' })
  })

  it('end their subscription with 2501, and the client subscribes again with a new one', async () => {
    const raw = await rawClient(running.port)
    raw.send({ id: 1, connect: { token: await token({ sub: 'ann' }) } })
    raw.send({
      id: 2,
      subscribe: { channel: '$a', token: await token({ sub: 'ann', channel: '$a' }, 4_000) },
    })
    expect(await raw.reply(2)).toMatchObject({ subscribe: { expires: true } })
    await until('the end of the subscription', () =>
      raw.objects().some(({ push }) => JSON.stringify(push)?.includes('2501') === true),
    )
    raw.send({ id: 3, sub_refresh: { channel: '$a', token: await token({ sub: 'ann', channel: '$a' }) } })
    expect(await raw.reply(3)).toMatchObject({ error: { code: 103 } })
    raw.socket.terminate()
  })
})

describe('A server that lets everybody in', () => {
  let running: Running
  beforeAll(async () => {
    running = await run({ anonymous: true, tokens: { secret } })
  })
  afterAll(() => running.server.close())

  it('takes who has no token as nobody in particular, and knows who has one', async () => {
    const nobody = tracked(await connected(running.httpPort))
    const ann = tracked(await connected(running.httpPort, { token: await token({ sub: 'ann' }) }))
    const { subscription } = await subscribed(nobody, 'lobby')
    await subscribed(ann, 'lobby')
    const { clients: present } = await subscription.presence()
    expect(
      Object.values(present)
        .map(({ user }) => user)
        .sort(),
    ).toEqual(['', 'ann'])
  })

  it('still takes no bad token for none', async () => {
    const forger = tracked(client(running.httpPort, { token: 'nonsense' }))
    const end = ended(forger)
    forger.connect()
    expect(await end).toEqual({ code: 3500, reason: 'invalid token' })
  })
})
