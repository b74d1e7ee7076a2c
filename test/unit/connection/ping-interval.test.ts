import { expect, test } from 'vitest'
import type { Clock } from '../../../src/connection/clock.ts'
import type { Codec } from '../../../src/connection/codec.ts'
import { Connection } from '../../../src/connection/connection.ts'
import { TimerWheel } from '../../../src/connection/timer-wheel.ts'
import type { Bytes, Transport } from '../../../src/connection/transport.ts'

/** A clock that goes when it is told to. */
class ManualClock implements Clock {
  #nowMs = 0
  readonly #due: { atMs: number; work: () => void }[] = []

  now(): number {
    return this.#nowMs
  }

  wallTime(): number {
    return this.#nowMs
  }

  after(delayMs: number, work: () => void): () => void {
    const entry = { atMs: this.#nowMs + delayMs, work }
    this.#due.push(entry)
    return () => {
      this.#due.splice(this.#due.indexOf(entry) >>> 0, 1)
    }
  }

  advance(byMs: number): void {
    const endMs = this.#nowMs + byMs
    while (this.#nowMs < endMs) {
      this.#nowMs++
      for (const entry of this.#due.filter((one) => one.atMs <= this.#nowMs)) {
        this.#due.splice(this.#due.indexOf(entry), 1)
        entry.work()
      }
    }
  }
}

const silentTransport: Transport = {
  kind: 'memory',
  remoteAddress: 'nobody',
  pendingBytes: 0,
  open: () => {},
  write: () => {},
  writeAll: () => {},
  notifyDrained: () => {},
  pause: () => {},
  resume: () => {},
  end: () => {},
  destroy: () => {},
}

class PingCodec implements Codec<string, Bytes> {
  pings = 0

  push(): void {}

  next(): undefined {
    return undefined
  }

  encode(message: Bytes): Bytes {
    return message
  }

  ping(): Bytes {
    this.pings++
    return 'ping'
  }
}

test('a peer that says after its handshake how much silence it bears is pinged at that interval', () => {
  const clock = new ManualClock()
  const codec = new PingCodec()
  const connection = new Connection(
    silentTransport,
    codec,
    { message: () => {} },
    {
      wheel: new TimerWheel(clock),
      pingIntervalMs: 30_000,
      readDeadlineMs: 0,
    },
  )
  clock.advance(1000)
  expect(codec.pings).toBe(0)
  connection.setPingInterval(500)
  clock.advance(2000)
  expect(codec.pings).toBeGreaterThanOrEqual(3)
  connection.setPingInterval(0)
  const { pings } = codec
  clock.advance(60_000)
  expect(codec.pings).toBe(pings)
})
