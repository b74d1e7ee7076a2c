import type { Centrifuge } from 'centrifuge'
import { afterEach, expect, it } from 'vitest'
import { until } from '../server/peers.ts'
import { type RunningChat, runChat } from './chat.ts'
import { connected, rawConnected, subscribed } from './clients.ts'

const opened: RunningChat[] = []
const clients: Centrifuge[] = []

afterEach(async () => {
  for (const centrifuge of clients.splice(0)) centrifuge.disconnect()
  for (const each of opened.splice(0)) await each.close()
})

async function start(options: Parameters<typeof runChat>[0] = {}): Promise<RunningChat> {
  const running = await runChat(options)
  opened.push(running)
  return running
}

/** Weather of many places, of which one changes. */
const weather = (number: number): object => ({
  places: Array.from({ length: 50 }, (_, index) => ({
    name: `Ort ${index} in Österreich`,
    temperature: index === number % 50 ? number : 20,
  })),
})

it('The public client understands deltas, from the first message on and after it recovered', async () => {
  const { chat, port } = await start()
  const ann = await connected(port)
  const bob = await connected(port)
  clients.push(ann, bob)
  const atAnn = await subscribed(ann, 'weather', { delta: 'fossil', recoverable: true })
  const atBob = await subscribed(bob, 'weather')
  const all = Array.from({ length: 12 }, (_, index) => weather(index))
  for (const one of all.slice(0, 4)) await chat.publish('weather', one)
  await atAnn.count(4)
  ann.disconnect()
  for (const one of all.slice(4, 8)) await chat.publish('weather', one)
  ann.connect()
  await atAnn.count(8)
  for (const one of all.slice(8)) await chat.publish('weather', one)
  await Promise.all([atAnn.count(12), atBob.count(12)])
  expect(atAnn.data).toEqual(all)
  expect(atBob.data).toEqual(all)
})

it('Deltas are short, begin after a whole message, and are the same bytes for all', async () => {
  const { chat, port } = await start()
  const raws = [await rawConnected(port), await rawConnected(port)]
  for (const raw of raws) {
    raw.send({ id: 2, subscribe: { channel: 'weather', delta: 'fossil' } })
    expect(await raw.reply(2)).toMatchObject({ subscribe: { delta: true } })
  }
  for (const number of [1, 2, 3]) await chat.publish('weather', weather(number))
  const pushesOf = (raw: (typeof raws)[number]) =>
    raw.frames.filter((frame) => frame.includes('"pub"')).join('')
  for (const raw of raws) await until('three', () => (pushesOf(raw).match(/"pub"/g) ?? []).length === 3)
  expect(pushesOf(raws[0]!)).toBe(pushesOf(raws[1]!))
  const pubs = raws[0]!.objects().flatMap((object) => {
    const pub = (object.push as { pub?: { data: string; delta?: boolean } } | undefined)?.pub
    return pub === undefined ? [] : [pub]
  })
  expect(pubs.map(({ delta }) => delta === true)).toEqual([false, true, true])
  expect(JSON.parse(pubs[0]!.data)).toEqual(weather(1))
  expect(pubs[1]!.data.length).toBeLessThan(pubs[0]!.data.length / 10)
})

it('Rooms that do not offer deltas say so, and send whole messages', async () => {
  const { chat, port } = await start({ roomOptions: { delta: false } })
  const ann = await connected(port)
  clients.push(ann)
  const { data, count } = await subscribed(ann, 'weather', { delta: 'fossil' })
  for (const number of [1, 2]) await chat.publish('weather', weather(number))
  await count(2)
  expect(data).toEqual([weather(1), weather(2)])
})
