/** TCP, TLS and Unix sockets: listening and dialling. */
import {
  connect as connectTcp,
  createServer as createTcpServer,
  type ListenOptions,
  type Server,
  type Socket,
  type TcpNetConnectOpts,
} from 'node:net'
import {
  connect as connectTls,
  createServer as createTlsServer,
  type ConnectionOptions as TlsDialOptions,
  type TlsOptions,
} from 'node:tls'
import { LongwireError, TimeoutError } from '../connection/errors.ts'
import { type Admission, type Member, RefusedError, type Registry } from '../connection/registry.ts'
import type { Transport } from '../connection/transport.ts'
import { SocketTransport } from './socket.ts'

/**
 * After this much silence the system asks the peer for a sign of life itself (TCP keep-alive, then ten probes a
 * second apart), which finds half-open peers of protocols that have no ping of their own.
 */
export const keepAliveAfterMs = 25_000

export interface ListenTcpOptions {
  /** Where to listen: `{ port, host }` or `{ path }`. Port 0 picks a free one. */
  readonly listen: ListenOptions
  /** With a key and a certificate, TLS. */
  readonly tls?: TlsOptions
  /** Limits for who comes; without one everybody is admitted. */
  readonly registry?: Registry
  /** How long a TLS handshake may take, in milliseconds. */
  readonly handshakeTimeoutMs?: number
  /** What a peer of this address is told that may not come at all; `undefined`: it may. */
  readonly turnAway?: (remoteAddress: string) => string | undefined
  /** A peer has come. Makes a connection of the transport and returns it. */
  readonly accept: (transport: SocketTransport) => Member
  /** A peer was not admitted, or its handshake failed. */
  readonly refused?: (error: Error, remoteAddress: string) => void
}

export interface Listener {
  readonly host: string
  readonly port: number
  /** Stops accepting. Connections go on; it resolves when the last has ended. */
  close(): Promise<void>
  /** Cuts what is left of a TLS server once its connections are gone: peers that are still shaking hands. */
  cutHandshakes(): void
}

/** Listens, and resolves once peers can come. Rejects when the address cannot be had. */
export async function listenTcp(options: ListenTcpOptions): Promise<Listener> {
  const { tls, registry, accept, refused } = options
  const kind = tls !== undefined ? 'tls' : options.listen.path !== undefined ? 'unix' : 'tcp'
  const take = (socket: Socket): void => {
    const words = options.turnAway?.(addressOf(socket))
    if (words !== undefined) {
      turnAway(socket, words)
      refused?.(new TurnedAwayError(words), addressOf(socket))
      return
    }
    admitSocket(socket, registry, {
      accept: (remoteAddress) => accept(new SocketTransport(socket, kind, remoteAddress)),
      refused,
    })
  }
  const common = {
    noDelay: true,
    allowHalfOpen: true,
    keepAlive: true,
    keepAliveInitialDelay: keepAliveAfterMs,
  }
  const server =
    tls === undefined
      ? createTcpServer(common, take)
      : createTlsServer({ ...common, ...tls, handshakeTimeout: options.handshakeTimeoutMs ?? 10_000 }, take)
  const cut = tls === undefined ? undefined : superviseTls(server, refused)
  await listening(server, options.listen)
  const address = server.address()
  const isPath = address === null || typeof address === 'string'
  return {
    host: isPath ? (options.listen.path ?? '') : address.address,
    port: isPath ? 0 : address.port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
    cutHandshakes: () => cut?.(),
  }
}

/** A rule did not let a peer of this address come; the message is what it was told. */
export class TurnedAwayError extends LongwireError {
  constructor(words: string) {
    super('TURNED_AWAY', words.trim())
  }
}

/** Time enough for some words to arrive; whoever does not take them in that is cut. */
const lastWordsMs = 1_000
/** Peers that are told so at once; more are cut without a word, since they hold no place that is counted. */
const mostTurnedAway = 256
let turnedAway = 0

function turnAway(socket: Socket, words: string): void {
  socket.on('error', () => {
    // It is being refused; how it takes that does not matter.
  })
  if (turnedAway >= mostTurnedAway) {
    socket.destroy()
    return
  }
  turnedAway++
  const timer = setTimeout(() => socket.destroy(), lastWordsMs)
  socket.once('close', () => {
    clearTimeout(timer)
    turnedAway--
  })
  // What it says is read and not heard: unread, it would turn our last words into a reset.
  socket.resume()
  socket.end(words)
}

/** Makes a member of a socket that has come, if the registry admits it, and destroys the socket otherwise. */
export function admitSocket(
  socket: Socket,
  registry: Registry | undefined,
  {
    accept,
    refused,
  }: {
    readonly accept: (remoteAddress: string) => Member
    readonly refused: ListenTcpOptions['refused'] | undefined
  },
): void {
  const remoteAddress = addressOf(socket)
  let admission: Admission | undefined
  try {
    admission = registry?.admit(remoteAddress)
    const member = accept(remoteAddress)
    admission?.register(member)
  } catch (error) {
    admission?.release()
    socket.on('error', () => {
      // It is being refused; how it takes that does not matter.
    })
    socket.destroy()
    if (!(error instanceof RefusedError)) throw error
    refused?.(error, remoteAddress)
  }
}

/**
 * Node leaves it to the program to end a socket whose TLS handshake took too long. Returns what cuts all sockets
 * of the server, those too that are still shaking hands and that nobody else knows of.
 */
export function superviseTls(
  server: Server,
  refused?: (error: Error, remoteAddress: string) => void,
): () => void {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('tlsClientError', (error: Error, socket: Socket) => {
    refused?.(error, addressOf(socket))
    socket.destroy()
  })
  return () => {
    for (const socket of sockets) socket.destroy()
  }
}

/**
 * Connections that may wait to be accepted, within what the system allows: after a restart all clients come in the same
 * moment, and one that finds no place here tries again only after a second.
 */
const backlog = 4_096

/** Resolves when the server listens, rejects with the system's error when it can't. */
export function listening(server: Server, listen: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ backlog, ...listen }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

export interface DialTcpOptions {
  readonly host?: string
  readonly port?: number
  /** A Unix socket instead of host and port. */
  readonly path?: string
  /** TLS, with these options. */
  readonly tls?: TlsDialOptions
  /** How long the dial, the TLS handshake included, may take, in milliseconds. */
  readonly connectTimeoutMs?: number
}

/** Opens a socket to a peer. Rejects with the system's error, `TimeoutError`, or the signal's reason. */
export function dialTcp(options: DialTcpOptions, signal?: AbortSignal): Promise<Transport> {
  const { connectTimeoutMs = 10_000, path, tls } = options
  const target: TcpNetConnectOpts | { path: string } =
    path !== undefined ? { path } : { host: options.host ?? '127.0.0.1', port: options.port ?? 0 }
  const common = {
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: keepAliveAfterMs,
    allowHalfOpen: true,
  }
  return new Promise((resolve, reject) => {
    const socket: Socket =
      tls === undefined ? connectTcp({ ...common, ...target }) : connectTls({ ...common, ...target, ...tls })
    const timer = setTimeout(() => fail(new TimeoutError('The dial', connectTimeoutMs)), connectTimeoutMs)
    const aborted = (): void => fail(signal?.reason)
    const settle = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', aborted)
      socket.off('error', fail)
    }
    function fail(error: unknown): void {
      settle()
      socket.on('error', () => {
        // The dial has failed already; what follows says nothing new.
      })
      socket.destroy()
      reject(error)
    }
    socket.once('error', fail)
    socket.once(tls === undefined ? 'connect' : 'secureConnect', () => {
      settle()
      const kind = tls !== undefined ? 'tls' : path !== undefined ? 'unix' : 'tcp'
      resolve(new SocketTransport(socket, kind, path ?? addressOf(socket)))
    })
    if (signal?.aborted) aborted()
    else signal?.addEventListener('abort', aborted, { once: true })
  })
}

/** The peer's address as people write it: IPv4 without the IPv6 clothing that dual-stack sockets put on it. */
export function addressOf(socket: Socket): string {
  const address = socket.remoteAddress ?? 'unknown'
  return address.startsWith('::ffff:') ? address.slice(7) : address
}
