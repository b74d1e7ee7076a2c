import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeToken } from '../../../src/chat/tokens/make-token.ts'
import { connected } from '../centrifuge/clients.ts'
import { type Chatter, chatter, greeted, rawPeer, until } from './peers.ts'
import { type Changes, type Running, run } from './running.ts'

const secret = 'a secret that only this test has, and nobody else'
/** Where people come from whom nobody knows. */
const elsewhere = '127.0.0.7'

let running: Running
let folder: string | undefined

async function start(changes: Changes = {}): Promise<void> {
  running = await run({ anonymous: true, tokens: { secret }, moderators: ['mia'], ...changes })
}

beforeEach(() => start())
afterEach(async () => {
  await running.server.close()
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  folder = undefined
})

/** Somebody with a token, in JSON. */
async function known(user: string, claims: object = {}, query = ''): Promise<Chatter> {
  const token = await makeToken({ sub: user, ...claims }, { secret, ttlMs: 60_000 })
  return greeted(running.httpPort, `token=${token}${query}`)
}

const moderator = (query = '') => known('tom', { moderator: true }, query)
const stranger = (name: string, query = '') =>
  greeted(running.httpPort, `name=${name}${query}`, {}, elsewhere)

/** Says something that is answered; resolves with the answer. */
async function said({ socket, objects }: Chatter, text: string): Promise<Record<string, unknown>> {
  const command = text.slice(1).split(' ')[0]
  const before = objects().length
  socket.send(text)
  const answer = () =>
    objects()
      .slice(before)
      .find((object) => object.command === command)
  await until(`an answer to ${text}`, () => answer() !== undefined)
  return answer()!
}

/** Resolves with the first object that has this field. */
async function got({ objects }: Chatter, key: string): Promise<Record<string, unknown>> {
  const found = () => objects().find((object) => key in object)
  await until(`an object with ${key} (there is ${JSON.stringify(objects())})`, () => found() !== undefined)
  return found()!
}

/** The HTTP status with which a WebSocket is refused, and what is said. */
async function refusal(query = '', path = '/ws'): Promise<[number, string]> {
  const peer = await rawPeer(running.httpPort, elsewhere)
  peer.socket.write(
    `GET ${path}?${query} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
  )
  await peer.got('\r\n\r\n')
  peer.socket.destroy()
  const [head = '', body = ''] = peer.text().split('\r\n\r\n')
  return [Number(head.split(' ')[1]), body]
}

const orders = () => running.log.filter(({ msg }) => msg.startsWith('moderation: '))

describe('A moderator', () => {
  it('is whose token or the configuration says so; others may not give orders, and do not see them in /help', async () => {
    const tom = await moderator()
    const mia = await known('mia')
    const ann = await known('ann')
    const eve = await stranger('tom')
    for (const each of [tom, mia]) {
      expect((await said(each, '/sanctions')).lines).toEqual(['Nobody is muted or banned.'])
      expect((await said(each, '/help')).lines).toContainEqual(expect.stringMatching(/^\/ban /))
      expect(await got(each, 'welcome')).toMatchObject({ welcome: { moderator: true } })
    }
    for (const each of [ann, eve]) {
      expect(await said(each, '/ban tom')).toEqual({ command: 'ban', error: 'Only moderators may say /ban.' })
      expect((await said(each, '/help')).lines).not.toContainEqual(
        expect.stringMatching(/^\/(ban|mute|kick)/),
      )
    }
    expect(orders()).toEqual([])
  })

  it('mutes somebody known by their user, wherever they are, for a time and a reason that they are told', async () => {
    const tom = await moderator()
    const ann = await known('ann')
    const annElsewhere = await known('ann', {}, '&room=other')
    const before = Date.now()
    const answer = await said(tom, '/mute ann 10m talks too much')
    expect(answer.lines).toEqual([
      expect.stringMatching(/^ann is muted in all rooms until .* UTC: talks too much$/),
      'It holds for the user ann. It found 2 connections here.',
    ])
    const notice = await got(ann, 'notice')
    expect(notice).toMatchObject({ notice: 'muted', reason: 'talks too much' })
    expect(notice.message).toMatch(/^You are muted until .* UTC: talks too much$/)
    expect(Number(notice.until) - before).toBeGreaterThanOrEqual(600_000)
    for (const each of [ann, annElsewhere]) {
      each.socket.send('hello')
      expect(await got(each, 'error')).toMatchObject({ error: 'muted', until: notice.until })
      expect((await said(each, '/nick LOOK AT ME')).error).toBeDefined()
    }
    tom.socket.send('still heard')
    await until('she reads on', () => ann.objects().some(({ text }) => text === 'still heard'))
    expect(tom.objects().filter(({ text }) => text === 'hello')).toEqual([])
    const back = await known('ann')
    expect(await got(back, 'notice')).toMatchObject({ notice: 'muted' })
    expect((await said(tom, '/unmute ann')).lines).toEqual([
      expect.stringMatching(
        /^Lifted: mute of user ann \(ann\) in all rooms until .*, by tom: talks too much$/,
      ),
    ])
    ann.socket.send('back again')
    await until('all hear her', () => tom.objects().some(({ text }) => text === 'back again'))
    expect(orders()).toMatchObject([
      { order: 'mute', target: { user: 'ann' }, by: 'tom', reason: 'talks too much', sessions: 2 },
      { order: 'lift', kind: 'mute', target: { user: 'ann' }, by: 'tom' },
    ])
  })

  it('mutes here alone, by the address whom nobody knows, and says whom that meets', async () => {
    const tom = await moderator()
    const eve = await stranger('Quiet%20Otter')
    const bob = await stranger('Bob')
    const answer = await said(tom, '/mute Quiet Otter here')
    expect(answer.lines).toEqual([
      'Quiet Otter is muted in lobby without an end.',
      `Nobody knows who that is: it holds for everybody at the address ${elsewhere}. It found 2 connections here.`,
    ])
    for (const each of [eve, bob]) {
      each.socket.send('hello')
      expect(await got(each, 'error')).toMatchObject({ error: 'muted', room: 'lobby' })
    }
    await said(eve, '/join other')
    eve.socket.send('here I may')
    await until('she is heard there', () => eve.objects().some(({ text }) => text === 'here I may'))
    expect(await said(eve, '/join lobby')).toMatchObject({ room: 'lobby' })
    expect((await said(tom, '/unmute Quiet Otter')).lines).toHaveLength(1)
    expect((await said(tom, '/unmute Quiet Otter')).lines).toEqual([
      'There is no mute of Quiet Otter. /sanctions lists those that there are.',
    ])
  })

  it('bans an address: whoever is there is told and goes, and is refused at every door before there is a session', async () => {
    const tom = await moderator()
    const eve = await stranger('Eve')
    const text = await chatter(running.httpPort, 'name=Other', {}, elsewhere)
    const line = await rawPeer(running.tcpPort, elsewhere)
    const watcher = await rawPeer(running.tcpPort)
    for (const each of [line, watcher]) await each.got('/help lists the commands.')
    await said(tom, '/ban Eve 1h spam')
    const sentence = expect.stringMatching(/^You are banned until .* UTC: spam$/)
    expect(await got(eve, 'notice')).toMatchObject({ notice: 'banned', message: sentence, reason: 'spam' })
    expect(await eve.close).toEqual({ code: 1008, reason: sentence })
    expect(await text.close).toEqual({ code: 1008, reason: sentence })
    expect(text.received).toContainEqual(expect.stringMatching(/^\* You are banned until .* UTC: spam$/))
    await line.closed
    expect(line.text()).toMatch(/\* Goodbye \(kicked\): You are banned until .* UTC: spam\n$/)
    expect(line.text().match(/banned/g)).toHaveLength(1)
    await watcher.got('* Eve was removed from this room.\n')
    await until('the room knows', () =>
      tom.objects().some(({ leave, removed }) => leave === 'Eve' && removed === true),
    )

    const ended = () => running.log.filter(({ msg }) => msg === 'connection closed').length
    await until('all three have ended', () => ended() === 3)
    for (const path of ['/ws', '/connection/websocket', '/connection/uni_websocket']) {
      expect(await refusal('', path)).toEqual([
        403,
        expect.stringMatching(/^You are banned until .* UTC: spam\n$/),
      ])
    }
    const again = await rawPeer(running.tcpPort, elsewhere)
    await again.closed
    expect(again.text()).toMatch(/^\* You are banned until .* UTC: spam\n$/)
    // Nobody there became a session.
    expect(ended()).toBe(3)
    expect((await said(tom, `/unban ${elsewhere}`)).lines).toEqual([
      expect.stringMatching(new RegExp(`^Lifted: ban of address ${elsewhere} \\(Eve\\) in all rooms`)),
    ])
    await stranger('Eve')
    watcher.socket.destroy()
  })

  it('bans from this room: who is there goes, may not come back to it by any way, and may go elsewhere', async () => {
    const tom = await moderator()
    const eve = await stranger('Eve')
    const ann = await known('ann')
    const other = await known('ann', {}, '&room=other')
    await said(tom, '/ban Eve here')
    await said(tom, '/ban ann here')
    expect(await eve.close).toEqual({ code: 1008, reason: 'You are banned from lobby without an end.' })
    expect(await ann.close).toMatchObject({ code: 1008 })
    for (const query of ['', 'room=lobby']) {
      expect(await refusal(query)).toEqual([403, 'You are banned from lobby without an end.\n'])
    }
    const elsewhereEve = await stranger('Eve', '&room=other')
    for (const each of [elsewhereEve, other]) {
      expect(await said(each, '/join lobby')).toEqual({
        command: 'join',
        error: 'You are banned from lobby without an end.',
      })
    }
    // With a token nobody knows at the door who that is.
    const back = await known('ann')
    expect(await back.close).toEqual({ code: 1008, reason: 'You are banned from lobby without an end.' })
    expect(back.objects()).toEqual([
      { notice: 'banned', message: 'You are banned from lobby without an end.', room: 'lobby' },
    ])
  })

  it('bans a user or a prefix who are not here, and the public client stays away', async () => {
    const tom = await moderator()
    expect((await said(tom, '/ban user:ann 1h')).lines).toEqual([
      expect.stringMatching(/^user:ann is banned in all rooms until/),
      'It holds for the user ann. It found 0 connections here.',
    ])
    expect((await said(tom, '/ban 127.0.0.4/30 here 1h30m')).lines).toEqual([
      expect.stringMatching(/^127.0.0.4\/30 is banned in lobby until/),
      'It holds for everybody at the address 127.0.0.4/30. It found 0 connections here.',
    ])
    expect((await refusal())[0]).toBe(403)
    expect((await refusal('room=other'))[0]).toBe(101)
    const token = await makeToken({ sub: 'ann' }, { secret, ttlMs: 60_000 })
    const refused = connected(running.httpPort, { token })
    await expect(refused).rejects.toBeDefined()
    expect((await said(tom, '/sanctions')).lines).toHaveLength(2)
  })

  it('kicks somebody, who may come back', async () => {
    const tom = await moderator()
    const eve = await stranger('Eve')
    const bob = await stranger('Bob')
    expect((await said(tom, '/kick Eve calm down')).lines).toEqual([
      'Eve was disconnected: calm down',
      'It was one connection here; they may come back.',
    ])
    expect(await eve.close).toEqual({
      code: 1008,
      reason: 'You were disconnected from lobby by a moderator: calm down',
    })
    await stranger('Eve')
    expect(bob.socket.readyState).toBe(bob.socket.OPEN)
    for (const order of ['/kick Bob 1h', '/kick Bob here', '/kick 127.0.0.7']) {
      expect((await said(tom, order)).error).toMatch(/^A kick is for/)
    }
  })

  it('tells people of one name apart: whom a token names, whom nobody knows, and a longer name', async () => {
    const tom = await moderator()
    const ann = await known('ann')
    const impostor = await stranger('ann')
    const longer = await stranger('ann%201h')
    expect((await said(tom, '/kick ann 1h')).error).toBe(
      '"ann" and "ann 1h" are here: put the one that you mean in quotation marks.',
    )
    await said(tom, '/kick "ann" go')
    await impostor.close
    await said(tom, '/kick @"ann" go')
    await ann.close
    await said(tom, '/kick ann 1h')
    await longer.close
    expect((await said(tom, '/kick "ann"')).error).toBe('Nobody here is called ann. /who lists who is here.')
    expect((await said(tom, '/ban nobody')).error).toMatch(/^Nobody here is called nobody\./)
  })

  it('is not met by orders of another, nor shut out by their own, and a slip makes no order without an end', async () => {
    const tom = await moderator()
    await known('mia')
    const neighbour = await greeted(running.httpPort, 'name=Ned')
    expect((await said(tom, '/ban mia')).error).toBe('mia is a moderator.')
    expect((await said(tom, '/kick tom')).error).toBe('tom is a moderator.')
    expect((await said(tom, '/ban Ned')).error).toMatch(
      /^A ban of address 127.0.0.1 would shut out a moderator: you are there too\./,
    )
    expect((await said(tom, '/ban 127.0.0.0/8')).error).toMatch(/would shut out a moderator/)
    await said(tom, '/mute Ned')
    tom.socket.send('I may speak')
    await until('he is heard', () => neighbour.objects().some(({ text }) => text === 'I may speak'))
    for (const slip of ['10min', '1y', '90', '5']) {
      expect((await said(tom, `/mute Ned ${slip} too loud`)).error).toBe(
        `${slip} is no length of time: write it as 10m, 1h or 7d.`,
      )
    }
    expect((await said(tom, '/mute')).error).toBe('Say it like this: /mute NAME [here] [10m] [REASON]')
  })
})

describe('Sanctions', () => {
  it('outlive a restart where things are kept, and are measured', async () => {
    await running.server.close()
    folder = mkdtempSync(join(tmpdir(), 'longwire-'))
    await start({ store: 'sqlite', dataDir: folder })
    const tom = await moderator()
    const eve = await stranger('Eve')
    // Whoever is let in has read first what the room keeps.
    await got(eve, 'welcome')
    await said(tom, '/ban Eve 1h spam')
    await eve.close
    await said(tom, '/mute user:ann')
    await running.server.close()
    await start({ store: 'sqlite', dataDir: folder })
    expect(await refusal()).toEqual([403, expect.stringMatching(/^You are banned until .* UTC: spam\n$/)])
    const ann = await known('ann')
    ann.socket.send('hello')
    expect(await got(ann, 'error')).toMatchObject({ error: 'muted' })
    await said(await moderator(), '/unmute user:ann')
    const metrics = await (await fetch(`http://127.0.0.1:${running.httpPort}/metrics`)).text()
    expect(metrics).toContain('longwire_sanctions{kind="ban"} 1\n')
    expect(metrics).toContain('longwire_sanctions{kind="mute"} 0\n')
    expect(metrics).toContain('longwire_moderation_orders_total{order="lift"} 1\n')
  }, 60_000)

  it('in memory leave nothing on the disk and end with the server', async () => {
    await running.server.close()
    folder = mkdtempSync(join(tmpdir(), 'longwire-'))
    await start({ store: 'memory', dataDir: folder })
    await said(await moderator(), '/ban user:ann')
    expect(existsSync(join(folder, 'moderation.ndjson'))).toBe(false)
    await running.server.close()
    await start({ store: 'memory', dataDir: folder })
    expect((await said(await moderator(), '/sanctions')).lines).toEqual(['Nobody is muted or banned.'])
  })
})
