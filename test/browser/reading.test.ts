import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { useChromium } from './chromium.ts'
import { RawMember } from './raw-member.ts'
import { Server } from './server.ts'
import { eventually, Visitor } from './visitor.ts'

const browser = useChromium()
let server: Server
beforeAll(async () => {
  server = await Server.start()
})
afterAll(() => server.drain())

/** Ann, in a room where Bo has said many things. */
async function busyRoom(room: string, messages: number) {
  const ann = await Visitor.enter(browser(), server.url, { name: 'Ann', room })
  const bo = await RawMember.enter(server.url, 'Bo', room)
  for (let index = 0; index < messages; index += 1) bo.say(`message ${index}`)
  await eventually(async () => (await ann.texts()).at(-1)).toBe(`message ${messages - 1}`)
  const distanceToEnd = () => ann.distanceToEnd()
  const positionOf = async (text: string) => (await ann.log.getByText(text, { exact: true }).boundingBox())?.y
  return { ann, bo, distanceToEnd, positionOf }
}

describe('the log', () => {
  it('follows the newest message', async () => {
    const { ann, bo, distanceToEnd } = await busyRoom('follows', 80)
    expect(await distanceToEnd()).toBeLessThan(2)
    bo.say('one\nmore\nwith\nlines')
    await eventually(async () => (await ann.texts()).length).toBe(81)
    await eventually(distanceToEnd).toBeLessThan(2)
    await ann.field.fill('a\ntaller\nmessage\nbox')
    await eventually(distanceToEnd).toBeLessThan(2)
    for (const [width, height] of [
      [360, 640],
      [640, 360],
      [1280, 800],
    ] as const) {
      await ann.page.setViewportSize({ width, height })
      await eventually(distanceToEnd).toBeLessThan(2)
    }
    expect(await ann.page.getByRole('button', { name: 'To the newest' }).count()).toBe(0)
    await bo.leave()
    await ann.leave()
  })

  it('keeps its place while older messages are read, and counts the new ones', async () => {
    const { ann, bo, distanceToEnd, positionOf } = await busyRoom('keeps', 80)
    await ann.log.hover()
    await ann.page.mouse.wheel(0, -800)
    const newer = ann.page.getByRole('button', { name: 'To the newest' })
    await newer.waitFor()
    const before = await positionOf('message 50')
    bo.say('first new one')
    bo.say('second new one')
    const pill = ann.page.getByRole('button', { name: '2 new messages' })
    await pill.waitFor()
    expect(await positionOf('message 50')).toBe(before)
    await pill.click()
    await eventually(distanceToEnd).toBeLessThan(2)
    await pill.waitFor({ state: 'detached' })
    await bo.leave()
    await ann.leave()
  })

  it('goes to the newest message with Escape, and when we say something', async () => {
    const { ann, bo, distanceToEnd } = await busyRoom('escape', 80)
    await ann.field.press('PageUp')
    await eventually(distanceToEnd).toBeGreaterThan(100)
    await ann.field.press('Escape')
    await eventually(distanceToEnd).toBeLessThan(2)
    await ann.field.press('PageUp')
    await eventually(distanceToEnd).toBeGreaterThan(100)
    await ann.say('here I am')
    await eventually(distanceToEnd).toBeLessThan(2)
    await bo.leave()
    await ann.leave()
  })

  it('holds a bounded number of messages however many are said', async () => {
    const { ann, bo } = await busyRoom('bounded', 3_000)
    const count = (await ann.texts()).length
    expect(count).toBeGreaterThanOrEqual(1_000)
    expect(count).toBeLessThanOrEqual(1_100)
    await bo.leave()
    await ann.leave()
  })

  it('tells in the page’s title how many came while nobody looked', async () => {
    const { ann, bo } = await busyRoom('title', 1)
    const look = (state: string) =>
      ann.page.evaluate(`
        Object.defineProperty(document, 'visibilityState', { configurable: true, value: '${state}' })
        document.dispatchEvent(new Event('visibilitychange'))`)
    await look('hidden')
    bo.say('psst')
    await eventually(() => ann.page.title()).toBe('(1) #title · Longwire')
    await look('visible')
    await eventually(() => ann.page.title()).toBe('#title · Longwire')
    await bo.leave()
    await ann.leave()
  })
})
