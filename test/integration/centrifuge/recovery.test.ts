import type { Centrifuge } from 'centrifuge'
import { afterEach, describe, expect, it } from 'vitest'
import type { BrokerListener } from '../../../src/broker/broker.ts'
import { MemoryBroker } from '../../../src/broker/memory/memory.ts'
import type { ChatServerOptions } from '../../../src/exports/chat.ts'
import { until } from '../server/peers.ts'
import { type RunningChat, runChat } from './chat.ts'
import { connected, rawConnected, subscribed } from './clients.ts'

const opened: { close(): Promise<void> }[] = []
const clients: Centrifuge[] = []

async function start(options: ChatServerOptions = {}, port = 0): Promise<RunningChat> {
  const running = await runChat(options, port)
  opened.push(running)
  return running
}

async function join(port: number, options = {}): Promise<Centrifuge> {
  const centrifuge = await connected(port, options)
  clients.push(centrifuge)
  return centrifuge
}

afterEach(async () => {
  for (const centrifuge of clients.splice(0)) centrifuge.disconnect()
  for (const each of opened.splice(0)) await each.close()
})

const upTo = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index)

/** Reconnects, and resolves with what the server said of the recovery. */
async function comeBack(ann: Centrifuge): Promise<{ recovered: boolean; wasRecovering: boolean }> {
  const subscription = Object.values(ann.subscriptions())[0]!
  const again = new Promise<{ recovered: boolean; wasRecovering: boolean }>((resolve) =>
    subscription.once('subscribed', resolve),
  )
  ann.connect()
  return again
}

describe('A client that comes back', () => {
  it.each([0, 1, 1000])('gets the %i publications that it missed, once and in order', async (missed) => {
    const { chat, port } = await start()
    const ann = await join(port)
    const { data, count } = await subscribed(ann, 'news', { recoverable: true })
    for (const number of [1, 2, 3]) await chat.publish('news', number)
    await count(3)
    ann.disconnect()
    for (const number of upTo(4, 3 + missed)) await chat.publish('news', number)
    expect(await comeBack(ann)).toMatchObject({ recovered: true, wasRecovering: true })
    await chat.publish('news', 4 + missed)
    await count(4 + missed)
    expect(data).toEqual(upTo(1, 4 + missed))
  })

  it('in the middle of a storm of publications misses none and gets none twice', async () => {
    const { chat, port } = await start()
    const ann = await join(port)
    const { data, subscription } = await subscribed(ann, 'news', { recoverable: true })
    let published = 0
    let isOver = false
    const storm = (async () => {
      while (!isOver && published < 1900) {
        await chat.publish('news', ++published)
        if (published % 7 === 0) await new Promise((resolve) => setImmediate(resolve))
      }
    })()
    for (let round = 0; round < 20; round++) {
      const target = published + 5
      await until('some more', () => published >= target || published >= 1900)
      ann.disconnect()
      await comeBack(ann)
    }
    isOver = true
    await storm
    await until('all of them', () => data.length >= published)
    expect(data).toEqual(upTo(1, published))
    expect(subscription.state).toBe('subscribed')
  })

  it('after its history was trimmed is told so, and goes on live', async () => {
    const { chat, port } = await start({ roomOptions: { historySize: 5 } })
    const ann = await join(port)
    const { data, count } = await subscribed(ann, 'news', { recoverable: true })
    await chat.publish('news', 1)
    await count(1)
    ann.disconnect()
    for (const number of upTo(2, 20)) await chat.publish('news', number)
    expect(await comeBack(ann)).toMatchObject({ recovered: false, wasRecovering: true })
    await chat.publish('news', 21)
    await count(2)
    expect(data).toEqual([1, 21])
  })

  it('to a stream of another epoch is told so, and goes on live', async () => {
    const first = await start()
    const ann = await join(first.port)
    const { data, count } = await subscribed(ann, 'news', { recoverable: true })
    await first.chat.publish('news', 1)
    await count(1)
    ann.disconnect()
    await first.close()
    opened.length = 0
    const { chat } = await start({}, first.port)
    await chat.publish('news', 2)
    expect(await comeBack(ann)).toMatchObject({ recovered: false, wasRecovering: true })
    await chat.publish('news', 3)
    await count(2)
    expect(data).toEqual([1, 3])
  })

  it('and rather has an error than a gap gets 112', async () => {
    const { chat, port } = await start({ roomOptions: { historySize: 1 } })
    for (const number of [1, 2, 3]) await chat.publish('news', number)
    const { epoch } = await chat.history('news')
    const raw = await rawConnected(port)
    const subscribe = { channel: 'news', recover: true, offset: 1, epoch, flag: 2 }
    raw.send({ id: 2, subscribe })
    expect(await raw.reply(2)).toMatchObject({ error: { code: 112 } })
    raw.send({ id: 3, subscribe: { ...subscribe, offset: 2 } })
    expect(await raw.reply(3)).toMatchObject({
      subscribe: { recovered: true, offset: 3, publications: [{ data: 3, offset: 3 }] },
    })
  })

  it('with no epoch, having had nothing, gets all from the beginning', async () => {
    const { chat, port } = await start()
    for (const number of [1, 2]) await chat.publish('news', number)
    const raw = await rawConnected(port)
    raw.send({ id: 2, subscribe: { channel: 'news', recover: true } })
    expect(await raw.reply(2)).toMatchObject({
      subscribe: { recovered: true, was_recovering: true, publications: [{ data: 1 }, { data: 2 }] },
    })
  })
})

/** A broker that loses what it should tell, and tells of it too late or never. */
class Forgetful extends MemoryBroker {
  isForgetting = false

  override listen(listener: BrokerListener): void {
    super.listen({
      publication: (...what) => {
        if (!this.isForgetting) listener.publication(...what)
      },
      signal: (...what) => listener.signal(...what),
      gap: (room) => listener.gap(room),
    })
  }
}

describe('A client behind a broker that lost something', () => {
  it.each([
    ['and goes on', undefined],
    ['and is quiet', { intervalMs: 30, graceMs: 20 }],
  ])('%s recovers what was lost', async (_, positionCheck) => {
    const broker = new Forgetful()
    const { chat, port } = await start({ broker, ...(positionCheck === undefined ? {} : { positionCheck }) })
    const ann = await join(port)
    const codes: number[] = []
    const { subscription, data, count } = await subscribed(ann, 'news', { recoverable: true })
    subscription.on('subscribing', ({ code }) => codes.push(code))
    await chat.publish('news', 1)
    await count(1)
    broker.isForgetting = true
    for (const number of [2, 3]) await chat.publish('news', number)
    broker.isForgetting = false
    if (positionCheck === undefined) await chat.publish('news', 4)
    await count(positionCheck === undefined ? 4 : 3)
    expect(data).toEqual(upTo(1, positionCheck === undefined ? 4 : 3))
    expect(codes).toEqual([2500])
    await broker.close()
  })

  it('whom the server subscribed connects again after 3010', async () => {
    const broker = new Forgetful()
    const { chat, port } = await start({
      broker,
      handlers: { onConnect: () => ({ subscriptions: { news: { isRecoverable: true } } }) },
    })
    const ann = await join(port)
    const data: unknown[] = []
    const codes: number[] = []
    ann.on('publication', (publication) => data.push(publication.data))
    ann.on('connecting', ({ code }) => codes.push(code))
    await chat.publish('news', 1)
    await until('the first', () => data.length === 1)
    broker.isForgetting = true
    await chat.publish('news', 2)
    broker.isForgetting = false
    await chat.publish('news', 3)
    await until('all three', () => data.length >= 3)
    expect(data).toEqual([1, 2, 3])
    expect(codes).toEqual([3010])
    await broker.close()
  })
})
