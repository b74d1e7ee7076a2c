import { readdirSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { sharedWheel } from '../../../src/connection/timer-wheel.ts'
import {
  chatter,
  clientFrame,
  rawPeer,
  rawWebSocket,
  until,
  upgradeRequest,
} from '../../integration/server/peers.ts'
import { type Changes, type Running, run } from '../../integration/server/running.ts'

let running: Running

async function start(changes: Changes = {}): Promise<Running> {
  running = await run(changes)
  return running
}

afterEach(() => running.server.close())

const openFiles = (): number => readdirSync('/proc/self/fd').length
const endings = (cause: string): number => running.log.filter((entry) => entry.cause === cause).length

describe('A member that does harm', () => {
  it('by not reading is disconnected at the outbox bound with 1013, and the others lose nothing', async () => {
    const { httpPort } = await start({ limits: { outboxBytes: 256 * 1024 } })
    const slow = await rawWebSocket(httpPort, 'room=r&name=Slow')
    slow.socket.pause()
    const reader = await chatter(httpPort, 'room=r&name=Reader')
    const writer = await chatter(httpPort, 'room=r&name=Writer')
    const text = 'x'.repeat(60_000)
    let sent = 0
    // In step with the reader, so that only the one that does not read falls behind.
    while (endings('outbox-full') === 0) {
      writer.socket.send(`${sent} ${text}`)
      await reader.got(`${sent} ${text}`)
      sent++
      if (sent > 2000) throw new Error('It was never disconnected.')
    }
    writer.socket.send('last')
    await reader.got('last')
    expect(reader.received).toHaveLength(sent + 1)
    expect(reader.received.map((one) => Number.parseInt(one, 10)).slice(0, sent)).toEqual(
      Array.from({ length: sent }, (_, index) => index),
    )
    const entry = running.log.find(({ cause }) => cause === 'outbox-full')
    const { queuedBytes } = entry!.evidence as { queuedBytes: number }
    expect(queuedBytes).toBeGreaterThan(128 * 1024)
    expect(queuedBytes).toBeLessThan(1024 * 1024)
    reader.socket.close()
    writer.socket.close()
  })

  it('by taking nothing at all is gone at the write deadline', async () => {
    const { httpPort } = await start({
      limits: { outboxBytes: 64 * 1024 * 1024, messageBytes: 1024 * 1024 },
      timing: { writeDeadlineMs: 300 },
    })
    const slow = await rawWebSocket(httpPort, 'room=r')
    slow.socket.pause()
    const writer = await chatter(httpPort, 'room=r')
    const text = 'x'.repeat(500_000)
    for (let sent = 0; sent < 40; sent++) writer.socket.send(text)
    await until('the write deadline', () => endings('write-deadline') === 1)
    await until('all messages', () => writer.received.length === 40)
    expect((await running.health()).connections).toBe(1)
    writer.socket.close()
  })

  it('by vanishing without a word is gone at the read deadline; one that answers pings stays', async () => {
    const { httpPort, log } = await start({ timing: { pingIntervalMs: 100, readDeadlineMs: 400 } })
    const alive = await chatter(httpPort, 'name=Alive')
    const silent = await rawWebSocket(httpPort, 'name=Silent')
    await silent.closed
    await until('its ending in the log', () => endings('read-deadline') === 1)
    expect(log.find(({ cause }) => cause === 'read-deadline')).toMatchObject({ name: 'Silent' })
    alive.socket.send('here')
    await alive.got('here')
    alive.socket.close()
  })

  it('by never finishing its handshake is cut after the handshake timeout', async () => {
    const { httpPort } = await start({ timing: { handshakeTimeoutMs: 300 } })
    const peer = await rawPeer(httpPort)
    peer.socket.write('GET /ws HTTP/1.1\r\nHost: x\r\n')
    await peer.closed
    expect(peer.text()).toMatch(/^HTTP\/1\.1 408 /)
  })

  it('by sending garbage instead of a request gets 400', async () => {
    const { httpPort } = await start()
    const peer = await rawPeer(httpPort)
    peer.socket.write('\x16\x03\x01garbage\r\n\r\n')
    await peer.closed
    expect(peer.text()).toMatch(/^HTTP\/1\.1 400 /)
  })

  it('by flooding with pings harms nobody', async () => {
    const { httpPort } = await start()
    const flooder = await rawWebSocket(httpPort, 'room=r')
    const other = await chatter(httpPort, 'room=r')
    const pings = Buffer.concat(Array.from({ length: 20_000 }, () => clientFrame(0x89, 'ping')))
    flooder.socket.write(pings)
    other.socket.send('hello')
    await other.got('hello')
    flooder.socket.write(clientFrame(0x81, 'after the flood'))
    await other.got('after the flood')
    expect(other.received).toEqual(['hello', 'after the flood'])
    flooder.socket.destroy()
    other.socket.close()
  })

  it('by sending too fast is told so, and only what was admitted is delivered', async () => {
    const { httpPort } = await start({ limits: { messageRate: 1, messageBurst: 5 } })
    const fast = await chatter(httpPort, 'room=r')
    const other = await chatter(httpPort, 'room=r')
    for (let index = 0; index < 20; index++) fast.socket.send(String(index))
    const notice = '* You are sending too fast: this message was not delivered.'
    await until('twenty answers', () => fast.received.length >= 20)
    expect(other.received.slice(0, 5)).toEqual(['0', '1', '2', '3', '4'])
    expect(fast.received.filter((one) => one === notice).length).toBeGreaterThan(10)
    fast.socket.close()
    other.socket.close()
  })
})

describe('Limits on who connects', () => {
  it('refuse one more from the same address, and admit again when one has gone', async () => {
    const { httpPort } = await start({ limits: { connectionsPerAddress: 2 } })
    const first = await chatter(httpPort)
    const second = await chatter(httpPort)
    await expect(chatter(httpPort)).rejects.toThrow('429')
    first.socket.close()
    await first.close
    await until('a free place', async () => (await running.health()).connections === 1)
    const third = await chatter(httpPort)
    second.socket.close()
    third.socket.close()
  })

  it('refuse when the house is full, with 503', async () => {
    const { httpPort } = await start({ limits: { connections: 1 } })
    const only = await chatter(httpPort)
    await expect(chatter(httpPort)).rejects.toThrow('503')
    only.socket.close()
  })

  it('refuse more handshakes a second than there may be', async () => {
    const { httpPort } = await start({ limits: { handshakesPerSecond: 3 } })
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => chatter(httpPort)))
    const open = results.filter(({ status }) => status === 'fulfilled')
    expect(open.length).toBeGreaterThanOrEqual(3)
    expect(open.length).toBeLessThan(10)
    for (const result of results) if (result.status === 'fulfilled') result.value.socket.close()
  })
})

describe('Two thousand connects and disconnects', () => {
  it('leave nothing behind: registry, rooms, timers and file descriptors', async () => {
    const { httpPort, tcpPort, health } = await start()
    await health()
    const before = { files: openFiles(), timers: sharedWheel.size }
    for (let round = 0; round < 40; round++) {
      const peers = await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          index % 5 === 0 ? rawPeer(tcpPort) : rawWebSocket(httpPort, `room=r${index}&format=json`),
        ),
      )
      for (const [index, { socket }] of peers.entries()) {
        if (index % 3 === 0) socket.resetAndDestroy()
        else if (index % 3 === 1) socket.destroy()
        else socket.end()
      }
      await Promise.all(peers.map(({ closed }) => closed))
    }
    await until('an empty house', async () => {
      const { connections, rooms } = await health()
      return connections === 0 && rooms === 0
    })
    expect(running.log.filter(({ msg }) => msg === 'connection closed')).toHaveLength(2000)
    await until('as many open files as before', () => openFiles() <= before.files + 2)
    expect(sharedWheel.size).toBe(before.timers)
  }, 60_000)

  it('over TCP alone leave nothing behind either', async () => {
    const { tcpPort, health } = await start()
    await health()
    const before = { files: openFiles(), timers: sharedWheel.size }
    for (let round = 0; round < 40; round++) {
      const peers = await Promise.all(Array.from({ length: 50 }, () => rawPeer(tcpPort)))
      await Promise.all(peers.map(({ got }) => got('/help')))
      const { connections, rooms } = await health()
      expect(connections).toBe(50)
      expect(rooms).toBeGreaterThan(0)
      for (const [index, { socket }] of peers.entries()) {
        if (index % 3 === 0) socket.resetAndDestroy()
        else if (index % 3 === 1) socket.destroy()
        else socket.end()
      }
      await until('an empty house', async () => {
        const left = await health()
        return left.connections === 0 && left.rooms === 0
      })
    }
    expect(running.log.filter(({ msg }) => msg === 'connection closed')).toHaveLength(2000)
    await until('as many open files as before', () => openFiles() <= before.files + 2)
    expect(sharedWheel.size).toBe(before.timers)
  }, 60_000)
})

describe('Draining', () => {
  it('delivers what was said, tells peers why with 1001 or a goodbye line, and admits nobody any more', async () => {
    const { httpPort, tcpPort, server } = await start()
    const people = await Promise.all([chatter(httpPort, 'name=Ann'), chatter(httpPort, 'name=Bob')])
    const line = await rawPeer(tcpPort)
    await line.got('/help')
    const asking = await rawPeer(httpPort)
    for (let index = 0; index < 100; index++) people[0]!.socket.send(`word ${index}`)
    await people[0]!.got('word 0')
    await server.drain()
    for (const person of people) {
      expect(await person.close).toEqual({
        code: 1001,
        reason: 'This server is going away; connect again to reach another.',
      })
      expect(person.received).toEqual(person.received.map((_, index) => `word ${index}`))
    }
    expect(people[0]!.received).toEqual(people[1]!.received)
    await line.closed
    expect(line.text()).toContain('* Goodbye (drain): This server is going away')
    asking.socket.write(upgradeRequest())
    await asking.closed
    expect(asking.text()).not.toContain('101 Switching')
    await expect(chatter(httpPort)).rejects.toThrow('ECONNREFUSED')
    expect(endings('drain')).toBe(3)
  })

  it('answers a message that comes while draining with the close frame alone, and delivers it to nobody', async () => {
    const { httpPort, server } = await start()
    const ann = await chatter(httpPort, 'name=Ann')
    const late = await rawWebSocket(httpPort, 'name=Late')
    const drained = server.drain()
    await late.got('This server is going away')
    const said = late.bytes().byteLength
    late.socket.write(clientFrame(0x81, 'too late'))
    late.socket.write(clientFrame(0x88, Buffer.from([0x03, 0xe9])))
    await late.closed
    await drained
    expect(late.bytes().byteLength).toBe(said)
    expect((await ann.close).code).toBe(1001)
    expect(ann.received).toEqual([])
    expect(endings('drain')).toBe(2)
  })

  it('cuts a peer that does not let itself be told, after the drain timeout', async () => {
    const { httpPort, server } = await start({ drainTimeoutMs: 200 })
    const deaf = await rawPeer(httpPort)
    deaf.socket.write(upgradeRequest())
    await deaf.got('101')
    deaf.socket.pause()
    const startedAt = Date.now()
    await server.drain()
    expect(Date.now() - startedAt).toBeLessThan(2000)
    expect(endings('drain')).toBe(1)
  })
})
