import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContextOptions, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type RedisServer, startRedis } from '../integration/redis/redis-server.ts'
import { accessibilityProblems } from './axe.ts'
import { useChromium } from './chromium.ts'
import { Server } from './server.ts'
import { eventually } from './visitor.ts'

const browser = useChromium()
let redis: RedisServer
let server: Server
beforeAll(async () => {
  redis = await startRedis()
  server = await Server.start(0, ['--redis', redis.url])
})
afterAll(async () => {
  await server.drain()
  await redis.stop()
})

/** Opens the console in a browser that has never been there. Nothing may go wrong on the page. */
async function openConsole(url = server.url, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser().newContext(options)
  const page = await context.newPage()
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('console', (message) => {
    if (/Content.Security.Policy/i.test(message.text())) problems.push(message.text())
  })
  onTestFinished(async () => {
    await context.close()
    expect(problems).toEqual([])
  })
  await page.goto(`${url}/console`)
  return page
}

function fieldOf(page: Page): Locator {
  return page.getByRole('combobox', { name: 'Redis command' })
}

/** Sends a line and gives the place of its reply once that is there. */
async function send(page: Page, line: string): Promise<Locator> {
  const before = await page.getByRole('article').count()
  await fieldOf(page).fill(line)
  await fieldOf(page).press('Enter')
  const exchange = page.getByRole('article').nth(before)
  await exchange.locator('.reply-leaf, .reply-branch, .reply-refused').first().waitFor()
  return exchange
}

async function replyTo(page: Page, line: string): Promise<string> {
  const exchange = await send(page, line)
  const texts = await exchange.locator('h2 ~ *').allInnerTexts()
  return texts.join(' ').replace(/\s+/g, ' ')
}

describe('the console', () => {
  it('is served with the policy of the chat page', async () => {
    const [chat, page] = await Promise.all(['/', '/console'].map((path) => fetch(server.url + path)))
    expect(page?.status).toBe(200)
    expect(page?.headers.get('content-security-policy')).toBe(chat?.headers.get('content-security-policy'))
    expect(page?.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(page?.headers.get('cache-control')).toBe('no-cache')
    expect((await fetch(`${server.url}/console`, { method: 'POST' })).status).toBe(405)
  })

  it('sends what is typed, quoted as in redis-cli, and shows the reply and its time', async () => {
    const page = await openConsole()
    expect(await replyTo(page, String.raw`set "a key/.txt" "two words\n\xff"`)).toBe('OK status')
    expect(await redis.command('STRLEN', 'a key/.txt')).toBe(11)
    expect(await replyTo(page, "get 'a key/.txt'")).toBe(String.raw`"two words\n\xff" binary, 11 bytes`)
    expect(await replyTo(page, 'strlen "a key/.txt"')).toBe('11 integer')
    expect(await replyTo(page, 'get none')).toBe('(nil) null')
    expect(await replyTo(page, 'lrange none 0 -1')).toBe('(empty array)')
    expect(await replyTo(page, 'incr "a key/.txt"')).toBe('ERR value is not an integer or out of range error')
    expect(await replyTo(page, 'get "open')).toBe('A " is not closed.')
    expect(await replyTo(page, 'flushall')).toBe('flushall is not allowed here.')
    expect(await replyTo(page, 'subscribe news')).toContain('/redis/SUBSCRIBE/channel')
    expect(await page.getByRole('article').first().locator('.count').textContent()).toMatch(/^\d+\.\d ms$/)
  })

  it('shows lists and maps as trees that fold, long ones in parts', async () => {
    const page = await openConsole()
    await send(page, 'hset hash field "é 1" other 2')
    const map = await send(page, 'hgetall hash')
    expect(await map.locator('summary').textContent()).toBe('map, 2 fields')
    expect(await map.locator('li').allInnerTexts()).toEqual(['"field"\n"é 1"', '"other"\n"2"'])
    await map.locator('summary').focus()
    await page.keyboard.press('Enter')
    await eventually(() => map.locator('li').count()).toBe(0)
    await page.keyboard.press('Enter')
    await eventually(() => map.locator('li').count()).toBe(2)
    await redis.command('RPUSH', 'long', ...Array.from({ length: 150 }, (_, index) => String(index)))
    const list = await send(page, 'lrange long 0 -1')
    expect(await list.locator('li').count()).toBe(100)
    await list.getByRole('button', { name: 'Show 50 more of 150' }).click()
    await eventually(() => list.locator('li').count()).toBe(150)
    await redis.command('SET', 'large', 'é'.repeat(10_000))
    const large = await send(page, 'get large')
    expect((await large.locator('.reply-string').textContent())?.length).toBe(8191 + 2)
    await large.getByRole('button', { name: 'Show all 20000 bytes' }).click()
    await eventually(async () => (await large.locator('.reply-string').textContent())?.length).toBe(10_002)
  })

  it('shows text of several lines line by line, with what could not be seen, and copies it as it is', async () => {
    const page = await openConsole()
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    const info = await send(page, 'info keyspace')
    expect(await info.locator('summary').textContent()).toMatch(/^text, [23] lines, each ended by \\r\\n$/)
    expect((await info.locator('.reply-line').first().textContent())?.trimEnd()).toBe('# Keyspace')
    const text = 'one "quoted"\n\ttwo\r\n\nfour \\ \x1b[0m'
    await redis.command('HSET', 'texts', 'text', text)
    const hash = await send(page, 'hgetall texts')
    expect(await hash.locator('summary').allInnerTexts()).toEqual([
      'map, 1 field',
      String.raw`text, 4 lines, parted by \n`,
    ])
    const lines = await hash.locator('.reply-line').allTextContents()
    expect(lines.map((line) => line.trimEnd())).toEqual([
      'one "quoted"',
      String.raw`\ttwo\r`,
      '',
      String.raw`four \ \x1b[0m`,
    ])
    expect(await hash.locator('.reply-escape').allTextContents()).toEqual([
      ...[String.raw`\t`, String.raw`\r`, String.raw`\x1b`],
    ])
    await hash.getByRole('button', { name: 'Copy' }).click()
    await hash.getByRole('button', { name: 'Copied' }).waitFor()
    expect(await page.evaluate<string>('navigator.clipboard.readText()')).toBe(text)
    // What is marked with the mouse has the same lines.
    const marked =
      'getSelection().selectAllChildren(document.querySelectorAll("pre")[1]); getSelection().toString()'
    expect((await page.evaluate<string>(marked)).trimEnd().split('\n')).toEqual(
      lines.map((line) => line.trimEnd()),
    )
    expect(await replyTo(page, 'echo "one line\\n"')).toBe(String.raw`"one line\n"`)
  })

  it('completes from the command table of the server, with what follows a command', async () => {
    const page = await openConsole()
    const field = fieldOf(page)
    const options = page.getByRole('option')
    await field.pressSequentially('zrangeb')
    await eventually(async () => (await options.allInnerTexts()).map((text) => text.split(' ')[0])).toEqual([
      'ZRANGEBYLEX',
      'ZRANGEBYSCORE',
    ])
    await field.press('Tab')
    await eventually(() => field.inputValue()).toBe('ZRANGEBYLEX ')
    await field.press('Tab')
    await eventually(() => field.inputValue()).toBe('ZRANGEBYSCORE ')
    expect(await page.getByRole('option', { selected: true }).textContent()).toContain('ZRANGEBYSCORE')
    await eventually(() => page.locator('#command-hint').textContent()).toContain(
      'ZRANGEBYSCORE key min max [WITHSCORES] [LIMIT offset count]',
    )
    await field.press('Escape')
    await eventually(() => options.count()).toBe(0)
    await field.press('Tab')
    await eventually(() => page.locator(':focus').textContent()).toBe('Send')
    await field.fill('object enc')
    await options.filter({ hasText: 'OBJECT ENCODING' }).click()
    await eventually(() => field.inputValue()).toBe('OBJECT ENCODING ')
  })

  it('keeps the newest reply in view when what is said about a command takes more lines', async () => {
    const page = await openConsole(server.url, { viewport: { width: 360, height: 640 } })
    await send(page, 'info server')
    const height = () => page.evaluate<number>('document.querySelector("main").clientHeight')
    const toEnd = () =>
      page.evaluate<number>(
        '(({ scrollHeight, scrollTop, clientHeight }) => Math.floor(scrollHeight - scrollTop - clientHeight))(document.querySelector("main"))',
      )
    await eventually(toEnd).toBe(0)
    const before = await height()
    await fieldOf(page).fill('zrangebyscore ')
    await eventually(height).toBeLessThan(before)
    await eventually(toEnd).toBe(0)
  })

  it('brings back what was sent with the arrow keys, also on the next visit', async () => {
    const page = await openConsole()
    await send(page, 'echo one')
    await send(page, 'echo two')
    await page.reload()
    const field = fieldOf(page)
    for (const [key, line] of [
      ['ArrowUp', 'echo two'],
      ['ArrowUp', 'echo one'],
      ['ArrowDown', 'echo two'],
      ['ArrowDown', ''],
    ] as const) {
      await field.press(key)
      await eventually(() => field.inputValue()).toBe(line)
    }
  })

  it('stops a command that waits, and Redis waits no longer', async () => {
    const page = await openConsole()
    await fieldOf(page).fill('blpop nothing 0')
    await fieldOf(page).press('Enter')
    const blocked = async () =>
      /blocked_clients:(\d+)/.exec(String(await redis.command('INFO', 'clients')))?.[1]
    await eventually(blocked).toBe('1')
    await fieldOf(page).press('Escape')
    await page.getByText('Stopped; Redis may have carried it out.').waitFor()
    await eventually(blocked).toBe('0')
    expect(await replyTo(page, 'ping')).toBe('PONG status')
    await fieldOf(page).fill('blpop nothing 0')
    await fieldOf(page).press('Enter')
    await eventually(blocked).toBe('1')
    await fieldOf(page).press('Control+l')
    await eventually(() => page.getByRole('article').count()).toBe(0)
    await eventually(blocked).toBe('0')
  })

  it('says what to start the server with where there is no Redis, and takes no commands', async () => {
    const without = await Server.start()
    onTestFinished(() => without.drain())
    const page = await openConsole(without.url)
    const sentence = 'The gateway has no Redis: start the server with --redis URL.'
    await page.getByRole('status').filter({ hasText: sentence }).waitFor()
    expect(await fieldOf(page).count()).toBe(0)
    expect(await (await fetch(`${without.url}/console.json`)).json()).toEqual({
      isOpen: false,
      message: sentence,
    })
    expect(await accessibilityProblems(page)).toEqual([])
    // The chat page leads nowhere where nothing is to be had.
    const asked = page.waitForResponse('**/console.json')
    await page.getByRole('link', { name: 'Back to the chat' }).click()
    await (await asked).finished()
    await page.locator('.connection-badge', { hasText: /^Connected$/ }).waitFor()
    expect(await page.getByRole('link', { name: 'Redis console' }).count()).toBe(0)
  })

  it.each([
    ['wide', { width: 1200, height: 800 }],
    ['narrow', { width: 360, height: 640 }],
  ])('is found from the chat page, and leads back to it, where that is %s', async (_name, viewport) => {
    const page = await openConsole(server.url, { viewport })
    await page.getByRole('link', { name: 'Back to the chat' }).click()
    await page.locator('.connection-badge', { hasText: /^Connected$/ }).waitFor()
    if (viewport.width < 800) await page.getByRole('button', { name: 'Rooms and settings' }).click()
    await page.getByRole('link', { name: 'Redis console' }).click()
    await fieldOf(page).waitFor()
    expect(new URL(page.url()).pathname).toBe('/console')
  })

  it('offers commands to begin with, until one was sent', async () => {
    const page = await openConsole()
    await page.getByRole('button', { name: 'PING' }).click()
    await page.getByRole('article', { name: 'PING' }).getByText('PONG').waitFor()
    expect(await page.getByText('Nothing sent yet').count()).toBe(0)
    await eventually(() => page.locator(':focus').getAttribute('aria-label')).toBe('Redis command')
  })

  it('shows a token’s rights, and keeps the token for this tab only', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'longwire-console-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const token = 'lw_console_test_token_which_is_long_enough'
    const hash = `sha256:${createHash('sha256').update(token).digest('hex')}`
    const file = join(folder, 'tokens.json')
    await writeFile(file, JSON.stringify([{ name: 'reader', hash, allow: ['@read', 'command'] }]))
    const guarded = await Server.start(0, ['--redis', redis.url, '--gateway-tokens', file])
    onTestFinished(() => guarded.drain())
    const page = await openConsole(guarded.url)
    await page.getByRole('status').filter({ hasText: /token/i }).waitFor()
    await page.getByLabel('Token').fill('tökén €')
    await page.getByText('The token has a character that no token can have.').waitFor()
    await page.getByLabel('Token').fill(token)
    await page.getByRole('status').waitFor({ state: 'detached' })
    expect(await replyTo(page, 'get none')).toBe('(nil) null')
    expect(await replyTo(page, 'set a b')).toBe('set is not among what this token may use.')
    await page.reload()
    expect(await replyTo(page, 'get none')).toBe('(nil) null')
    expect(await page.evaluate<string>('JSON.stringify(localStorage)')).not.toContain(token)
    const elsewhere = await page.context().newPage()
    await elsewhere.goto(`${guarded.url}/console`)
    expect(await elsewhere.getByLabel('Token').inputValue()).toBe('')
  })

  it.each(['light', 'dark'] as const)('is accessible and fits a phone when it is %s', async (colorScheme) => {
    const page = await openConsole(server.url, { colorScheme, viewport: { width: 360, height: 640 } })
    await redis.command('HSET', 'phone', 'a'.repeat(60), 'x'.repeat(300), 'b', '\x00')
    await redis.command('SET', 'lines', `short\n${'x'.repeat(300)} end\n`)
    for (const line of [
      'hgetall phone',
      'get lines',
      'info server',
      'get none',
      'nothing',
      `get ${'k'.repeat(200)}`,
    ])
      await send(page, line)
    await fieldOf(page).pressSequentially('zr')
    await fieldOf(page).press('Tab')
    await page.getByRole('option', { selected: true }).waitFor()
    expect(await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')).toBe(0)
    expect(
      await page.evaluate<number>(
        '(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector("main"))',
      ),
    ).toBe(0)
    expect(await accessibilityProblems(page)).toEqual([])
  })
})
