import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chatter, rawPeer, rawWebSocket, upgradeRequest } from './peers.ts'
import { type Running, run } from './running.ts'

let running: Running

beforeAll(async () => {
  running = await run({ limits: { messageBytes: 1000 }, allowOrigin: ['https://friend.example'] })
})
afterAll(() => running.server.close())

/** What an upgrade request gets. */
async function answer(request: string): Promise<string> {
  const peer = await rawPeer(running.httpPort)
  peer.socket.write(request)
  await peer.closed
  return peer.text()
}

describe('/ws', () => {
  it('gives every member, the sender too, just the text, in one order for all', async () => {
    const people = await Promise.all(
      ['Ann', 'Bob', 'Eve'].map((name) => chatter(running.httpPort, `room=order&name=${name}`)),
    )
    for (let round = 0; round < 50; round++) {
      for (const [index, { socket }] of people.entries()) socket.send(`${round} from ${index}`)
    }
    for (const person of people) for (const index of [0, 1, 2]) await person.got(`49 from ${index}`)
    expect(people[0]!.received).toHaveLength(150)
    expect(people[1]!.received).toEqual(people[0]!.received)
    expect(people[2]!.received).toEqual(people[0]!.received)
    for (const { socket } of people) socket.close()
  })

  it('gives pages that ask for JSON names, times, offsets, and who comes and goes', async () => {
    const page = await chatter(running.httpPort, 'room=json&name=Ann&format=json')
    const other = await chatter(running.httpPort, 'room=json&name=Bob')
    other.socket.send('hi')
    other.socket.send('/nick Rob')
    await other.got('* You are Rob now.')
    other.socket.close()
    await other.close
    await expect.poll(() => page.received.length).toBe(5)
    const [welcome, join, message, rename, leave] = page.objects()
    expect(welcome).toEqual({
      welcome: { room: 'json', name: 'Ann', members: ['Ann'], limits: { messageBytes: 1000 } },
    })
    expect(join).toEqual({ room: 'json', join: 'Bob', time: expect.any(Number) })
    expect(message).toEqual({ room: 'json', name: 'Bob', text: 'hi', time: expect.any(Number), offset: 1 })
    expect(Math.abs(Date.now() - Number(message?.time))).toBeLessThan(60_000)
    expect(rename).toEqual({ room: 'json', leave: 'Bob', join: 'Rob', time: expect.any(Number) })
    expect(leave).toEqual({ room: 'json', leave: 'Rob', time: expect.any(Number) })
    page.socket.close()
  })

  it('puts whoever says nothing about it into the lobby, under a friendly name', async () => {
    const person = await chatter(running.httpPort, 'format=json')
    await expect.poll(() => person.received.length).toBe(1)
    const { welcome } = person.objects()[0] as { welcome: { room: string; name: string } }
    expect(welcome.room).toBe('lobby')
    expect(welcome.name).toMatch(/^[A-Z][a-z]+ [A-Z][a-z]+$/)
    person.socket.close()
  })

  it('answers commands to the sender alone', async () => {
    const ann = await chatter(running.httpPort, 'room=commands&name=Ann')
    const bob = await chatter(running.httpPort, 'room=commands&name=Bob')
    ann.socket.send('/who')
    await ann.got('* In commands: Ann, Bob.')
    ann.socket.send('/rooms')
    await expect.poll(() => ann.received).toContain('* commands (2)')
    ann.socket.send('/nick')
    await ann.got('* Say it like this: /nick NAME')
    ann.socket.send('/nope')
    await ann.got('* There is no command /nope; /help lists those that there are.')
    ann.socket.send('/help')
    await ann.got('* /join ROOM [TOKEN] leaves this room for another, which may need a token of its own.')
    ann.socket.send('/join not a room')
    await expect.poll(() => ann.received.at(-1)).toMatch(/^\* A room's name begins/)
    ann.socket.send('//shrug')
    await bob.got('/shrug')
    expect(bob.received).toEqual(['/shrug'])
    ann.socket.send('/join elsewhere')
    await ann.got('* You are in elsewhere now, with nobody else.')
    ann.socket.send('alone')
    await ann.got('alone')
    bob.socket.send('/who')
    await bob.got('* In commands: Bob.')
    expect(bob.received).not.toContain('alone')
    ann.socket.close()
    bob.socket.close()
  })

  it('tells the sender of binary messages that they are not delivered', async () => {
    const person = await chatter(running.httpPort, 'room=binary')
    person.socket.send(Buffer.from([1, 2, 3]))
    await person.got('* A message is UTF-8 text: this one was not delivered.')
    person.socket.close()
  })

  it('closes with 1009 when a message is too large, and the others lose nothing', async () => {
    const large = await chatter(running.httpPort, 'room=large')
    const other = await chatter(running.httpPort, 'room=large')
    large.socket.send('x'.repeat(1000))
    large.socket.send('x'.repeat(1001))
    expect(await large.close).toEqual({
      code: 1009,
      reason: 'The message is larger than the limit of 1000 bytes.',
    })
    other.socket.send('still here')
    await other.got('still here')
    expect(other.received).toEqual(['x'.repeat(1000), 'still here'])
    await expect
      .poll(() => running.log.at(-1))
      .toMatchObject({
        msg: 'connection closed',
        cause: 'message-too-large',
        room: 'large',
      })
    other.socket.close()
  })

  it.each([
    ['an unmasked frame', [0x81, 0x02, 0x68, 0x69], 1002],
    ['text that is not UTF-8', [0x81, 0x81, 0, 0, 0, 0, 0xff], 1007],
  ])('closes with its code at %s', async (_what, bytes, code) => {
    const peer = await rawWebSocket(running.httpPort)
    const before = peer.bytes().byteLength
    peer.socket.write(Buffer.from(bytes))
    await peer.closed
    expect(peer.bytes()[before]).toBe(0x88)
    expect(peer.bytes().readUInt16BE(before + 2)).toBe(code)
    await expect.poll(() => running.log.at(-1)).toMatchObject({ msg: 'connection closed', cause: 'protocol' })
  })

  it('handles what came in the same packet as the request', async () => {
    const peer = await rawPeer(running.httpPort)
    peer.socket.write(Buffer.concat([Buffer.from(upgradeRequest('/ws?room=head')), hello]))
    await peer.got('early bird')
    peer.socket.destroy()
  })
})

const hello = Buffer.concat([Buffer.from([0x81, 0x8a, 0, 0, 0, 0]), Buffer.from('early bird')])

describe('A request that opens no WebSocket', () => {
  it.each([
    ['another path', upgradeRequest('/nowhere'), '404 Not Found', 'There is nothing at /nowhere.'],
    ['another method', upgradeRequest('/ws', {}, 'POST'), '405 Method Not Allowed', 'Allow: GET'],
    [
      'another version',
      upgradeRequest('/ws', { 'Sec-WebSocket-Version': '8' }),
      '426 Upgrade Required',
      'Sec-WebSocket-Version: 13',
    ],
    ['another protocol', upgradeRequest('/ws', { Upgrade: 'h2c' }), '426 Upgrade Required', 'websocket'],
    [
      'no key',
      upgradeRequest('/ws', { 'Sec-WebSocket-Key': undefined }),
      '400 Bad Request',
      'Sec-WebSocket-Key',
    ],
    ['a wrong key', upgradeRequest('/ws', { 'Sec-WebSocket-Key': 'short' }), '400 Bad Request', 'base64'],
    [
      'a page of another site',
      upgradeRequest('/ws', { Origin: 'https://evil.example' }),
      '403 Forbidden',
      '--allow-origin',
    ],
    [
      'a page without an origin of its own',
      upgradeRequest('/ws', { Origin: 'null' }),
      '403 Forbidden',
      '--allow-origin',
    ],
    ['a room that may not be', upgradeRequest('/ws?room=a%0ab'), '400 Bad Request', "room's name"],
    ['a name that may not be', upgradeRequest('/ws?name=a%07b'), '400 Bad Request', 'visible'],
    ['an unknown format', upgradeRequest('/ws?format=xml'), '400 Bad Request', 'text or json'],
  ])('gets told so: %s', async (_what, request, status, part) => {
    const text = await answer(request)
    expect(text.startsWith(`HTTP/1.1 ${status}\r\n`)).toBe(true)
    expect(text).toContain(part)
  })

  it('gets 426 when it does not ask for an upgrade, and 405 with another method', async () => {
    const url = `http://127.0.0.1:${running.httpPort}/ws`
    const plain = await fetch(url)
    expect([plain.status, await plain.text()]).toEqual([426, 'This address speaks WebSocket.\n'])
    const post = await fetch(url, { method: 'POST', body: 'x' })
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET'])
    expect((await fetch(`http://127.0.0.1:${running.httpPort}/nowhere`)).status).toBe(404)
  })

  it('is welcome from the same origin and from origins that were allowed', async () => {
    const own = await chatter(running.httpPort, '', { Origin: `http://127.0.0.1:${running.httpPort}` })
    const friend = await chatter(running.httpPort, '', { Origin: 'https://friend.example' })
    own.socket.close()
    friend.socket.close()
    await Promise.all([own.close, friend.close])
  })
})
