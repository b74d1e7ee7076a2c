import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { useChromium } from './chromium.ts'
import { RawMember } from './raw-member.ts'
import { Server } from './server.ts'
import { eventually, Visitor } from './visitor.ts'

const browser = useChromium()
let server: Server
beforeEach(async () => {
  server = await Server.start()
})
afterEach(() => server.kill())

/** A server at the same address, as after a restart. */
async function restart(): Promise<void> {
  server = await Server.start(server.port)
}

describe('where what is said is kept', () => {
  it('the page shows it to who comes, and to who comes back just what is missing, through a crash of the server', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'longwire-page-'))
    await server.kill()
    server = await Server.start(0, ['--data', folder])
    const ann = await Visitor.enter(browser(), server.url, { name: 'Ann' })
    const bob = await Visitor.enter(browser(), server.url, { name: 'Bob' })
    for (const text of ['one', 'two']) await ann.say(text)
    await eventually(() => bob.texts()).toEqual(['one', 'two'])
    // Chance gives the longest waits, so that much is said before the pages are back.
    for (const { page } of [ann, bob]) await page.evaluate('Math.random = () => 0.999999')
    await server.kill()
    server = await Server.start(server.port, ['--data', folder])
    const cleo = await RawMember.enter(server.url, 'Cleo')
    cleo.say('three')
    for (const visitor of [ann, bob]) {
      await eventually(() => visitor.texts()).toEqual(['one', 'two', 'three'])
      expect((await visitor.quietLines()).join()).not.toContain('You were away')
    }
    await bob.page.reload()
    await bob.isConnected()
    await eventually(() => bob.texts()).toEqual(['one', 'two', 'three'])
    await bob.say('four')
    await eventually(() => ann.texts()).toEqual(['one', 'two', 'three', 'four'])
    await cleo.leave()
    await ann.leave()
    await bob.leave()
    await server.kill()
    await rm(folder, { recursive: true })
  })
})

describe('when the server goes', () => {
  it('the page says so, keeps what is being written, and comes back by itself', async () => {
    const ann = await Visitor.enter(browser(), server.url, { name: 'Ann' })
    await ann.say('before')
    await eventually(() => ann.texts()).toEqual(['before'])
    await ann.field.pressSequentially('written mean')
    await server.kill()
    await eventually(() => ann.badge.textContent()).toMatch(/^Reconnecting/)
    await ann.page.locator('.banner').waitFor()
    await ann.field.pressSequentially('while')
    await ann.field.press('Enter')
    expect(await ann.field.inputValue()).toBe('written meanwhile')
    await restart()
    await ann.isConnected()
    expect(await ann.page.locator('.banner').count()).toBe(0)
    await eventually(async () => (await ann.quietLines()).at(-1)).toMatch(/^You were away/)
    await ann.field.press('Enter')
    await eventually(() => ann.talk()).toEqual(['Ann (you): before', 'Ann (you): written meanwhile'])
    await ann.leave()
  })

  it('the page tells a restart from a breakdown, in words', async () => {
    const ann = await Visitor.enter(browser(), server.url, { name: 'Ann' })
    // What is read aloud to somebody who does not see the page.
    await ann.page.evaluate(`
      const status = document.querySelector('[role=status]')
      globalThis.heard = []
      new MutationObserver(() => heard.push(status.textContent)).observe(status, {
        childList: true, characterData: true, subtree: true,
      })`)
    const heard = () => ann.page.evaluate<string[]>('heard')
    await server.drain()
    await eventually(async () => (await heard())[0]).toMatch(/going away for a moment.*Trying again/)
    await eventually(async () => (await heard()).join(' ')).toContain('cannot be reached')
    await restart()
    await eventually(async () => (await heard()).at(-1)).toBe('Connected.')
    await ann.leave()
  })

  it('a person in a hurry can try at once', async () => {
    const ann = await Visitor.enter(browser(), server.url, { name: 'Ann' })
    // Chance gives the longest waits, so that it is the button that connects.
    await ann.page.evaluate('Math.random = () => 0.999999')
    await server.kill()
    const tryNow = ann.page.getByRole('button', { name: 'Try now' })
    await eventually(async () => {
      if (await tryNow.isVisible()) await tryNow.click()
      return ann.badge.textContent()
    }).toMatch(/^Reconnecting in (?:[89]|[12]\d|30) s$/)
    await restart()
    await tryNow.click()
    await ann.page.locator('.connection-badge', { hasText: /^Connected$/ }).waitFor({ timeout: 4_000 })
    await ann.leave()
  })

  it('a message that never came back is shown as not confirmed, and can be sent again or given up', async () => {
    const ann = await Visitor.enter(browser(), server.url, { name: 'Ann' })
    server.freeze()
    await ann.say('lost')
    await ann.say('given up')
    await ann.log.locator('.under-way').nth(1).waitFor()
    await server.kill()
    await eventually(() => ann.log.locator('.in-doubt').count()).toBe(2)
    const lost = ann.log.locator('.in-doubt').first()
    expect(await lost.textContent()).toContain('Not confirmed')
    expect(await lost.getByRole('button', { name: 'Send again' }).isDisabled()).toBe(true)
    await restart()
    await ann.isConnected()
    await ann.log.locator('.in-doubt').nth(1).getByRole('button', { name: 'Discard' }).click()
    await lost.getByRole('button', { name: 'Send again' }).click()
    await eventually(() => ann.log.locator('.in-doubt, .under-way').count()).toBe(0)
    expect(await ann.talk()).toEqual(['Ann (you): lost'])
    await ann.leave()
  })

  it('people find each other again', async () => {
    const ann = await Visitor.enter(browser(), server.url, { name: 'Ann' })
    const bo = await Visitor.enter(browser(), server.url, { name: 'Bo' })
    await server.kill()
    for (const { badge } of [ann, bo]) await eventually(() => badge.textContent()).toMatch(/^Reconnecting/)
    await restart()
    for (const visitor of [ann, bo]) await visitor.isConnected()
    await eventually(() => ann.people()).toEqual(['Ann', 'Bo'])
    await eventually(() => bo.people()).toEqual(['Bo', 'Ann'])
    await bo.say('There you are.')
    await eventually(() => ann.talk()).toEqual(['Bo: There you are.'])
    await ann.leave()
    await bo.leave()
  })
})

describe('when the device goes offline', () => {
  it('the page says so and waits for the network instead of for a time', async () => {
    const ann = await Visitor.enter(browser(), server.url, { name: 'Ann' })
    await ann.page.context().setOffline(true)
    await server.kill()
    await eventually(() => ann.badge.textContent()).toBe('Offline')
    await ann.page.getByText('Your device is offline').last().waitFor()
    await restart()
    await ann.page.context().setOffline(false)
    await ann.isConnected()
    await ann.leave()
  })
})
