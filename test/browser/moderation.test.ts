import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import WebSocket from 'ws'
import { makeToken } from '../../src/chat/tokens/make-token.ts'
import { secretFile } from '../../src/server/token-secret.ts'
import { useChromium } from './chromium.ts'
import { Server } from './server.ts'
import { eventually, Visitor } from './visitor.ts'

const browser = useChromium()
let folder: string
let server: Server
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'longwire-'))
  server = await Server.start(0, ['--data', folder, '--store', 'sqlite', '--moderator', 'tom'])
})
afterEach(async () => {
  await server.kill()
  rmSync(folder, { recursive: true, force: true })
})

/** A moderator at another address than the browser's, whose orders therefore may meet that. */
async function moderator(): Promise<WebSocket> {
  const secret = readFileSync(join(folder, secretFile), 'utf8').trim()
  const token = await makeToken({ sub: 'tom' }, { secret, ttlMs: 600_000 })
  const url = `${server.url.replace('http', 'ws')}/ws?format=json&token=${token}`
  const socket = new WebSocket(url, { localAddress: '127.0.0.5' })
  await once(socket, 'message')
  return socket
}

it('who is muted sees that above the field, until when, and that a message was not delivered; then may speak again', async () => {
  const tom = await moderator()
  const ann = await Visitor.enter(browser(), server.url, { name: 'Ann' })
  tom.send('/mute Ann 10m too loud')
  const banner = ann.page.locator('.banner')
  await eventually(() => banner.allInnerTexts()).toEqual([
    expect.stringMatching(/^A moderator has muted you until \d.*: too loud$/),
  ])
  await ann.say('can you hear me')
  await eventually(() => ann.log.locator('.doubt p').allInnerTexts()).toEqual([
    expect.stringMatching(
      /Not confirmed\. This message was not delivered\. You are muted until .*: too loud/,
    ),
  ])
  tom.send('/unmute Ann')
  await eventually(() => banner.count()).toBe(0)
  await eventually(async () => (await ann.quietLines()).at(-1)).toBe('You may speak again.')
  await ann.page.getByRole('button', { name: 'Send again' }).click()
  await eventually(() => ann.talk()).toEqual(['Ann (you): can you hear me'])
  tom.close()
  await ann.leave()
})

it('who is kicked is told why, stays away until they want to come back, and the others see who was removed', async () => {
  const tom = await moderator()
  const ann = await Visitor.enter(browser(), server.url, { name: 'Ann' })
  const bob = await Visitor.enter(browser(), server.url, { name: 'Bob' })
  tom.send('/kick Ann calm down')
  await eventually(() => ann.badge.textContent()).toBe('Not connected')
  await eventually(() => ann.page.locator('.banner p').textContent()).toBe(
    'You were disconnected from lobby by a moderator: calm down',
  )
  await eventually(async () => (await bob.quietLines()).at(-1)).toBe('Ann was removed.')
  await ann.page.getByRole('button', { name: 'Ask again' }).click()
  await ann.isConnected()
  tom.close()
  await ann.leave()
  await bob.leave()
})

it('who is banned is told until when and why, and asks the server again only when they want to', async () => {
  const tom = await moderator()
  const ann = await Visitor.enter(browser(), server.url, { name: 'Ann' })
  let attempts = 0
  ann.page.on('websocket', () => {
    attempts++
  })
  const reason =
    'spam, after three warnings that were heard and not heeded, and one more that was laughed at by all who heard it'
  tom.send(`/ban Ann 1h ${reason}`)
  await eventually(() => ann.badge.textContent()).toBe('Not connected')
  const words = () => ann.page.locator('.banner p').textContent()
  // All of it, though a close frame holds less.
  await eventually(words).toMatch(new RegExp(`^You are banned until .* UTC: ${reason}$`))
  const ask = ann.page.getByRole('button', { name: 'Ask again' })
  await ask.click()
  await eventually(words).toMatch(/^The server does not let you in: You are banned until .* UTC: spam/)
  await eventually(() => ann.badge.textContent()).toBe('Not connected')
  // Loaded anew, the page learns it too.
  await ann.page.reload()
  await eventually(words).toMatch(/^The server does not let you in: You are banned until/)
  expect(attempts).toBe(2)
  tom.send('/unban Ann')
  await once(tom, 'message')
  await ask.click()
  await ann.isConnected()
  expect(attempts).toBe(3)
  tom.close()
  await ann.leave()
})

it('orders that are typed on the page go to the server, which knows who may give them', async () => {
  const tom = await moderator()
  const ann = await Visitor.enter(browser(), server.url, { name: 'Ann' })
  await ann.say('/ban Ann')
  await eventually(async () => (await ann.quietLines()).at(-1)).toBe('Only moderators may say /ban.')
  tom.close()
  await ann.leave()
})
