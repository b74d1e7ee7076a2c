import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { operations } from '../../../src/server/api/operations/table.ts'
import { client, connected, subscribed } from '../centrifuge/clients.ts'
import { chatter, until } from '../server/peers.ts'
import { type Running, run } from '../server/running.ts'
import { Caller } from './caller.ts'

const caller = new Caller()
let running: Running

beforeAll(async () => {
  running = await run({ rooms: { historySize: 10 }, api: { keys: [caller.hash] } })
  caller.port = running.httpPort
})
afterAll(() => running.server.close())

async function result(name: string, request: object) {
  const answered = await caller.result(name, request)
  z.parse(operations.find((one) => one.name === name)!.result, answered)
  return answered
}

describe('moderation by other programs', () => {
  it('mutes in a room, until it is lifted', async () => {
    const centrifuge = await connected(running.httpPort)
    const { subscription } = await subscribed(centrifuge, 'loud')
    const inAnHour = Math.ceil(Date.now() / 1000) + 3600
    const order = { address: '127.0.0.1', channel: 'loud', until: inAnHour, reason: 'Too loud.', by: 'shop' }
    const { sanction, num_sessions } = await result('mute', order)
    expect(sanction).toMatchObject({ kind: 'mute', ...order })
    expect(num_sessions).toBeGreaterThanOrEqual(1)
    await expect(subscription.publish('hello')).rejects.toMatchObject({ code: 103 })
    expect((await result('sanctions', { kind: 'mute' })).sanctions).toEqual([sanction])
    expect((await result('sanctions', { channel: 'quiet' })).sanctions).toEqual([])
    expect((await result('sanctions', { user: 'ann' })).sanctions).toEqual([])
    expect((await result('lift', { address: '127.0.0.1', channel: 'loud' })).sanctions).toEqual([sanction])
    await subscription.publish('hello')
    expect((await result('sanctions', {})).sanctions).toEqual([])
    centrifuge.disconnect()
  })

  it('kicks one session, of either dialect', async () => {
    const centrifuge = client(running.httpPort)
    const welcome = new Promise<{ client: string }>((resolve) => centrifuge.once('connected', resolve))
    centrifuge.connect()
    const gone = new Promise((resolve) => centrifuge.once('disconnected', resolve))
    const kicked = await result('kick', { client: (await welcome).client, reason: 'Closing time.' })
    expect(kicked).toEqual({ num_sessions: 1 })
    expect(await gone).toMatchObject({ code: 3503 })
    const plain = await chatter(running.httpPort, 'room=pub&name=Ann')
    await until(
      'Ann is there',
      async () => (await result('presence_stats', { channel: 'pub' })).num_clients === 1,
    )
    const { presence } = await result('presence', { channel: 'pub' })
    expect(await result('kick', { client: Object.keys(presence)[0] })).toEqual({ num_sessions: 1 })
    await plain.close
  })

  it('bans from a room alone', async () => {
    await result('ban', { address: '127.0.0.0/8', channel: 'vip' })
    const centrifuge = await connected(running.httpPort)
    const vip = centrifuge.newSubscription('vip')
    const refused = new Promise((resolve) => vip.once('unsubscribed', resolve))
    vip.subscribe()
    expect(await refused).toMatchObject({ code: 103 })
    await subscribed(centrifuge, 'pub')
    await result('lift', { address: '127.0.0.0/8' })
    centrifuge.disconnect()
  })

  it('says what of an order cannot be meant', async () => {
    const message = async (name: string, request: object) => {
      const { error } = (await caller.call(name, request)).body
      expect(error.code).toBe(107)
      return error.message
    }
    expect(await message('mute', {})).toBe('user: expected a user or an address, not both.')
    expect(await message('ban', { user: 'a', address: '::1' })).toBe(
      'user: expected a user or an address, not both.',
    )
    expect(await message('ban', { address: 'home' })).toContain('"home" is no IP address')
    expect(await message('mute', { user: 'ann', until: 1 })).toBe('The end is in the past.')
    expect(await message('kick', {})).toBe('user: expected a user, an address or a client, and one of them.')
    expect(await message('sanctions', { kind: 'kick' })).toContain('kind: expected one of "mute"|"ban"')
  })
})
