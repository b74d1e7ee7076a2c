/** A socket of Node's (TCP, TLS or Unix) as a transport. */
import type { Socket } from 'node:net'
import type { Bytes, Transport, TransportSink } from '../connection/transport.ts'
import { DirectWriter } from './direct-write.ts'
import { type LentRead, readByEvents, readInto } from './shared-read.ts'

/** Where a socket keeps its transport, so that all sockets share their listeners: five functions fewer for each. */
const transportOf = Symbol('transport')

interface CarryingSocket extends Socket {
  [transportOf]?: SocketTransport | undefined
}

export class SocketTransport implements Transport {
  readonly kind: string
  readonly remoteAddress: string
  readonly #socket: CarryingSocket
  #sink: TransportSink | undefined
  #failure: Error | undefined
  #heir: ((socket: Socket) => void) | undefined
  #isReleased = false
  /** Once what was read before is delivered, reads are shared where Node lets them be. */
  #reads: 'undecided' | 'shared' | 'by-events' = 'undecided'
  #isPaused = false
  readonly #direct: DirectWriter | undefined

  /** `head`: bytes that were read from the socket before, as by an HTTP upgrade; they are delivered first. */
  constructor(socket: Socket, kind: string, remoteAddress: string, head?: Buffer) {
    this.#socket = socket
    this.#direct = DirectWriter.of(socket)
    this.kind = kind
    this.remoteAddress = remoteAddress
    if (head !== undefined && head.byteLength > 0) socket.unshift(head)
  }

  get pendingBytes(): number {
    return this.#socket.writableLength + (this.#direct?.pendingBytes ?? 0)
  }

  open(sink: TransportSink): void {
    this.#sink = sink
    this.#socket[transportOf] = this
    this.#socket.on('error', SocketTransport.#failed)
    this.#socket.on('data', SocketTransport.#read)
    this.#socket.on('end', SocketTransport.#ended)
    this.#socket.on('close', SocketTransport.#closed)
    this.#shareReads()
  }

  /** Stops reading, and from now on `end` gives the socket, open and paused, to `heir` instead of ending it. */
  releaseTo(heir: (socket: Socket) => void): void {
    this.#heir = heir
    this.#socket.pause()
  }

  static readonly #failed = function (this: CarryingSocket, error: Error): void {
    this[transportOf]!.#failure = error
  }

  static readonly #read = function (this: CarryingSocket, chunk: Buffer): void {
    const transport = this[transportOf]!
    if (transport.#reads === 'undecided') transport.#shareReads()
    transport.#sink!.bytesRead(chunk)
  }

  static readonly #readLent: LentRead = function (this: CarryingSocket, length, buffer) {
    const transport = this[transportOf]!
    transport.#sink!.bytesLent(buffer, length)
    return !transport.#isPaused
  }

  static readonly #ended = function (this: CarryingSocket): void {
    this[transportOf]!.#sink!.peerEnded()
  }

  static readonly #closed = function (this: CarryingSocket): void {
    const transport = this[transportOf]!
    transport.#sink!.transportClosed(transport.#failure)
  }

  #shareReads(): void {
    if (this.#socket.readableLength > 0) return
    this.#reads = readInto(this.#socket, SocketTransport.#readLent) ? 'shared' : 'by-events'
  }

  /** Hot path: once a turn. ASCII goes out as Latin-1, which is the same bytes and needs no look at each. */
  write(bytes: Bytes, sizeBytes?: number): void {
    const isAscii = bytes.length === sizeBytes
    if (this.#direct?.write(bytes, isAscii) !== true) this.#socket.write(bytes)
  }

  writeAll(chunks: readonly Bytes[]): void {
    this.#socket.cork()
    for (const chunk of chunks) this.#socket.write(chunk)
    this.#socket.uncork()
  }

  notifyDrained(): void {
    if (this.#direct !== undefined && this.#direct.pendingBytes > 0)
      this.#direct.whenDrained(() => this.#notifyStreamDrained())
    else this.#notifyStreamDrained()
  }

  #notifyStreamDrained(): void {
    if (this.pendingBytes === 0) {
      this.#sink?.bytesDrained()
      return
    }
    // Node tells of `drain` only above its own mark. An empty write is done when all before it is.
    this.#socket.write('', (error) => {
      if (error === undefined || error === null) this.#sink?.bytesDrained()
    })
  }

  pause(): void {
    this.#isPaused = true
    // Shared reads stop at the next chunk: a socket that is not read at all does not tell that its peer has left.
    if (this.#reads !== 'shared') this.#socket.pause()
  }

  resume(): void {
    if (this.#heir !== undefined) return
    this.#isPaused = false
    this.#socket.resume()
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
    socket.off('error', SocketTransport.#failed)
    socket.off('data', SocketTransport.#read)
    socket.off('end', SocketTransport.#ended)
    socket.off('close', SocketTransport.#closed)
    socket[transportOf] = undefined
    readByEvents(socket)
    heir(socket)
    queueMicrotask(() => this.#sink?.transportClosed(undefined))
  }
}
