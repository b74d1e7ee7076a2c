import { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { TransportSink } from '../../../src/connection/transport.ts'
import { readByEvents, readInto } from '../../../src/transports/shared-read.ts'
import { SocketTransport } from '../../../src/transports/socket.ts'
import { until } from '../server/peers.ts'
import { pair } from './socket-pair.ts'

interface Reader extends TransportSink {
  readonly chunks: Buffer[]
  readonly events: string[]
  text(): string
}

function reader(): Reader {
  const chunks: Buffer[] = []
  const events: string[] = []
  return {
    chunks,
    events,
    text: () => Buffer.concat(chunks).toString(),
    bytesRead: (chunk) => chunks.push(chunk),
    bytesLent: (memory, length) => chunks.push(Buffer.from(memory.subarray(0, length))),
    bytesDrained: () => {},
    peerEnded: () => events.push('ended'),
    transportClosed: (error) => events.push(error === undefined ? 'closed' : `closed: ${error.message}`),
  }
}

/** The same as a transport that is open and has read `first`. */
async function reading(first: string) {
  const { accepted, client } = await pair()
  const sink = reader()
  const transport = new SocketTransport(accepted, 'tcp', '127.0.0.1')
  transport.open(sink)
  client.write(first)
  await until('the first is read', () => sink.text() === first)
  return { client, sink, transport }
}

describe('A socket that a server has accepted', () => {
  it('is read into one buffer by the Node that this project pins', async () => {
    const { accepted } = await pair()
    expect(readInto(accepted, () => true)).toBe(true)
  })

  it('gives bytes that stay what they are, however much is read after them', async () => {
    const { accepted, client } = await pair()
    const sink = reader()
    new SocketTransport(accepted, 'tcp', '127.0.0.1').open(sink)
    const words = ['first', 'second', 'third'.repeat(1000), 'fourth']
    let length = 0
    for (const word of words) {
      client.write(word)
      length += word.length
      await until('the word is read', () => sink.text().length === length)
    }
    expect(sink.text()).toBe(words.join(''))
  })

  it('gives what was read before in its place, before all that comes', async () => {
    const { accepted, client } = await pair()
    const sink = reader()
    accepted.pause()
    client.write('b'.repeat(100_000))
    new SocketTransport(accepted, 'tcp', '127.0.0.1', Buffer.from('a')).open(sink)
    accepted.resume()
    client.end('c')
    await until('all is read', () => sink.events.includes('ended'))
    expect(sink.text()).toBe(`a${'b'.repeat(100_000)}c`)
  })

  it('is not read beyond a chunk while it is paused: its peer cannot write any more; and nothing is lost then', async () => {
    const { client, sink, transport } = await reading('x')
    transport.pause()
    const megabyte = Buffer.alloc(1_048_576, 'y')
    for (let count = 0; count < 32; count++) client.write(megabyte)
    await until('the peer is stopped', async () => {
      const before = client.writableLength
      await new Promise((resolve) => setTimeout(resolve, 20))
      return before > 0 && client.writableLength === before
    })
    expect(sink.chunks.length).toBeLessThanOrEqual(2)
    transport.resume()
    client.end()
    await until('all is read', () => sink.events.includes('ended'))
    expect(sink.chunks.reduce((sum, { length }) => sum + length, 0)).toBe(1 + 32 * megabyte.length)
  })

  it.each(['end', 'reset'] as const)('tells of its peer’s %s also while it is paused', async (how) => {
    const { client, sink, transport } = await reading('x')
    transport.pause()
    if (how === 'end') client.end()
    else client.resetAndDestroy()
    await until('it is told', () => sink.events.length > 0)
    expect(sink.events).toEqual([how === 'end' ? 'ended' : 'closed: read ECONNRESET'])
  })

  it('that is handed on gives the rest to its heir, by its stream', async () => {
    const { client, sink, transport } = await reading('mine')
    const inherited: string[] = []
    transport.releaseTo((socket) => {
      socket.on('data', (chunk) => inherited.push(String(chunk)))
      socket.on('end', () => inherited.push('end'))
      socket.resume()
    })
    transport.end()
    client.write('yours')
    await until('the heir has it', () => inherited.join('') === 'yours')
    client.end()
    await until('and the end', () => inherited.at(-1) === 'end')
    expect(sink.text()).toBe('mine')
    expect(sink.events).toEqual(['closed'])
  })

  it('that was handed on can be a transport again', async () => {
    const { accepted, client } = await pair()
    readInto(accepted, () => true)
    readByEvents(accepted)
    const sink = reader()
    new SocketTransport(accepted, 'websocket', '127.0.0.1').open(sink)
    client.write('again')
    await until('it is read', () => sink.text() === 'again')
  })

  it('tells of its peer’s end and of a reset', async () => {
    const { client, sink } = await reading('word')
    client.resetAndDestroy()
    await until('it is over', () => sink.events.length > 0)
    expect(sink.events).toEqual(['closed: read ECONNRESET'])
  })
})

describe('A socket whose Node does not let its reads be shared', () => {
  it('is read by its events', async () => {
    const { accepted, client } = await pair()
    const { _handle } = accepted as unknown as { _handle: { useUserBuffer: unknown } }
    _handle.useUserBuffer = undefined
    expect(readInto(accepted, () => true)).toBe(false)
    const sink = reader()
    new SocketTransport(accepted, 'tcp', '127.0.0.1').open(sink)
    client.write('word')
    await until('it is read', () => sink.text() === 'word')
    client.end('.')
    await until('and its end', () => sink.events.includes('ended'))
    expect(sink.text()).toBe('word.')
  })

  it('as one that is closed already, is left alone', () => {
    expect(readInto(new Socket(), () => true)).toBe(false)
  })
})
