/** A person with a browser, and what they see and do on the chat page. */
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { expect } from 'vitest'

export interface VisitOptions {
  /** `undefined`: the server gives one. */
  readonly name?: string
  readonly room?: string
  readonly browser?: BrowserContextOptions
}

/** Waits until something is as it should be, at most for as long as a slow machine takes. */
export function eventually<T>(look: () => T | Promise<T>) {
  return expect.poll(look, { timeout: 15_000, interval: 50 })
}

export class Visitor {
  readonly page: Page
  /** Errors of the page, and what its Content-Security-Policy forbade. */
  readonly problems: string[] = []

  private constructor(page: Page) {
    this.page = page
    page.on('pageerror', (error) => this.problems.push(String(error)))
    page.on('console', (message) => {
      if (/Content.Security.Policy/i.test(message.text())) this.problems.push(message.text())
    })
  }

  /** Opens the page, in a browser that has never been there, and waits until it is connected. */
  static async enter(browser: Browser, url: string, options: VisitOptions = {}): Promise<Visitor> {
    const visitor = await Visitor.open(browser, url, options)
    await visitor.isConnected()
    return visitor
  }

  /** Opens the page and waits for nothing. */
  static async open(
    browser: Browser,
    url: string,
    { name, room = 'lobby', browser: browserOptions }: VisitOptions = {},
  ): Promise<Visitor> {
    const context = await browser.newContext({ locale: 'en-GB', ...browserOptions })
    if (name !== undefined) {
      const stored = JSON.stringify(name)
      await context.addInitScript(`localStorage['longwire.name'] ??= ${stored}`)
    }
    const visitor = new Visitor(await context.newPage())
    await visitor.page.goto(`${url}/?${new URLSearchParams({ room })}`)
    return visitor
  }

  /** Opens exactly this address, and waits for nothing. */
  static async openAt(browser: Browser, address: string, options: BrowserContextOptions): Promise<Visitor> {
    const context = await browser.newContext({ locale: 'en-GB', ...options })
    const visitor = new Visitor(await context.newPage())
    await visitor.page.goto(address)
    return visitor
  }

  /** Leaves for good. Nothing may have gone wrong on the page. */
  async leave(): Promise<void> {
    await this.page.context().close()
    expect(this.problems).toEqual([])
  }

  async isConnected(): Promise<void> {
    await this.badge.filter({ hasText: /^Connected$/ }).waitFor()
  }

  get badge(): Locator {
    return this.page.locator('.connection-badge')
  }

  get field(): Locator {
    return this.page.getByRole('textbox', { name: /^Message to / })
  }

  get log(): Locator {
    return this.page.getByRole('log')
  }

  /** Types a text and sends it with Enter. */
  async say(text: string): Promise<void> {
    await this.field.fill(text)
    await this.field.press('Enter')
  }

  /** The texts of all messages, the oldest first. */
  texts(): Promise<string[]> {
    return this.log.locator('.text').allInnerTexts()
  }

  /** Each message with its author and whether it is marked as the visitor's own: `Ann: hi`, `Bo (you): hello`. */
  async talk(): Promise<string[]> {
    const groups = await this.log.getByRole('article').all()
    const lines = await Promise.all(
      groups.map(async (group) => {
        const author = await group.locator('.author').textContent()
        const isOwn = (await group.locator('.own-mark').count()) > 0
        const texts = await group.locator('.text').allInnerTexts()
        return texts.map((text) => `${author}${isOwn ? ' (you)' : ''}: ${text}`)
      }),
    )
    return lines.flat()
  }

  /** The quiet lines between messages: who came and went, when we were away. */
  quietLines(): Promise<string[]> {
    return this.log.locator('.presence, .gap, .note').allInnerTexts()
  }

  /** Who is here, by the column of a wide page. */
  people(): Promise<string[]> {
    return this.page.locator('.column.end .person-name').allInnerTexts()
  }

  /** The role and name of what has the focus, as a screen reader would say them. */
  async focused(): Promise<string> {
    const focused = this.page.locator(':focus')
    if ((await focused.count()) === 0) return 'nothing'
    const snapshot = await focused.ariaSnapshot()
    return snapshot.split('\n')[0]?.replace(/^- /, '') ?? ''
  }

  /** How much wider the messages are than their place, in pixels. */
  logOverflow(): Promise<number> {
    return this.page.evaluate<number>('log.scrollWidth - log.clientWidth')
  }

  /** How far the end of the log is below what is in view, in pixels. */
  distanceToEnd(): Promise<number> {
    return this.page.evaluate<number>('log.scrollHeight - log.scrollTop - log.clientHeight')
  }

  /** How much wider than the screen the page is, in pixels. */
  overflow(): Promise<number> {
    return this.page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
  }
}
