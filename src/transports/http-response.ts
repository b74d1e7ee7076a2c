/**
 * An HTTP response that streams, as a transport: what is written goes to the peer; what the peer says comes in requests
 * of its own, given to `receive`.
 */
import type { ServerResponse } from 'node:http'
import type { Bytes, Transport, TransportSink } from '../connection/transport.ts'

export class ResponseTransport implements Transport {
  readonly kind: string
  readonly remoteAddress: string
  readonly #response: ServerResponse
  #sink: TransportSink | undefined
  #isPaused = false
  #isOver = false
  /** Those who wait to be received. */
  #waiting: (() => void)[] = []

  /** The response's head has been sent. */
  constructor(response: ServerResponse, kind: string, remoteAddress: string) {
    this.#response = response
    this.kind = kind
    this.remoteAddress = remoteAddress
  }

  get pendingBytes(): number {
    return this.#response.writableLength
  }

  /** Resolves when the connection has taken what the peer said; `false`: it is over. */
  async receive(bytes: Buffer): Promise<boolean> {
    while (this.#isPaused && !this.#isOver) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
    if (this.#isOver) return false
    this.#sink?.bytesRead(bytes)
    return true
  }

  open(sink: TransportSink): void {
    this.#sink = sink
    let failure: Error | undefined
    this.#response.on('error', (error) => {
      failure = error
    })
    this.#response.on('close', () => {
      this.#isOver = true
      this.#release()
      sink.transportClosed(failure)
    })
  }

  write(bytes: Bytes): void {
    this.#response.write(bytes)
  }

  writeAll(chunks: readonly Bytes[]): void {
    this.#response.cork()
    for (const chunk of chunks) this.#response.write(chunk)
    this.#response.uncork()
  }

  notifyDrained(): void {
    // Below the response stands its socket, and an empty write there is done when all before it is.
    this.#response.socket?.write('', (error) => {
      if (error === undefined || error === null) this.#sink?.bytesDrained()
    })
  }

  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    this.#isPaused = false
    this.#release()
  }

  end(): void {
    this.#response.end()
  }

  destroy(): void {
    this.#response.destroy()
  }

  #release(): void {
    for (const go of this.#waiting.splice(0)) go()
  }
}
