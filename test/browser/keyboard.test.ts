import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { useChromium } from './chromium.ts'
import { Server } from './server.ts'
import { eventually, Visitor } from './visitor.ts'

const browser = useChromium()
let server: Server
beforeAll(async () => {
  server = await Server.start()
})
afterAll(() => server.drain())

describe('a person with a keyboard alone', () => {
  it('begins in the message box, and reaches everything in the order of the page', async () => {
    const ann = await Visitor.enter(browser(), server.url, { name: 'Ann' })
    expect(await ann.focused()).toMatch(/textbox "Message to lobby"/)
    const stops: string[] = []
    for (let stop = 0; stop < 10; stop += 1) {
      await ann.page.keyboard.press('Tab')
      stops.push(await ann.focused())
    }
    expect(stops).toEqual([
      // Past the end of the page, where the browser's own controls would be.
      'nothing',
      'button "Skip to writing a message"',
      expect.stringContaining('button "lobby'),
      expect.stringContaining('button "Other room'),
      expect.stringContaining('button "You are Ann (change your name)"'),
      expect.stringContaining('button "Theme: as the system'),
      'button "Help"',
      expect.stringMatching(/^(?:log|region) "Messages in lobby"/),
      expect.stringContaining('button "Copy the address"'),
      expect.stringContaining('textbox "Message to lobby"'),
    ])
    await ann.leave()
  })

  it('skips to the message box at once', async () => {
    const ann = await Visitor.enter(browser(), server.url, { name: 'Ann' })
    await ann.page.keyboard.press('Tab')
    await ann.page.keyboard.press('Tab')
    expect(await ann.focused()).toContain('Skip to writing')
    await ann.page.keyboard.press('Enter')
    expect(await ann.focused()).toMatch(/textbox "Message to lobby"/)
    await ann.leave()
  })

  it('makes a room, goes to the next one, talks, and recalls what was written', async () => {
    const ann = await Visitor.enter(browser(), server.url, { name: 'Ann', room: 'zz-1' })
    const { keyboard } = ann.page
    // Without a pause anywhere: nothing that is typed may be lost on the way.
    await keyboard.press('Control+k')
    await keyboard.type('zz-2')
    await keyboard.press('Enter')
    await keyboard.type('one')
    await eventually(() => ann.page.getByRole('heading', { level: 1 }).textContent()).toContain('zz-2')
    expect(await ann.field.inputValue()).toBe('one')
    await eventually(() => ann.people()).toEqual(['Ann'])
    await keyboard.press('Enter')
    await eventually(() => ann.texts()).toEqual(['one'])
    await keyboard.type('two')
    await keyboard.press('Enter')
    await eventually(() => ann.texts()).toEqual(['one', 'two'])
    await keyboard.press('ArrowUp')
    expect(await ann.field.inputValue()).toBe('two')
    await keyboard.press('ArrowUp')
    expect(await ann.field.inputValue()).toBe('one')
    await keyboard.press('ArrowDown')
    await keyboard.press('ArrowDown')
    expect(await ann.field.inputValue()).toBe('')
    await keyboard.press('Alt+ArrowUp')
    await eventually(() => ann.field.getAttribute('aria-label')).toBe('Message to zz-1')
    await ann.leave()
  })

  it('walks down the rooms that match', async () => {
    const ann = await Visitor.enter(browser(), server.url, { name: 'Ann', room: 'alpha' })
    const { keyboard } = ann.page
    await ann.say('/join beta')
    await eventually(() => ann.field.getAttribute('aria-label')).toBe('Message to beta')
    await keyboard.press('Control+k')
    await keyboard.type('a')
    await eventually(() => ann.page.locator('.option .room-name').allInnerTexts()).toEqual([
      'alpha',
      'a',
      'beta',
    ])
    await keyboard.press('ArrowDown')
    await keyboard.press('ArrowDown')
    expect(await ann.focused()).toContain('new room')
    await keyboard.press('ArrowUp')
    await keyboard.press('Enter')
    await eventually(() => ann.field.getAttribute('aria-label')).toBe('Message to alpha')
    await ann.leave()
  })

  it('changes the name, and gets the focus back where it was', async () => {
    const ann = await Visitor.enter(browser(), server.url, { name: 'Ann', room: 'names' })
    const { keyboard } = ann.page
    await ann.page.getByRole('button', { name: 'You are Ann' }).focus()
    await keyboard.press('Enter')
    await eventually(() => ann.focused()).toContain('textbox "How others see you"')
    await keyboard.type('Anna')
    await keyboard.press('Enter')
    await eventually(() => ann.people()).toEqual(['Anna'])
    await eventually(() => ann.focused()).toContain('button "You are Anna (change your name)"')
    await ann.leave()
  })

  it('finds help with a question mark, and closes it with Escape', async () => {
    const ann = await Visitor.enter(browser(), server.url, { name: 'Ann' })
    const { keyboard } = ann.page
    const help = ann.page.getByRole('dialog', { name: 'Keys and commands' })
    await keyboard.type('really?')
    expect(await help.count()).toBe(0)
    await ann.log.focus()
    await keyboard.press('?')
    await help.waitFor()
    await keyboard.press('Escape')
    await help.waitFor({ state: 'detached' })
    await keyboard.press('Escape')
    await eventually(() => ann.focused()).toMatch(/textbox "Message to lobby"/)
    expect(await ann.field.inputValue()).toBe('really?')
    await ann.leave()
  })
})
