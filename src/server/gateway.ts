/** The gateway put together: pools, styles, rules about pages and commands, and a port of its own. */
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { isIPv4, type Socket } from 'node:net'
import type { TlsOptions } from 'node:tls'
import type { Logger } from 'pino'
import { Connection } from '../connection/connection.ts'
import { LongwireError } from '../connection/errors.ts'
import { sharedOptions } from '../connection/options.ts'
import type { Registry } from '../connection/registry.ts'
import { Access, type Visitor } from '../gateway/access/access.ts'
import { type AccessRules, parseRules } from '../gateway/access/rules.ts'
import { type FrameFormat, jsonFrames, respFrames } from '../gateway/command-url/frame-format.ts'
import { sayError, sayRefusal } from '../gateway/command-url/say.ts'
import { commandUrls } from '../gateway/command-url/style.ts'
import { CommandSocket } from '../gateway/command-url/websocket.ts'
import type { Databases } from '../gateway/databases.ts'
import type { GatewayHandler, GatewayRequest } from '../gateway/exchange.ts'
import { restStyle } from '../gateway/rest/style.ts'
import { createPool } from '../redis/create-pool.ts'
import type { RedisPool } from '../redis/pool.ts'
import { type Front, frontOf } from '../transports/http/front.ts'
import { type HttpMember, type HttpOptions, httpServer } from '../transports/http/serve.ts'
import type { Departure } from '../transports/http/session.ts'
import { SocketTransport } from '../transports/socket.ts'
import { admitSocket, type Listener, listenTcp } from '../transports/tcp.ts'
import { WebSocketCodec } from '../transports/websocket/codec.ts'
import { requestAddress, serveUpgrades, type UpgradeRoute } from '../transports/websocket/upgrades.ts'
import type { Configuration } from './configuration/configuration.ts'
import { answerNodeRequest, requestOf } from './gateway-adapter.ts'
import { type Guard, gatewayGuard } from './gateway-guard.ts'
import { VisitorDatabases } from './visitor-databases.ts'

/** The gateway may not be started like this. The message says what to change. */
export class GatewayError extends LongwireError {
  constructor(message: string) {
    super('GATEWAY', message)
  }
}

/** A style of the gateway on the server's port. */
interface Style {
  /** What its paths begin with. */
  readonly prefix: string
  readonly handle: GatewayHandler
}

export interface GatewayParts {
  readonly registry: Registry
  readonly logger: Logger
  readonly tls: TlsOptions | undefined
}

export class Gateway {
  readonly #configuration: Configuration
  readonly #parts: GatewayParts
  readonly #databases: VisitorDatabases | undefined
  readonly #guard: Guard
  readonly #access: Access
  readonly #styles: readonly Style[]
  #front: Front | undefined
  #inner: Server | undefined

  constructor(configuration: Configuration, parts: GatewayParts) {
    this.#configuration = configuration
    this.#parts = parts
    this.#access = new Access(rulesOf(configuration))
    this.#databases = databasesOf(configuration)
    if (this.#databases !== undefined) this.#access.catalog.follow(this.#databases.ofEverybody.main)
    this.#guard = gatewayGuard({ ...configuration, ...configuration.gateway })
    const isOpen = this.#access.hasTokens || isLoopback(configuration.host)
    this.#styles = [
      { prefix: '/redis/', handle: isOpen ? this.#styleAt('/redis/') : offBeyondThisMachine },
      { prefix: '/rest', handle: isOpen ? this.#rest() : offBeyondThisMachine },
    ]
  }

  /** The pool that most requests use, for metrics; `undefined`: no Redis is configured. */
  get pool(): RedisPool | undefined {
    return this.#databases?.ofEverybody.main
  }

  /** Answers a request on the server's port, if it is for the gateway. */
  readonly answers = (incoming: IncomingMessage, response: ServerResponse): boolean => {
    const style = this.#styleOf(incoming.url ?? '/')
    if (style === undefined) return false
    const { bodyBytes } = this.#configuration.gateway
    void answerNodeRequest(incoming, response, style.handle, { bodyBytes, failed: this.#failed })
    return true
  }

  /** Takes those connections of the server's port that begin with a request for the gateway. */
  standBefore(server: Server): void {
    const { registry, logger, tls } = this.#parts
    const isSecure = tls !== undefined
    const serve = httpServer({
      ...this.#httpOptions((request, reply) => this.#styleOf(request.path)?.handle(request, reply)),
      leaves: ({ path }, headers) => headers.upgrade !== undefined || this.#styleOf(path) === undefined,
    })
    const accept = (socket: Socket, remoteAddress: string): HttpMember => {
      const transport = new SocketTransport(socket, isSecure ? 'tls' : 'tcp', remoteAddress)
      return serve(transport, isSecure, departureOf(transport, front.giveBack))
    }
    const refused = (error: Error, remoteAddress: string): void =>
      logger.info({ err: error, remoteAddress }, 'connection refused')
    const front = frontOf(server, {
      isSecure,
      prefixes: this.#styles.map(({ prefix }) => prefix),
      timeoutMs: this.#configuration.timing.handshakeTimeoutMs,
      take: (socket) =>
        admitSocket(socket, registry, { accept: (address) => accept(socket, address), refused }),
    })
    this.#front = front
  }

  /** Cuts connections that have not said yet what they want. */
  cutUndecided(): void {
    this.#front?.close()
    this.#inner?.closeAllConnections()
  }

  /** Answers upgrade requests of the gateway's own port. */
  #upgradeServer(handle: GatewayHandler): Server {
    const { gateway, timing, allowOrigin, trustedProxies } = this.#configuration
    const { registry, logger } = this.#parts
    const { bodyBytes } = gateway
    const inner = createServer({ headersTimeout: timing.handshakeTimeoutMs }, (incoming, response) => {
      void answerNodeRequest(incoming, response, handle, { bodyBytes, failed: this.#failed })
    })
    serveUpgrades(inner, {
      routes: this.webSocketsAt('/', gateway.host),
      registry,
      allowOrigin,
      addressOf: requestAddress(trustedProxies),
      refused: (refusal, asked) => logger.info({ ...asked, ...refusal }, 'upgrade refused'),
      failed: (error, asked) => logger.error({ err: error, ...asked }, 'an upgrade failed'),
    })
    this.#inner = inner
    return inner
  }

  #webSocket(format: FrameFormat, host: string): UpgradeRoute {
    const { gateway, timing } = this.#configuration
    const options = sharedOptions({
      overflow: 'wait',
      pingIntervalMs: timing.pingIntervalMs,
      readDeadlineMs: timing.readDeadlineMs,
      writeDeadlineMs: timing.writeDeadlineMs,
    })
    return {
      prepare: (incoming) => {
        const databases = this.#databases
        if (databases === undefined) return { status: 503, message: withoutRedis }
        if (!this.#access.hasTokens && !isLoopback(host)) return { status: 503, message: beyondThisMachine }
        const request = requestOf(incoming, Buffer.alloc(0))
        const refusal = this.#guard(request)
        if (refusal !== undefined) return refusal
        const visitor = this.#access.identify(request)
        if ('status' in visitor) return visitor
        return (transport) => {
          const socket = new CommandSocket({
            pool: databases.of(visitor).main,
            authorize: this.#access.authorize,
            request,
            format,
            pipelinedCommands: gateway.pipelinedRequests,
          })
          return new Connection(transport, new WebSocketCodec(gateway.bodyBytes), socket, options)
        }
      },
    }
  }

  /** What stands at the root of the gateway's own port. Throws {@link GatewayError}. */
  async listen(): Promise<Listener | undefined> {
    const { gateway } = this.#configuration
    if (gateway.port === 0) return undefined
    if (!this.#access.hasTokens && !isLoopback(gateway.host)) {
      throw new GatewayError(
        `The gateway would be open to everybody who reaches ${gateway.host}: it listens beyond this machine only where tokens decide who may do what. Give their rules with --gateway-tokens FILE, or leave out --gateway-host.`,
      )
    }
    const { registry, logger, tls } = this.#parts
    const isSecure = tls !== undefined
    const handle = this.#styleAt('/')
    const inner = this.#upgradeServer(handle)
    const serve = httpServer({
      ...this.#httpOptions(handle),
      leaves: (_line, headers) => headers.upgrade !== undefined,
    })
    const accept = (transport: SocketTransport): HttpMember =>
      serve(
        transport,
        isSecure,
        departureOf(transport, (socket) => inner.emit('connection', socket)),
      )
    return await listenTcp({
      listen: { host: gateway.host, port: gateway.port === 'any' ? 0 : gateway.port },
      registry,
      handshakeTimeoutMs: this.#configuration.timing.handshakeTimeoutMs,
      ...(tls === undefined ? {} : { tls }),
      accept,
      refused: (error, remoteAddress) => logger.info({ err: error, remoteAddress }, 'connection refused'),
    })
  }

  /** What speaks WebSocket below this path, on a port at `host`: commands as JSON arrays, and as RESP. */
  webSocketsAt(prefix: string, host: string): Readonly<Record<string, UpgradeRoute>> {
    return {
      [`${prefix}.json`]: this.#webSocket(jsonFrames, host),
      [`${prefix}.raw`]: this.#webSocket(respFrames, host),
    }
  }

  /** Answers what is under way, then lets go of Redis. */
  async close(): Promise<void> {
    await this.#databases?.close()
  }

  destroy(): void {
    this.#databases?.destroy()
  }

  #styleOf(path: string): Style | undefined {
    return this.#styles.find(
      ({ prefix }) =>
        path.startsWith(prefix) && (prefix.endsWith('/') || /^($|[/?])/.test(path.slice(prefix.length))),
    )
  }

  readonly #failed = (error: unknown, { method, path }: GatewayRequest): void => {
    this.#parts.logger.error({ err: error, method, path }, 'a gateway request failed')
  }

  #styleAt(prefix: string): GatewayHandler {
    const databases = this.#databases
    if (databases === undefined) return answerWithoutRedis
    const { identify, authorize } = this.#access
    const { commandWords } = this.#configuration.gateway
    const handlerOf = (own: Databases): GatewayHandler =>
      commandUrls({ prefix, databases: own, authorize, maxWords: commandWords })
    const everybody = handlerOf(databases.ofEverybody)
    if (!this.#access.hasTokens) return this.#guarded(everybody)
    const handlers = new Map<Visitor, GatewayHandler>()
    return this.#guarded((request, reply) => {
      const visitor = identify(request)
      if ('status' in visitor) return sayRefusal(reply, visitor)
      let handle = handlers.get(visitor)
      if (handle === undefined) {
        handle = handlerOf(databases.of(visitor))
        handlers.set(visitor, handle)
      }
      return handle(request, reply)
    })
  }

  #rest(): GatewayHandler {
    const databases = this.#databases
    if (databases === undefined) return answerWithoutRedis
    const { commandWords } = this.#configuration.gateway
    return this.#guarded(
      restStyle({
        prefix: '/rest',
        access: this.#access,
        poolOf: (visitor) => databases.of(visitor).main,
        maxWords: commandWords,
        maxCommands: commandWords,
      }),
    )
  }

  #guarded(handle: GatewayHandler): GatewayHandler {
    const guard = this.#guard
    return (request, reply) => {
      const refusal = guard(request)
      return refusal === undefined ? handle(request, reply) : sayRefusal(reply, refusal)
    }
  }

  #httpOptions(handle: GatewayHandler): HttpOptions {
    const { gateway, timing } = this.#configuration
    const { logger } = this.#parts
    return {
      handle,
      limits: { headBytes: gateway.headBytes, bodyBytes: gateway.bodyBytes },
      pipelinedRequests: gateway.pipelinedRequests,
      idleTimeoutMs: gateway.idleTimeoutMs,
      requestTimeoutMs: gateway.requestTimeoutMs,
      writeDeadlineMs: timing.writeDeadlineMs,
      failed: (error, { method, path }) =>
        logger.error({ err: error, method, path }, 'a gateway request failed'),
      ended: ({ cause, detail, evidence }, { id, kind, remoteAddress }) =>
        logger.info({ connection: id, kind, remoteAddress, cause, detail, evidence }, 'connection closed'),
    }
  }
}

const withoutRedis = 'The gateway has no Redis: start the server with --redis URL.'
const beyondThisMachine =
  'The gateway is off: this server listens beyond its machine, and no tokens say who may do what.'
const offBeyondThisMachine: GatewayHandler = (_request, reply) => sayError(reply, 503, beyondThisMachine)

/** Gives the connection, with what nobody has read, to somebody else. */
function departureOf(transport: SocketTransport, give: (socket: Socket) => void): Departure {
  return {
    begin: () => transport.pause(),
    leave: (unread) =>
      transport.releaseTo((socket) => {
        if (unread.length > 0) socket.unshift(unread)
        give(socket)
        socket.resume()
      }),
  }
}

const answerWithoutRedis: GatewayHandler = (_request, reply) => sayError(reply, 503, withoutRedis)

function rulesOf({ gateway }: Configuration): AccessRules[] {
  if (gateway.tokens === undefined) return []
  let text: string
  try {
    text = readFileSync(gateway.tokens, 'utf8')
  } catch (error) {
    throw new GatewayError(`The rules of tokens can't be read: ${(error as Error).message}`)
  }
  return parseRules(text)
}

function databasesOf({ redisUrl, gateway }: Configuration): VisitorDatabases | undefined {
  if (redisUrl === undefined) return undefined
  const options = {
    url: redisUrl,
    // What clients of such gateways know: RESP2's replies.
    protocol: 2,
    whenDown: 'fail',
    commandTimeoutMs: gateway.commandTimeoutMs,
    maxReplyBytes: gateway.replyBytes,
    // A blocking command may outlast any other; its client's leave ends it.
    leaseTimeoutMs: 0,
    leakAfterMs: 0,
    clientName: 'longwire-gateway',
  } as const
  return new VisitorDatabases(gateway, (identity, isMain) =>
    createPool({
      ...options,
      ...identity,
      ...(isMain ? { size: gateway.connections } : { size: Math.min(4, gateway.connections), minIdle: 0 }),
    }),
  )
}

/** Whether only this machine reaches the address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'))
}
