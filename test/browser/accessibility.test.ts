import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { accessibilityProblems } from './axe.ts'
import { useChromium } from './chromium.ts'
import { RawMember } from './raw-member.ts'
import { Server } from './server.ts'
import { eventually, Visitor } from './visitor.ts'

const browser = useChromium()
let server: Server
beforeAll(async () => {
  server = await Server.start()
})
afterAll(() => server.kill())

const guests = ['Bo', 'Cleo Dahl', 'سارة', '李小龙', '🦊 Fox', 'Quiet Otter', 'Émile', 'zz']

/** A room in which everything that the log can show is shown. */
async function livelyRoom(ann: Visitor, room: string): Promise<RawMember[]> {
  const members = await Promise.all(guests.map((name) => RawMember.enter(server.url, name, room)))
  for (const member of members) member.say('hello, see https://example.org/')
  await eventually(async () => (await ann.texts()).length).toBe(guests.length)
  await ann.say('Good morning')
  await ann.say('/fly')
  await ann.field.fill('')
  await ann.say('/who')
  await eventually(() => ann.log.locator('.note').count()).toBe(2)
  return members
}

describe('the page', () => {
  it.each(['light', 'dark'] as const)('keeps to WCAG in %s, empty and lively', async (colorScheme) => {
    const room = `axe-${colorScheme}`
    const wide = { colorScheme, viewport: { width: 1280, height: 800 } }
    const ann = await Visitor.enter(browser(), server.url, { name: 'Ann', room, browser: wide })
    expect(await accessibilityProblems(ann.page)).toEqual([])
    const members = await livelyRoom(ann, room)
    expect(await accessibilityProblems(ann.page)).toEqual([])
    for (const key of ['Control+k', 'Control+/']) {
      await ann.page.keyboard.press(key)
      await ann.page.getByRole('dialog').waitFor()
      expect(await accessibilityProblems(ann.page)).toEqual([])
      await ann.page.keyboard.press('Escape')
      await ann.page.getByRole('dialog').waitFor({ state: 'detached' })
    }
    await ann.page.getByRole('button', { name: 'You are Ann' }).click()
    expect(await accessibilityProblems(ann.page)).toEqual([])
    for (const member of members) await member.leave()
    await ann.page.context().close()
  })

  it.each(['light', 'dark'] as const)('keeps to WCAG in %s on a phone, drawers open', async (colorScheme) => {
    const narrow = { colorScheme, viewport: { width: 360, height: 640 } }
    const ann = await Visitor.enter(browser(), server.url, {
      name: 'Ann',
      room: 'axe-phone',
      browser: narrow,
    })
    const members = await livelyRoom(ann, 'axe-phone')
    expect(await accessibilityProblems(ann.page)).toEqual([])
    for (const name of ['Rooms and settings', /^People/]) {
      await ann.page.getByRole('button', { name }).click()
      expect(await accessibilityProblems(ann.page)).toEqual([])
      await ann.page.getByRole('button', { name: 'Close' }).click()
      await ann.page.getByRole('dialog').waitFor({ state: 'detached' })
    }
    for (const member of members) await member.leave()
    await ann.page.context().close()
  })

  it('has its parts where assistive technology looks for them', async () => {
    const ann = await Visitor.enter(browser(), server.url, { name: 'Ann', room: 'parts' })
    const { page } = ann
    expect(await page.locator('html').getAttribute('lang')).toBe('en')
    expect(await page.getByRole('main').count()).toBe(1)
    expect(await page.getByRole('navigation', { name: 'Rooms' }).count()).toBe(1)
    expect(await page.getByRole('complementary', { name: /^Here/ }).count()).toBe(1)
    expect(await page.getByRole('heading', { level: 1 }).allInnerTexts()).toEqual([
      expect.stringContaining('parts'),
    ])
    expect(await ann.log.getAttribute('aria-live')).toBe('polite')
    expect(await page.getByRole('button', { name: 'Send' }).count()).toBe(1)
    expect(await page.locator('[aria-current=page]').textContent()).toContain('parts')
    await ann.leave()
  })

  it('shows where the focus is, at every stop', async () => {
    const ann = await Visitor.enter(browser(), server.url, { name: 'Ann', room: 'focus' })
    for (let stop = 0; stop < 10; stop += 1) {
      await ann.page.keyboard.press('Tab')
      if ((await ann.focused()) === 'nothing') continue
      const outline = await ann.page.evaluate<string>(`(() => {
        const box = document.activeElement.closest('.composer-box') ?? document.activeElement
        return getComputedStyle(box).outlineStyle
      })()`)
      expect(outline, await ann.focused()).toBe('solid')
    }
    await ann.leave()
  })

  it('does not move for people who want no motion', async () => {
    const still = { reducedMotion: 'reduce' } as const
    const ann = await Visitor.enter(browser(), server.url, { name: 'Ann', room: 'still', browser: still })
    await ann.page.keyboard.press('Control+k')
    await ann.page.getByRole('dialog').waitFor()
    expect(await ann.page.evaluate<number>('document.getAnimations().length')).toBe(0)
    await ann.leave()
  })

  it('keeps to WCAG while it is not connected and a message is in doubt', async () => {
    const own = await Server.start()
    onTestFinished(() => own.kill())
    const ann = await Visitor.enter(browser(), own.url, { name: 'Ann' })
    own.freeze()
    await ann.say('lost')
    await own.kill()
    await ann.log.locator('.in-doubt').waitFor()
    for (const colorScheme of ['light', 'dark'] as const) {
      await ann.page.emulateMedia({ colorScheme })
      expect(await accessibilityProblems(ann.page)).toEqual([])
    }
    await ann.page.context().close()
  })
})
