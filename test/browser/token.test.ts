import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { makeToken } from '../../src/exports/chat.ts'
import { accessibilityProblems } from './axe.ts'
import { useChromium } from './chromium.ts'
import { Server } from './server.ts'
import { eventually, Visitor } from './visitor.ts'

const secret = 'a secret of at least thirty-two bytes'

const browser = useChromium()
let server: Server
let configured: string | undefined
const visitors: Visitor[] = []

beforeAll(async () => {
  configured = process.env.LONGWIRE_TOKENS_SECRET
  process.env.LONGWIRE_TOKENS_SECRET = secret
  server = await Server.start(0, ['--no-anonymous'])
})
afterEach(async () => {
  for (const visitor of visitors.splice(0)) await visitor.leave()
})
afterAll(async () => {
  if (configured === undefined) delete process.env.LONGWIRE_TOKENS_SECRET
  else process.env.LONGWIRE_TOKENS_SECRET = configured
  await server.drain()
})

const ann = (ttlMs = 3_600_000) => makeToken({ sub: 'u1', info: { name: 'Ann' } }, { secret, ttlMs })

async function open(address = '', width = 1240): Promise<Visitor> {
  const visitor = await Visitor.openAt(browser(), `${server.url}/${address}`, {
    viewport: { width, height: 720 },
  })
  visitors.push(visitor)
  return visitor
}

describe('Somebody whom the server does not know', () => {
  it('is asked for a token, and asks nothing of the server until they give one', async () => {
    const visitor = await open()
    const { page } = visitor
    await page.getByRole('heading', { name: 'Who is there?' }).waitFor()
    let sockets = 0
    page.on('websocket', () => sockets++)
    expect(await visitor.badge.textContent()).toBe('Not let in')
    await page.getByLabel('Token', { exact: true }).fill('nonsense')
    await page.getByRole('button', { name: 'Enter #lobby' }).click()
    await page.getByRole('heading', { name: 'That is no token of this server' }).waitFor()
    expect(sockets).toBe(1)
    await page.getByLabel('Token', { exact: true }).fill(await ann())
    await page.keyboard.press('Enter')
    await visitor.isConnected()
    await visitor.say('hello')
    await eventually(() => visitor.talk()).toEqual(['Ann (you): hello'])
    expect(await page.locator('.vouched-mark').count()).toBe(1)
  })

  it.each([1240, 360])('finds all of that readable and reachable, %i pixels wide', async (width) => {
    const visitor = await open('#token=nonsense', width)
    await visitor.page.getByLabel('Token', { exact: true }).waitFor()
    expect(await visitor.overflow()).toBe(0)
    expect(await accessibilityProblems(visitor.page)).toEqual([])
  })
})

describe('A token in the address', () => {
  it('lets in, vanishes from the address, and is known to this tab after loading anew', async () => {
    const visitor = await open(`#token=${await ann()}`)
    await visitor.isConnected()
    expect(visitor.page.url()).toBe(`${server.url}/?room=lobby`)
    await visitor.page.reload()
    await visitor.isConnected()
    expect(await visitor.people()).toEqual(['Ann'])
    expect(await visitor.page.evaluate('JSON.stringify(localStorage)')).not.toContain('eyJ')
  })

  it('that is opened in a tab which waits for one lets it in', async () => {
    const visitor = await open('?room=lobby')
    await visitor.page.getByRole('heading', { name: 'Who is there?' }).waitFor()
    await visitor.page.goto(`${server.url}/?room=lobby#token=${await ann()}`)
    await visitor.isConnected()
    expect(visitor.page.url()).toBe(`${server.url}/?room=lobby`)
  })
})

describe('A token that runs out', () => {
  it('is said to have, with what was heard still in view and what was being written kept', async () => {
    const visitor = await open(`?token=${await ann(15_000)}`)
    const { page } = visitor
    await visitor.isConnected()
    await visitor.say('before')
    await eventually(() => visitor.texts()).toContain('before')
    await visitor.field.fill('a thought that')
    await page.getByRole('heading', { name: 'Your token has run out' }).waitFor({ timeout: 30_000 })
    expect(await visitor.texts()).toContain('before')
    await page.getByLabel('Token', { exact: true }).fill(`${server.url}/#token=${await ann()}`)
    await page.keyboard.press('Enter')
    await visitor.isConnected()
    expect(await visitor.field.inputValue()).toBe('a thought that')
  }, 90_000)
})
