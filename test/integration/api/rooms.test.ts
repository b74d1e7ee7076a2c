import type { Centrifuge } from 'centrifuge'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { operations } from '../../../src/server/api/operations/table.ts'
import { client, subscribed } from '../centrifuge/clients.ts'
import { chatter, greeted, until } from '../server/peers.ts'
import { type Running, run } from '../server/running.ts'
import { Caller } from './caller.ts'

const caller = new Caller()
const visitors: Centrifuge[] = []
let running: Running

beforeAll(async () => {
  running = await run({ rooms: { historySize: 10 }, api: { keys: [caller.hash] } })
  caller.port = running.httpPort
})
afterAll(async () => {
  for (const visitor of visitors) visitor.disconnect()
  await running.server.close()
})

/** A client that is in, and the id of its session. */
async function visitor(): Promise<{ centrifuge: Centrifuge; client: string }> {
  const centrifuge = client(running.httpPort)
  visitors.push(centrifuge)
  const welcome = new Promise<{ client: string }>((resolve) => centrifuge.once('connected', resolve))
  centrifuge.connect()
  return { centrifuge, client: (await welcome).client }
}

/** What an operation answers is what its description says. */
async function result(name: string, request: unknown): Promise<Record<string, unknown>> {
  const answered = await caller.result(name, request)
  z.parse(operations.find((one) => one.name === name)!.result, answered)
  return answered
}

describe('publications of other programs', () => {
  it('reach members of every dialect, in order, with their tags', async () => {
    const { centrifuge } = await visitor()
    const { subscription, data, offsets, count } = await subscribed(centrifuge, 'publish')
    const tags: unknown[] = []
    subscription.on('publication', (publication) => tags.push(publication.tags))
    const plain = await chatter(running.httpPort, 'room=publish&name=Ann')
    const first = await result('publish', {
      channel: 'publish',
      data: { text: 'one' },
      tags: { kind: 'news' },
    })
    const second = await result('publish', { channel: 'publish', data: { text: 'two' } })
    await count(2)
    await plain.got('two')
    expect(data).toEqual([{ text: 'one' }, { text: 'two' }])
    expect(tags).toEqual([{ kind: 'news' }, undefined])
    expect(offsets).toEqual([first.offset, second.offset])
    expect(second).toEqual({ offset: (first.offset as number) + 1, epoch: first.epoch })
    plain.socket.close()
    await plain.close
  })

  it('with the same idempotency key are made once', async () => {
    const { centrifuge } = await visitor()
    const { data, count } = await subscribed(centrifuge, 'once')
    const request = { channel: 'once', data: 'payment 7', idempotency_key: 'p7' }
    const answers = await Promise.all(Array.from({ length: 5 }, () => result('publish', request)))
    expect(new Set(answers.map(({ offset }) => offset)).size).toBe(1)
    await result('publish', { channel: 'once', data: 'last' })
    await count(2)
    expect(data).toEqual(['payment 7', 'last'])
  })

  it('that are not to be kept are not', async () => {
    const { centrifuge } = await visitor()
    const { data, count } = await subscribed(centrifuge, 'fleeting')
    expect(await result('publish', { channel: 'fleeting', data: 1, skip_history: true })).toEqual({})
    await count(1)
    expect(data).toEqual([1])
    expect((await result('history', { channel: 'fleeting', limit: -1 })).publications).toEqual([])
  })

  it('keep numbers that no double holds as they are written', async () => {
    const text =
      '{"channel":"exact","data":{"id":12345678901234567890,"tiny":1.00000000000000000001,"one":1}}'
    expect((await caller.call('publish', text)).body.result.offset).toBe(1)
    const response = await fetch(`http://127.0.0.1:${running.httpPort}/api/history`, {
      method: 'POST',
      headers: { 'X-API-Key': caller.key },
      body: '{"channel":"exact","limit":1}',
    })
    expect(await response.text()).toContain(
      '{"id":12345678901234567890,"tiny":1.00000000000000000001,"one":1}',
    )
  })

  it('to many rooms come to all that can be, and say which could not', async () => {
    const { centrifuge } = await visitor()
    const left = await subscribed(centrifuge, 'left')
    const right = await subscribed(centrifuge, 'right')
    const { responses } = (await result('broadcast', {
      channels: ['left', 'no room', 'right'],
      data: 'all',
    })) as { responses: { result?: object; error?: { code: number; message: string } }[] }
    expect(responses.map((one) => one.result !== undefined)).toEqual([true, false, true])
    expect(responses[1]!.error).toEqual({
      code: 107,
      message: "A room's name begins with a letter or digit; then also _ . : and - may stand in it.",
    })
    await Promise.all([left.count(1), right.count(1)])
  })
})

describe('the history for other programs', () => {
  it('is read from both ends, from a position, and not beyond its stream', async () => {
    for (let n = 1; n <= 12; n++) await result('publish', { channel: 'kept', data: n })
    const read = async (request: object) => {
      const { publications } = await result('history', { channel: 'kept', ...request })
      return (publications as { data: number }[]).map(({ data }) => data)
    }
    const { offset, epoch } = await result('history', { channel: 'kept' })
    expect(offset).toBe(12)
    expect(await read({})).toEqual([])
    expect(await read({ limit: -1 })).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    expect(await read({ limit: 2, reverse: true })).toEqual([12, 11])
    expect(await read({ limit: 2, since: { offset: 5, epoch } })).toEqual([6, 7])
    expect(await read({ limit: 2, since: { offset: 5 } })).toEqual([6, 7])
    const elsewhere = { channel: 'kept', limit: 1, since: { offset: 5, epoch: 'other' } }
    expect((await caller.call('history', elsewhere)).body.error.code).toBe(112)
    const told = await caller.call('history', elsewhere, {
      'X-API-Key': caller.key,
      'X-Centrifugo-Error-Mode': 'transport',
    })
    expect(told.status).toBe(416)
  })

  it('is forgotten, and its offsets go on', async () => {
    await result('publish', { channel: 'forgotten', data: 1 })
    expect(await result('history_remove', { channel: 'forgotten' })).toEqual({})
    expect((await result('history', { channel: 'forgotten', limit: -1 })).publications).toEqual([])
    expect((await result('publish', { channel: 'forgotten', data: 2 })).offset).toBe(2)
  })
})

describe('who is there, for other programs', () => {
  it('is told by room, counted, and listed by pattern', async () => {
    const one = await visitor()
    const two = await visitor()
    await subscribed(one.centrifuge, 'club:a')
    await subscribed(two.centrifuge, 'club:a')
    await subscribed(two.centrifuge, 'club:b')
    const plain = await greeted(running.httpPort, 'room=club:b&name=Ann')
    const { presence } = (await result('presence', { channel: 'club:a' })) as {
      presence: Record<string, unknown>
    }
    expect(Object.keys(presence).toSorted()).toEqual([one.client, two.client].toSorted())
    expect(presence[one.client]).toMatchObject({ client: one.client, user: '' })
    expect(await result('presence_stats', { channel: 'club:b' })).toEqual({ num_clients: 2, num_users: 2 })
    expect(await result('presence_stats', { channel: 'empty' })).toEqual({ num_clients: 0, num_users: 0 })
    expect(await result('channels', { pattern: 'club:*' })).toEqual({
      channels: { 'club:a': { num_clients: 2 }, 'club:b': { num_clients: 2 } },
    })
    const { channels } = await result('channels', {})
    expect(channels).toMatchObject({ 'club:a': { num_clients: 2 } })
    const { nodes } = (await result('info', {})) as { nodes: Record<string, number>[] }
    expect(nodes).toHaveLength(1)
    expect(nodes[0]!.num_clients).toBe(visitors.length + 1)
    expect(nodes[0]!.num_channels).toBe(Object.keys(channels as object).length)
    plain.socket.close()
    await plain.close
  })
})

describe('sessions under the orders of other programs', () => {
  it('are subscribed, with data of their own, and unsubscribed', async () => {
    const { centrifuge, client } = await visitor()
    const events: unknown[] = []
    centrifuge.on('subscribed', ({ channel, data }) => events.push({ subscribed: channel, data }))
    centrifuge.on('publication', ({ channel, data }) => events.push({ channel, data }))
    centrifuge.on('unsubscribed', ({ channel }) => events.push({ unsubscribed: channel }))
    const request = { client, channel: 'orders', data: { welcome: true }, info: { rank: 1 } }
    expect(await result('subscribe', request)).toEqual({})
    const { presence } = (await result('presence', { channel: 'orders' })) as {
      presence: Record<string, unknown>
    }
    expect(presence[client]).toMatchObject({ chan_info: { rank: 1 } })
    await result('publish', { channel: 'orders', data: 1 })
    await result('unsubscribe', { client, channel: 'orders' })
    await until('the client has heard all', () => events.length === 3)
    expect(events).toEqual([
      { subscribed: 'orders', data: { welcome: true } },
      { channel: 'orders', data: 1 },
      { unsubscribed: 'orders' },
    ])
  })

  it('are prolonged, or expire', async () => {
    const { centrifuge, client } = await visitor()
    const codes: number[] = []
    centrifuge.on('disconnected', ({ code }) => codes.push(code))
    centrifuge.on('connecting', ({ code }) => codes.push(code))
    const inAnHour = Math.ceil(Date.now() / 1000) + 3600
    expect(await result('refresh', { client, expire_at: inAnHour })).toEqual({})
    expect((await centrifuge.presenceStats('doorway').catch((error) => error)).code).toBe(103)
    await result('refresh', { client, expired: true })
    await until('the connection has expired', () => codes.length > 0)
    expect(codes).toEqual([3005])
  })

  it('are disconnected with what the program says', async () => {
    const { centrifuge, client } = await visitor()
    const gone = new Promise((resolve) => centrifuge.on('disconnected', resolve))
    await result('disconnect', { client, disconnect: { code: 4501, reason: 'closing time' } })
    expect(await gone).toMatchObject({ code: 4501, reason: 'closing time' })
  })

  it.each([
    [{}, 1008, 'force disconnect'],
    [{ disconnect: { code: 4000, reason: 'moving house' } }, 1013, 'moving house'],
  ])('are disconnected in the plain dialect too: %j', async (order, code, reason) => {
    const page = await greeted(running.httpPort, 'room=leaving&name=Ann')
    const { presence } = await result('presence', { channel: 'leaving' })
    const [client] = Object.keys(presence as object)
    await result('disconnect', { client, ...order })
    expect(await page.close).toEqual({ code, reason: `The server ended this connection: ${reason}.` })
    await until('the room is empty', async () => {
      const { num_clients } = await result('presence_stats', { channel: 'leaving' })
      return num_clients === 0
    })
  })

  it('have to be named', async () => {
    for (const operation of ['subscribe', 'unsubscribe', 'disconnect', 'refresh']) {
      const { body } = await caller.call(operation, operation.includes('sub') ? { channel: 'a' } : {})
      expect(body.error).toEqual({ code: 107, message: 'user: expected a user, a client, or both.' })
    }
  })
})

describe('a batch', () => {
  it('is carried out in order, each command answered in its place', async () => {
    const { status, body } = await caller.call('batch', {
      commands: [
        { publish: { channel: 'batch', data: 1 } },
        { publish: { channel: 'batch', data: 2, colour: 'red' } },
        { publish: { channel: 'batch', data: 3 } },
        { history: { channel: 'batch', limit: -1 } },
      ],
    })
    expect(status).toBe(200)
    expect(body.replies.map((reply: object) => Object.keys(reply))).toEqual([
      ['publish'],
      ['error'],
      ['publish'],
      ['history'],
    ])
    expect(body.replies[1].error).toEqual({ code: 107, message: 'colour: there is no such field.' })
    expect(body.replies[3].history.publications.map(({ data }: { data: number }) => data)).toEqual([1, 3])
  })

  it('side by side does the same, in no order', async () => {
    const commands = Array.from({ length: 50 }, (_, n) => ({ publish: { channel: 'parallel', data: n } }))
    const { body } = await caller.call('batch', { commands, parallel: true })
    const offsets = body.replies.map((reply: { publish: { offset: number } }) => reply.publish.offset)
    expect(offsets.toSorted((a: number, b: number) => a - b)).toEqual(commands.map((_, n) => n + 1))
  })

  it('says which of its commands is none', async () => {
    const { body } = await caller.call('batch', { commands: [{ info: {} }, { inform: {} }] })
    expect(body.error.code).toBe(107)
    expect(body.error.message).toMatch(
      /^commands\.1: expected an object with one field that is an operation: publish, /,
    )
  })
})
