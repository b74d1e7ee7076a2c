import { expect, test } from 'vitest'
import type { Codec } from '../../../src/connection/codec.ts'
import { Connection } from '../../../src/connection/connection.ts'
import type { Bytes, Transport, TransportSink } from '../../../src/connection/transport.ts'

/** A transport whose peer takes nothing until it is told to. */
class StuckTransport implements Transport {
  readonly kind = 'memory'
  readonly remoteAddress = 'nobody'
  pendingBytes = 0
  #sink: TransportSink | undefined

  open(sink: TransportSink): void {
    this.#sink = sink
  }

  write(bytes: Bytes): void {
    this.pendingBytes += bytes.length
  }

  writeAll(chunks: readonly Bytes[]): void {
    for (const chunk of chunks) this.write(chunk)
  }

  drain(): void {
    this.pendingBytes = 0
    this.#sink?.bytesDrained()
  }

  notifyDrained(): void {}
  pause(): void {}
  resume(): void {}
  end(): void {}
  destroy(): void {}
}

const rawCodec: Codec<Bytes, Bytes> = {
  push: () => {},
  next: () => undefined,
  encode: (message) => message,
}

test('with the policy wait, who is told that the connection is writable can write, whatever the size', async () => {
  const transport = new StuckTransport()
  const connection = new Connection(
    transport,
    rawCodec,
    { message: () => {} },
    {
      overflow: 'wait',
      outboxBytes: 1000,
      pingIntervalMs: 0,
      readDeadlineMs: 0,
      writeDeadlineMs: 0,
    },
  )
  expect(connection.send('x'.repeat(600))).toBe(true)
  await connection.writable()
  expect(connection.send('x'.repeat(600))).toBe(true)
  expect(connection.send('x')).toBe(false)
  let isWritable = false
  const writable = connection.writable().then(() => {
    isWritable = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  expect(isWritable).toBe(false)
  transport.drain()
  await writable
  expect(connection.send('x'.repeat(5000))).toBe(true)
})
