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

const phone = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true }

describe('on a phone', () => {
  it('nothing is wider than the screen, whatever is said and by whom', async () => {
    const longName = 'Wolfeschlegelsteinhausenbergerdorff'
    const ann = await Visitor.enter(browser(), server.url, {
      name: longName,
      room: 'r'.repeat(40),
      browser: phone,
    })
    expect(await ann.overflow()).toBe(0)
    await ann.say(`https://example.org/${'x'.repeat(300)} ${'w'.repeat(300)}`)
    await eventually(async () => (await ann.texts()).length).toBe(1)
    expect(await ann.overflow()).toBe(0)
    expect(await ann.logOverflow()).toBe(0)
    await ann.leave()
  })

  it('rooms and people are in drawers', async () => {
    const room = 'drawers'
    const ann = await Visitor.enter(browser(), server.url, { name: 'Ann', room, browser: phone })
    const bo = await RawMember.enter(server.url, 'Bo', 'elsewhere')
    const cleo = await RawMember.enter(server.url, 'Cleo', room)
    await ann.page.getByRole('button', { name: 'People: 2 here' }).tap()
    const people = ann.page.getByRole('dialog', { name: 'Here: 2' })
    expect(await people.locator('.person-name').allInnerTexts()).toEqual(['Ann', 'Cleo'])
    expect(await ann.overflow()).toBe(0)
    await people.getByRole('button', { name: 'Close' }).tap()
    await people.waitFor({ state: 'detached' })

    await ann.page.getByRole('button', { name: 'Rooms and settings' }).tap()
    const rooms = ann.page.getByRole('dialog', { name: 'Longwire' })
    await rooms.getByRole('button', { name: /elsewhere/ }).tap()
    await rooms.waitFor({ state: 'detached' })
    await eventually(() => ann.field.getAttribute('aria-label')).toBe('Message to elsewhere')
    await bo.leave()
    await cleo.leave()
    await ann.leave()
  })

  it('a drawer leads on to the dialogs', async () => {
    const ann = await Visitor.enter(browser(), server.url, { name: 'Ann', room: 'leads', browser: phone })
    await ann.page.getByRole('button', { name: 'Rooms and settings' }).tap()
    await ann.page.getByRole('button', { name: 'You are Ann' }).tap()
    const dialog = ann.page.getByRole('dialog', { name: 'Your name' })
    await dialog.getByLabel('How others see you').fill('Anna')
    await dialog.getByRole('button', { name: 'Save' }).tap()
    await dialog.waitFor({ state: 'detached' })
    await ann.say('hello')
    await eventually(() => ann.talk()).toEqual(['Anna (you): hello'])
    await ann.leave()
  })

  it('the state of the connection and the way to write stay in view', async () => {
    const ann = await Visitor.enter(browser(), server.url, { name: 'Ann', room: 'busy', browser: phone })
    const bo = await RawMember.enter(server.url, 'Bo', 'busy')
    for (let index = 0; index < 60; index += 1) bo.say(`message ${index}`)
    await eventually(async () => (await ann.texts()).at(-1)).toBe('message 59')
    for (const part of [ann.badge, ann.field]) {
      const box = await part.boundingBox()
      expect(box?.y).toBeGreaterThanOrEqual(0)
      expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(640)
    }
    await bo.leave()
    await ann.leave()
  })
})
