/** A socket of Node's (TCP, TLS or Unix) as a transport. */
import type { Socket } from 'node:net'
import type { Bytes, Transport, TransportSink } from '../connection/transport.ts'

export class SocketTransport implements Transport {
  readonly kind: string
  readonly remoteAddress: string
  readonly #socket: Socket
  #sink: TransportSink | undefined

  /** `head`: bytes that were read from the socket before, as by an HTTP upgrade; they are delivered first. */
  constructor(socket: Socket, kind: string, remoteAddress: string, head?: Buffer) {
    this.#socket = socket
    this.kind = kind
    this.remoteAddress = remoteAddress
    if (head !== undefined && head.byteLength > 0) socket.unshift(head)
  }

  get pendingBytes(): number {
    return this.#socket.writableLength
  }

  open(sink: TransportSink): void {
    this.#sink = sink
    let failure: Error | undefined
    this.#socket.on('error', (error) => {
      failure = error
    })
    this.#socket.on('data', (chunk: Buffer) => sink.bytesRead(chunk))
    this.#socket.on('end', () => sink.peerEnded())
    this.#socket.on('close', () => sink.transportClosed(failure))
  }

  write(bytes: Bytes): void {
    this.#socket.write(bytes)
  }

  writeAll(chunks: readonly Bytes[]): void {
    this.#socket.cork()
    for (const chunk of chunks) this.#socket.write(chunk)
    this.#socket.uncork()
  }

  notifyDrained(): void {
    // Node tells of `drain` only above its own mark. An empty write is done when all before it is.
    this.#socket.write('', (error) => {
      if (error === undefined || error === null) this.#sink?.bytesDrained()
    })
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  end(): void {
    this.#socket.end()
  }

  destroy(): void {
    this.#socket.destroy()
  }
}
