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

describe('the page', () => {
  it('is served with a strict policy, and never meets it', async () => {
    const page = await browser().newPage()
    const violations: string[] = []
    page.on('console', (message) => violations.push(message.text()))
    await page.addInitScript(`
      addEventListener('securitypolicyviolation', (event) => console.error(event.violatedDirective))`)
    const response = await page.goto(`${server.url}/`)
    const policy = response?.headers()['content-security-policy'] ?? ''
    for (const rule of [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "connect-src 'self'",
    ]) {
      expect(policy).toContain(rule)
    }
    expect(policy).not.toContain('unsafe')
    await page.locator('.connection-badge', { hasText: /^Connected$/ }).waitFor()
    // All that opens, and all that sets a style.
    const dialog = page.getByRole('dialog')
    for (const key of ['Control+k', 'Control+/']) {
      await page.keyboard.press(key)
      await dialog.waitFor()
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'detached' })
    }
    await page.getByRole('button', { name: /^You are/ }).click()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await page.getByRole('textbox', { name: 'Message to lobby' }).fill('a\nb\nc https://example.org')
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByRole('link', { name: 'https://example.org' }).waitFor()
    expect(violations).toEqual([])
    await page.close()
  })

  it('has an icon, and asks nobody but its own server for anything', async () => {
    const page = await browser().newPage()
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.goto(`${server.url}/`)
    await page.locator('.connection-badge', { hasText: /^Connected$/ }).waitFor()
    expect(asked.filter((url) => !url.startsWith(server.url))).toEqual([])
    const icon = await page.locator('link[rel=icon]').getAttribute('href')
    const response = await page.request.get(new URL(icon ?? '', server.url).href)
    expect([response.status(), response.headers()['content-type']]).toEqual([
      200,
      expect.stringContaining('image/svg+xml'),
    ])
    await page.close()
  })
})

describe('the theme', () => {
  it('is the system’s until the person chooses, and is remembered', async () => {
    const ann = await Visitor.enter(browser(), server.url, { browser: { colorScheme: 'dark' } })
    const ground = () =>
      ann.page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor')
    const dark = await ground()
    await ann.page.getByRole('button', { name: 'Theme: as the system' }).click()
    await eventually(ground).not.toBe(dark)
    const light = await ground()
    await ann.page.reload()
    await ann.isConnected()
    expect(await ground()).toBe(light)
    await ann.page.getByRole('button', { name: 'Theme: light' }).click()
    await ann.page.emulateMedia({ colorScheme: 'light' })
    expect(await ground()).toBe(dark)
    await ann.page.getByRole('button', { name: 'Theme: dark' }).click()
    await eventually(ground).toBe(light)
    await ann.leave()
  })
})
