import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rawClient, rawConnected } from '../centrifuge/clients.ts'
import { type Chatter, greeted, rawPeer, until } from '../server/peers.ts'
import type { Running } from '../server/running.ts'
import { runForTokens, token } from './tokens.ts'

const sentence = 'You are connected 2 times already, as often as one may be.'

describe('A user who has as many connections as a user may have', () => {
  let running: Running
  beforeAll(async () => {
    running = await runForTokens({ limits: { connectionsPerUser: 2 } })
  })
  afterAll(() => running.server.close())

  /** A page of this user, let in or not. */
  async function page(user: string): Promise<Chatter> {
    return greeted(running.httpPort, `token=${await token({ sub: user })}`)
  }

  it('gets no other, in either dialect, until one of them ends', async () => {
    const { httpPort } = running
    const credentials = { token: await token({ sub: 'ann' }) }
    const first = await rawConnected(httpPort, credentials)
    const second = await page('ann')
    const third = await rawClient(httpPort)
    third.send({ id: 1, connect: credentials })
    expect(await third.closed).toEqual({ code: 3504, reason: 'connection limit' })
    const fourth = await page('ann')
    expect(fourth.objects()).toEqual([{ error: 'refused', message: sentence }])
    expect(await fourth.close).toEqual({ code: 1008, reason: sentence })
    await rawConnected(httpPort, { token: await token({ sub: 'ben' }) })
    first.socket.close()
    second.socket.close()
    await until('one of Ben', async () => (await running.health()).connections === 1)
    await rawConnected(httpPort, credentials)
    expect((await page('ann')).objects()).toMatchObject([{ welcome: { user: 'ann' } }])
  })

  it('is told so at a terminal, and stays who they were', async () => {
    await page('cleo')
    await page('cleo')
    const peer = await rawPeer(running.tcpPort)
    await peer.got('/login TOKEN')
    peer.socket.write(`/login ${await token({ sub: 'cleo' })}\n`)
    await peer.got(`* ${sentence}\n`)
    peer.socket.write(`/login ${await token({ sub: 'dan' })}\n`)
    await peer.got('* You are dan in lobby.')
    peer.socket.destroy()
  })
})
