import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connected } from '../centrifuge/clients.ts'
import { type Chatter, chatter, rawPeer, until } from '../server/peers.ts'
import { type Running, run } from '../server/running.ts'
import { expiredToken, runForTokens, secret, token } from './tokens.ts'

/** The welcome of a page. */
async function welcomeOf(page: Chatter): Promise<Record<string, unknown>> {
  await until(`a welcome (there is ${page.received})`, () => page.objects().some(({ welcome }) => welcome))
  return page.objects().find(({ welcome }) => welcome)?.welcome as Record<string, unknown>
}

/** Enters as a page does. */
function page(port: number, parameters: Record<string, string>, headers = {}): Promise<Chatter> {
  return chatter(port, new URLSearchParams({ format: 'json', ...parameters }).toString(), headers)
}

describe('A WebSocket at /ws, where tokens are wanted', () => {
  let running: Running
  let port: number
  beforeAll(async () => {
    running = await runForTokens()
    port = running.httpPort
  })
  afterAll(() => running.server.close())

  it('is let in with a token in its address, under the name that the token says', async () => {
    const ann = await page(port, {
      token: await token({ sub: 'u1', info: { name: 'Ann' } }),
      name: 'Somebody else',
    })
    expect(await welcomeOf(ann)).toMatchObject({ room: 'lobby', name: 'Ann', user: 'u1' })
    ann.socket.send('hi')
    await until('her message', () => ann.objects().some(({ text }) => text === 'hi'))
    expect(ann.objects().find(({ text }) => text === 'hi')).toMatchObject({ name: 'Ann', user: 'u1' })
    ann.socket.send('/nick Bo')
    await until('a refusal', () => ann.objects().some(({ command }) => command === 'nick'))
    expect(ann.objects().at(-1)).toMatchObject({ error: 'Your name comes with your token.' })
    ann.socket.terminate()
  })

  it('is called by its user where the token says no name', async () => {
    const headers = { Authorization: `Bearer ${await token({ sub: 'ann' })}` }
    const ann = await page(port, {}, headers)
    expect(await welcomeOf(ann)).toMatchObject({ name: 'ann', user: 'ann' })
    ann.socket.terminate()
  })

  it.each([
    ['token-required', async () => ({})],
    ['token-invalid', async () => ({ token: 'nonsense' })],
    ['token-expired', async () => ({ token: await expiredToken({ sub: 'ann' }) })],
  ])('is told %s, and closed with 1008, for which pages do not come back', async (code, parameters) => {
    const turnedAway = await page(port, await parameters())
    expect((await turnedAway.close).code).toBe(1008)
    expect(turnedAway.objects()).toMatchObject([{ error: code }])
  })

  it('ends when its token does, with the cause expired; whoever says a new one in time stays', async () => {
    const claims = { sub: 'ann', info: { name: 'Ann' } }
    const leaving = await page(port, { token: await token(claims, 4_000) })
    const staying = await page(port, { token: await token(claims, 4_000) })
    await welcomeOf(staying)
    staying.socket.send(`/login ${await token(claims)}`)
    expect(await leaving.close).toEqual({ code: 1008, reason: 'The token has run out.' })
    await until('an answer', () => staying.objects().some(({ command }) => command === 'login'))
    expect(staying.objects().find(({ command }) => command === 'login')).toMatchObject({ user: 'ann' })
    staying.socket.send('still here')
    await until('the message', () => staying.objects().some(({ text }) => text === 'still here'))
    expect(running.log.filter(({ cause }) => cause === 'expired')).toHaveLength(1 + 1)
    staying.socket.terminate()
  })

  it('is not prolonged by a token of somebody else', async () => {
    const ann = await page(port, { token: await token({ sub: 'ann' }) })
    ann.socket.send(`/login ${await token({ sub: 'bo' })}`)
    await until('an answer', () => ann.objects().some(({ command }) => command === 'login'))
    expect(ann.objects().at(-1)).toMatchObject({
      command: 'login',
      error: 'This is no token of this server.',
    })
    ann.socket.terminate()
  })
})

describe('Somebody who takes the name of a person with a token', () => {
  let running: Running
  beforeAll(async () => {
    running = await run({ anonymous: true, tokens: { secret }, rooms: { historySize: 10 } })
  })
  afterAll(() => running.server.close())

  it('is known by the missing user in objects, and by the missing @ at terminals', async () => {
    const reader = await page(running.httpPort, { name: 'Reader' })
    const terminal = await rawPeer(running.tcpPort)
    await terminal.got('You are')
    const ann = await page(running.httpPort, { token: await token({ sub: 'u1', info: { name: 'Ann' } }) })
    const false1 = await page(running.httpPort, { name: 'Ann' })
    const false2 = await page(running.httpPort, { name: '@Ann' })
    const program = await connected(running.httpPort)
    ann.socket.send('it is me')
    await terminal.got('it is me')
    false1.socket.send('no, me')
    await terminal.got('no, me')
    false2.socket.send('or me')
    await terminal.got('or me')
    await program.publish('lobby', { name: '@Ann', text: 'me, by program' })
    await terminal.got('by program')
    const said = reader.objects().filter(({ text }) => text)
    expect(said.map(({ name, user, text }) => [name, user, text])).toEqual([
      ['Ann', 'u1', 'it is me'],
      ['Ann', undefined, 'no, me'],
      ['@Ann', undefined, 'or me'],
      ['@Ann', undefined, 'me, by program'],
    ])
    expect(
      terminal
        .text()
        .split('\n')
        .filter((line) => line.includes('Ann: ')),
    ).toEqual(['@Ann: it is me', 'Ann: no, me', 'Ann: or me', 'Ann: me, by program'])
    expect(reader.objects().find(({ join, user }) => join === 'Ann' && user === 'u1')).toBeDefined()
    program.disconnect()
    for (const one of [reader, ann, false1, false2]) one.socket.terminate()
    terminal.socket.destroy()
  })
})

describe('A private room', () => {
  let running: Running
  beforeAll(async () => {
    running = await runForTokens()
  })
  afterAll(() => running.server.close())

  /** What is said to a page about its command. */
  async function answerTo(one: Chatter, line: string): Promise<Record<string, unknown>> {
    const before = one.objects().length
    one.socket.send(line)
    const answers = () =>
      one
        .objects()
        .slice(before)
        .filter(({ command }) => command)
    await until(`an answer to ${line.slice(0, 20)}`, () => answers().length > 0)
    return answers()[0]!
  }

  it('is open to who has a token for it, behind its name or in the address', async () => {
    const ann = await page(running.httpPort, { token: await token({ sub: 'ann' }) })
    await welcomeOf(ann)
    expect(await answerTo(ann, '/join $board')).toMatchObject({ error: expect.any(String) })
    const good = await token({ sub: 'ann', channel: '$board', info: { role: 'chair' } })
    expect(await answerTo(ann, `/join $staff ${good}`)).toMatchObject({ error: expect.any(String) })
    expect(await answerTo(ann, `/join $board ${good}`)).toMatchObject({ command: 'join', room: '$board' })
    const bo = { token: await token({ sub: 'bo' }), room: '$board' }
    const late = await page(running.httpPort, {
      ...bo,
      room_token: await token({ sub: 'bo', channel: '$board' }),
    })
    expect(await welcomeOf(late)).toMatchObject({ room: '$board', members: ['ann', 'bo'] })
    const stranger = await page(running.httpPort, { ...bo, room_token: good })
    expect((await stranger.close).code).toBe(1008)
    for (const one of [ann, late]) one.socket.terminate()
  })

  it('is open to whom the token of the connection subscribes to it', async () => {
    const ann = await page(running.httpPort, {
      token: await token({ sub: 'ann', channels: ['$board'], subs: { $news: { info: { desk: 1 } } } }),
      room: '$board',
    })
    expect(await welcomeOf(ann)).toMatchObject({ room: '$board' })
    expect(await answerTo(ann, '/join $news')).toMatchObject({ command: 'join', room: '$news' })
    expect(await answerTo(ann, '/rooms')).toMatchObject({ rooms: [{ room: '$news', members: 1 }] })
    expect(await answerTo(ann, '/join $other')).toMatchObject({ error: expect.any(String) })
    const program = await connected(running.httpPort, {
      token: await token({ sub: 'bo', subs: { $news: {} } }),
    })
    const { clients } = await program.presence('$news')
    expect(Object.values(clients).map(({ user, chanInfo }) => [user, chanInfo])).toContainEqual([
      'ann',
      { desk: 1 },
    ])
    program.disconnect()
    ann.socket.terminate()
  })
})

describe('Lines over TCP', () => {
  it('say a token with /login where one is wanted, and hear how until then', async () => {
    const running = await runForTokens()
    const person = await rawPeer(running.tcpPort)
    await person.got('* A token is needed here. Say it like this: /login TOKEN\n')
    person.socket.write('hello?\n/who\n/login\n/login nonsense\n')
    await person.got('no token of this server')
    expect(person.text()).not.toContain('hello?')
    expect((await running.health()).rooms).toBe(0)
    person.socket.write(`/login ${await token({ sub: 'ann' })}\nhello\n`)
    await person.got('@ann: hello\n')
    expect(person.text()).toContain('* You are ann in lobby.')
    expect(person.text()).toMatch(/\* You are known here until \d{4}-/)
    person.socket.destroy()
    await running.server.close()
  })

  it('of who is nobody in particular become those of the person whom /login names', async () => {
    const running = await run({ anonymous: true, tokens: { secret } })
    const other = await page(running.httpPort, { name: 'Other' })
    const person = await rawPeer(running.tcpPort)
    await person.got('You are')
    person.socket.write(`/login ${await token({ sub: 'ann' })}\n/who\n`)
    await person.got('* In lobby: ')
    expect(person.text()).toMatch(/In lobby: .*@ann/)
    await until('her entry', () => other.objects().some(({ join, user }) => join === 'ann' && user === 'ann'))
    other.socket.terminate()
    person.socket.destroy()
    await running.server.close()
  })

  it('end with a line that says so when the token runs out', async () => {
    const running = await runForTokens()
    const person = await rawPeer(running.tcpPort)
    await person.got('/login TOKEN')
    person.socket.write(`/login ${await token({ sub: 'ann' }, 4_000)}\n`)
    await person.closed
    expect(person.text()).toContain('* Goodbye (expired): The token has run out.')
    await running.server.close()
  })
})

describe('The log', () => {
  it('of a refused request keeps no token', async () => {
    const running = await runForTokens()
    const good = await token({ sub: 'ann' })
    await expect(page(running.httpPort, { token: good, format: 'xml' })).rejects.toThrow()
    await until('the refusal in the log', () => running.log.some(({ msg }) => msg === 'upgrade refused'))
    expect(JSON.stringify(running.log)).not.toContain(good)
    await running.server.close()
  })
})
