import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, Socket } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import type { TransportSink } from '../../../src/connection/transport.ts'
import { DirectWriter } from '../../../src/transports/direct-write.ts'
import { SocketTransport } from '../../../src/transports/socket.ts'
import { until } from '../server/peers.ts'
import { pair } from './socket-pair.ts'

/** Both ends of a connection; the client reads nothing before `reads`. */
async function silentPair() {
  const { accepted, client } = await pair()
  const chunks: Buffer[] = []
  let hasEnded = false
  const reads = (): void => {
    client.on('data', (chunk) => chunks.push(chunk))
    client.on('end', () => {
      hasEnded = true
    })
  }
  return { accepted, client, reads, read: () => Buffer.concat(chunks), hasEnded: () => hasEnded }
}

/** The server's end as a transport, and what it tells. */
async function writing() {
  const ends = await silentPair()
  const events: string[] = []
  const sink: TransportSink = {
    bytesRead: () => {},
    bytesLent: () => {},
    bytesDrained: () => events.push('drained'),
    peerEnded: () => events.push('ended'),
    transportClosed: (error) => events.push(error === undefined ? 'closed' : `closed: ${error.message}`),
  }
  const transport = new SocketTransport(ends.accepted, 'tcp', '127.0.0.1')
  transport.open(sink)
  return { ...ends, transport, events }
}

/** A process that connects, reads all, and says how much it was. */
async function readerElsewhere() {
  const listening = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1')
  await once(listening, 'listening')
  const { port } = listening.address() as { port: number }
  const program = `let bytes = 0; require('node:net').connect(${port}, '127.0.0.1').on('data', (chunk) => { bytes += chunk.length }).on('end', () => console.log(bytes))`
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [accepted] = (await once(listening, 'connection')) as [Socket]
  listening.close()
  let tell = (): void => {}
  const transport = new SocketTransport(accepted, 'tcp', '127.0.0.1')
  transport.open({
    bytesRead: () => {},
    bytesLent: () => {},
    bytesDrained: () => tell(),
    peerEnded: () => {},
    transportClosed: () => {},
  })
  const drained = (): Promise<void> =>
    new Promise((resolve) => {
      tell = resolve
      transport.notifyDrained()
    })
  const read = once(child.stdout, 'data').then(([bytes]) => Number(bytes))
  return { transport, drained, read }
}

/** What V8 does by itself sooner or later. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
}

/** More than the system takes for a peer that reads nothing. */
const large = Buffer.alloc(32 * 1_048_576, 'l')

describe('A socket that is written to past its stream', () => {
  it('is one of the Node that this project pins', async () => {
    const { accepted, client } = await pair()
    expect(DirectWriter.of(accepted)).toBeDefined()
    expect(DirectWriter.of(client)).toBeDefined()
  })

  it('gets texts and bytes in their order, whatever they are', async () => {
    const { transport, reads, read } = await writing()
    reads()
    const words = ['first', 'Käse', 'µ'.repeat(20_000), '漢字', 'x'.repeat(100_000), '']
    for (const word of words) {
      transport.write(word, Buffer.byteLength(word))
      transport.write(Buffer.from(word), Buffer.byteLength(word))
      transport.write(word)
      transport.writeAll([word, Buffer.from('.')])
    }
    const expected = words.map((word) => `${word.repeat(4)}.`).join('')
    await until('all has come', () => read().length >= Buffer.byteLength(expected))
    expect(read().toString()).toBe(expected)
  })

  it('counts what the system does not take, keeps the order behind it, and tells once when all is taken', async () => {
    const { transport, reads, read, events } = await writing()
    transport.write('begin ', 6)
    expect(transport.pendingBytes).toBe(0)
    transport.write(large, large.length)
    const pending = transport.pendingBytes
    expect(pending).toBeGreaterThan(0)
    expect(pending).toBeLessThanOrEqual(large.length)
    transport.write(' then', 5)
    transport.writeAll([' and', Buffer.from(' then')])
    expect(transport.pendingBytes).toBe(pending + 14)
    transport.notifyDrained()
    reads()
    await until('it is told', () => events.includes('drained'))
    expect(transport.pendingBytes).toBe(0)
    transport.write(' end', 4)
    await until('all has come', () => read().length >= large.length + 24)
    const text = read().toString('latin1')
    expect(text.length).toBe(large.length + 24)
    expect(text.startsWith('begin l')).toBe(true)
    expect(text.endsWith('l then and then end')).toBe(true)
    expect(events).toEqual(['drained'])
  })

  it('tells that all is taken where nothing was written behind it, again and again', async () => {
    const { transport, reads, read, events } = await writing()
    reads()
    for (let round = 1; round <= 3; round++) {
      transport.write(large, large.length)
      expect(transport.pendingBytes).toBeGreaterThan(0)
      transport.notifyDrained()
      await until('it is told', () => events.length === round)
    }
    await until('all has come', () => read().length === 3 * large.length)
  })

  it('ends behind all that is pending', async () => {
    const { transport, reads, read, hasEnded, client, events } = await writing()
    transport.write('begin', 5)
    transport.write(large, large.length)
    transport.end()
    reads()
    await until('its end has come', hasEnded)
    expect(read().length).toBe(5 + large.length)
    client.end()
    await until('it is over', () => events.includes('closed'))
  })

  it('goes on writing bytes that are collected meanwhile by nobody', async () => {
    const { transport, reads, read } = await writing()
    transport.write('begin', 5)
    transport.write(Buffer.alloc(large.length, 'k'), large.length)
    // Memory that would be given to others if the first were let go of.
    for (let count = 0; count < 8; count++) {
      collectGarbage()
      Buffer.alloc(large.length, 'x')
    }
    reads()
    await until('all has come', () => read().length === 5 + large.length)
    expect(read().indexOf('x')).toBe(-1)
  })

  it.each(['pending', 'nothing pending'])('tells of a reset, with %s', async (what) => {
    const { transport, client, events } = await writing()
    transport.write('begin', 5)
    if (what === 'pending') {
      transport.write(large, large.length)
      transport.notifyDrained()
    }
    client.resetAndDestroy()
    await until('it is over', () => {
      if (events.length === 0) transport.write('more', 4)
      return events.length > 0
    })
    expect(events).toHaveLength(1)
    expect(events[0]).toMatch(/^closed: (read|write) (ECONNRESET|EPIPE)$/)
  })

  it('is destroyed with what is pending', async () => {
    const { transport, events, reads, hasEnded, client } = await writing()
    transport.write('begin', 5)
    transport.write(large, large.length)
    transport.notifyDrained()
    transport.destroy()
    await until('it is over', () => events.length > 0)
    expect(events).toEqual(['closed'])
    client.on('error', () => {})
    reads()
    await until('the peer hears of it', () => client.destroyed || hasEnded())
  })

  it('whose peer makes room meanwhile gets all, with others, and nothing is used twice', async () => {
    // In processes of their own, so that they read while this one is in the middle of a write.
    const peers = await Promise.all([1, 2, 3, 4].map(() => readerElsewhere()))
    const large = Buffer.alloc(3_000_000, 'l')
    const rounds = 150
    const writeAll = async (peer: Awaited<ReturnType<typeof readerElsewhere>>): Promise<void> => {
      for (let round = 0; round < rounds; round++) {
        peer.transport.write(large, large.length)
        if (peer.transport.pendingBytes > 0) await peer.drained()
        else await new Promise((resolve) => setImmediate(resolve))
      }
      peer.transport.end()
    }
    await Promise.all(peers.map(writeAll))
    expect(await Promise.all(peers.map(({ read }) => read))).toEqual(peers.map(() => rounds * large.length))
  })

  it('is told that it ended while something was written', async () => {
    const { transport, events, accepted } = await writing()
    accepted.destroy()
    transport.write('nobody', 6)
    await until('it is over', () => events.length > 0)
    expect(events).toHaveLength(1)
  })
})

describe('A socket whose handle is not what we know', () => {
  it.each(['writeLatin1String', 'writeQueueSize'])('is written to by its stream: no %s', async (name) => {
    const ends = await silentPair()
    const { _handle } = ends.accepted as unknown as { _handle: object }
    Object.defineProperty(_handle, name, { value: undefined })
    expect(DirectWriter.of(ends.accepted)).toBeUndefined()
    const transport = new SocketTransport(ends.accepted, 'tcp', '127.0.0.1')
    ends.reads()
    transport.write('Käse', 5)
    transport.write('.', 1)
    await until('it has come', () => ends.read().toString() === 'Käse.')
  })

  it('as one that is closed already, is left alone', () => {
    expect(DirectWriter.of(new Socket())).toBeUndefined()
  })
})
