/** A transport without a network: the test is the peer. */
import { type Bytes, sizeOf, type Transport, type TransportSink } from '../../../src/connection/transport.ts'

export class MemoryTransport implements Transport {
  readonly kind = 'memory'
  readonly remoteAddress = 'a test'
  pendingBytes = 0
  /** What the peer got, in order. */
  taken = ''
  /** How many writes, gathering ones included, there were. */
  writes = 0
  isPaused = false
  isEnded = false
  isDestroyed = false
  #sink: TransportSink | undefined
  /** Written and not taken: the memory of whoever wrote it, as with sockets. */
  #pending: Bytes[] = []
  #isReading = true
  #isDrainAsked = false
  #isOver = false
  #hasPeerEnded = false
  readonly #arriving: (string | undefined)[] = []

  // What the peer does --------------------------------------------------------------------------------------

  /** Sends something; it waits while reading is paused. */
  sends(text: string): void {
    this.#arriving.push(text)
    this.#deliver()
  }

  /** Ends its side, after all it sent. */
  ends(): void {
    this.#arriving.push(undefined)
    this.#deliver()
  }

  breaks(error = new Error('read ECONNRESET')): void {
    this.#over(error)
  }

  stopsReading(): void {
    this.#isReading = false
  }

  reads(): void {
    this.#isReading = true
    for (const chunk of this.#pending.splice(0)) this.taken += textOf(chunk)
    this.pendingBytes = 0
    if (!this.#isDrainAsked) return
    this.#isDrainAsked = false
    if (!this.isDestroyed) this.#sink?.bytesDrained()
    this.#settle()
  }

  #deliver(): void {
    while (!this.isPaused && !this.#isOver && this.#arriving.length > 0) {
      const text = this.#arriving.shift()
      if (text === undefined) {
        this.#hasPeerEnded = true
        this.#sink?.peerEnded()
        this.#settle()
      } else this.#sink?.bytesRead(Buffer.from(text))
    }
  }

  // What the connection asks --------------------------------------------------------------------------------

  open(sink: TransportSink): void {
    this.#sink = sink
  }

  write(bytes: Bytes): void {
    this.writeAll([bytes])
  }

  writeAll(chunks: readonly Bytes[]): void {
    if (this.isEnded) throw new Error('A write after the end.')
    this.writes++
    for (const chunk of chunks) {
      if (this.#isReading) this.taken += textOf(chunk)
      else {
        this.#pending.push(chunk)
        this.pendingBytes += sizeOf(chunk)
      }
    }
  }

  notifyDrained(): void {
    this.#isDrainAsked = true
  }

  pause(): void {
    this.isPaused = true
  }

  resume(): void {
    this.isPaused = false
    queueMicrotask(() => this.#deliver())
  }

  end(): void {
    this.isEnded = true
    this.#settle()
  }

  destroy(): void {
    this.isDestroyed = true
    this.#pending = []
    this.pendingBytes = 0
    queueMicrotask(() => this.#over(undefined))
  }

  #settle(): void {
    if (this.isEnded && this.#hasPeerEnded && this.pendingBytes === 0) {
      queueMicrotask(() => this.#over(undefined))
    }
  }

  #over(error: Error | undefined): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#sink?.transportClosed(error)
  }
}

function textOf(bytes: Bytes): string {
  return typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString()
}
