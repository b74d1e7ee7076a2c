/** A socket of Node's (TCP, TLS or Unix) as a transport. */
import type { Socket } from 'node:net'
import type { Bytes, Transport, TransportSink } from '../connection/transport.ts'
import { readByEvents, readInto } from './shared-read.ts'

export class SocketTransport implements Transport {
  readonly kind: string
  readonly remoteAddress: string
  readonly #socket: Socket
  #sink: TransportSink | undefined
  #failure: Error | undefined
  #heir: ((socket: Socket) => void) | undefined
  #isReleased = false
  #mayShareReads = true

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
    this.#socket.on('error', this.#failed)
    this.#socket.on('data', this.#read)
    this.#socket.on('end', this.#ended)
    this.#socket.on('close', this.#closed)
    this.#shareReads()
  }

  /** Stops reading, and from now on `end` gives the socket, open and paused, to `heir` instead of ending it. */
  releaseTo(heir: (socket: Socket) => void): void {
    this.#heir = heir
    this.#socket.pause()
  }

  readonly #failed = (error: Error): void => {
    this.#failure = error
  }

  readonly #read = (chunk: Buffer): void => {
    if (this.#mayShareReads) this.#shareReads()
    this.#sink!.bytesRead(chunk)
  }

  /** Once what was read before has been delivered. */
  #shareReads(): void {
    if (this.#socket.readableLength > 0) return
    this.#mayShareReads = false
    readInto(this.#socket, (chunk) => this.#sink!.bytesRead(chunk))
  }

  readonly #ended = (): void => this.#sink!.peerEnded()

  readonly #closed = (): void => this.#sink!.transportClosed(this.#failure)

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
    if (this.#heir === undefined) this.#socket.resume()
  }

  end(): void {
    if (this.#heir === undefined) this.#socket.end()
    else this.#release(this.#heir)
  }

  destroy(): void {
    if (!this.#isReleased) this.#socket.destroy()
  }

  #release(heir: (socket: Socket) => void): void {
    if (this.#isReleased) return
    this.#isReleased = true
    const socket = this.#socket
    socket.off('error', this.#failed)
    socket.off('data', this.#read)
    socket.off('end', this.#ended)
    socket.off('close', this.#closed)
    readByEvents(socket)
    heir(socket)
    queueMicrotask(() => this.#sink?.transportClosed(undefined))
  }
}
