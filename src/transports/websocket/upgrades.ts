/** HTTP requests that ask for an upgrade: each path has a route, everything else gets an HTTP answer. */
import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import { type Admission, type Member, RefusedError, type Registry } from '../../connection/registry.ts'
import type { Transport } from '../../connection/transport.ts'
import { maskedTarget } from '../http/masked-target.ts'
import { SocketTransport } from '../socket.ts'
import { addressOf } from '../tcp.ts'
import { acceptance, checkUpgrade, refuseUpgrade, type UpgradeRefusal } from './handshake.ts'
import { isOriginAllowed } from './origin.ts'

/** What stands behind one path. */
export interface UpgradeRoute {
  /** Those that clients may choose from (RFC 6455 section 1.9). Default: none is spoken of. */
  readonly subprotocols?: readonly string[]
  /** Reads the request of this address; returns what makes the connection, or why there will be none. */
  prepare(
    request: IncomingMessage,
    query: URLSearchParams,
    remoteAddress: string,
  ): UpgradeRefusal | ((transport: Transport) => Member)
}

export interface UpgradeOptions {
  readonly routes: Readonly<Record<string, UpgradeRoute>>
  readonly registry: Registry
  readonly allowOrigin: readonly string[]
  readonly addressOf: (request: IncomingMessage) => string
  /** Told of every request that was refused. */
  readonly refused: (refusal: UpgradeRefusal, asked: UpgradeAsked) => void
  /** Told when a route failed; the socket is cut. */
  readonly failed: (error: unknown, asked: UpgradeAsked) => void
  /** Requests for other paths are somebody else's: they are left alone. Default: they are refused. */
  readonly leaveOthers?: boolean
}

/** Who asked for what. */
export interface UpgradeAsked {
  readonly remoteAddress: string
  /** Path and query, tokens masked. */
  readonly url: string | undefined
}

/** Answers upgrade requests of this server. Returns what stops that. */
export function serveUpgrades(server: Server, options: UpgradeOptions): () => void {
  const answer = (request: IncomingMessage, socket: Socket, head: Buffer): void => {
    if (options.leaveOthers === true && routeOf(request, options) === undefined) return
    const remoteAddress = options.addressOf(request)
    const asked = { remoteAddress, url: maskedTarget(request.url) }
    try {
      const refusal = upgrade(request, socket, head, remoteAddress, options)
      if (refusal === undefined) return
      options.refused(refusal, asked)
      refuseUpgrade(socket, refusal)
    } catch (error) {
      options.failed(error, asked)
      socket.destroy()
    }
  }
  server.on('upgrade', answer)
  return () => {
    server.off('upgrade', answer)
  }
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?', 1)[0] ?? '/'
}

function routeOf(request: IncomingMessage, { routes }: UpgradeOptions): UpgradeRoute | undefined {
  const path = pathOf(request)
  return Object.hasOwn(routes, path) ? routes[path] : undefined
}

/** Makes a connection of the request, or says why not. */
function upgrade(
  request: IncomingMessage,
  socket: Socket,
  head: Buffer,
  remoteAddress: string,
  options: UpgradeOptions,
): UpgradeRefusal | undefined {
  const route = routeOf(request, options)
  if (route === undefined) return { status: 404, message: `There is nothing at ${pathOf(request)}.` }
  const fault = checkUpgrade(request)
  if (fault !== undefined) return fault
  const { origin, host } = request.headers
  if (!isOriginAllowed(origin, host, options.allowOrigin)) {
    const message = `Pages of ${origin} may not connect here. Allow them with --allow-origin ${origin}.`
    return { status: 403, message }
  }
  const query = new URLSearchParams((request.url ?? '').split('?', 2)[1])
  const prepared = route.prepare(request, query, remoteAddress)
  if (typeof prepared !== 'function') return prepared
  let admission: Admission
  try {
    admission = options.registry.admit(remoteAddress)
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error
    const status = error.reason === 'draining' || error.reason === 'too-many-connections' ? 503 : 429
    return { status, message: error.message, headers: { 'Retry-After': '1' } }
  }
  socket.setTimeout(0)
  socket.setNoDelay(true)
  socket.write(acceptance(request, route.subprotocols))
  try {
    admission.register(prepared(new SocketTransport(socket, 'websocket', remoteAddress, head)))
  } catch (error) {
    admission.release()
    throw error
  }
  return undefined
}

/** Who asks: the socket's peer, or behind a trusted proxy the last address that it vouches for. */
export function requestAddress(trustedProxies: readonly string[]): (request: IncomingMessage) => string {
  const forwarded = forwardedAddress(trustedProxies)
  return (request) => {
    const header = request.headers['x-forwarded-for']
    return forwarded(addressOf(request.socket), Array.isArray(header) ? header.join(',') : header)
  }
}

/** The same from the peer's address and the header `X-Forwarded-For`. */
export function forwardedAddress(
  trustedProxies: readonly string[],
): (peer: string, header: string | undefined) => string {
  const trusted = new Set(trustedProxies)
  return (peer, header) => {
    if (header === undefined || !trusted.has(peer)) return peer
    const hops = header.split(',').map((hop) => hop.trim())
    let address = peer
    while (hops.length > 0 && trusted.has(address)) address = hops.pop() || address
    return address
  }
}
