/** The gateway put together: pools, styles, rules about pages and commands, and a port of its own. */
import { Buffer } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import type { TlsOptions } from 'node:tls'
import type { Logger } from 'pino'
import { Connection } from '../connection/connection.ts'
import { LongwireError } from '../connection/errors.ts'
import { sharedOptions } from '../connection/options.ts'
import type { Registry } from '../connection/registry.ts'
import { Access, type Visitor } from '../gateway/access/access.ts'
import { type AccessRules, parseRules } from '../gateway/access/rules.ts'
import { CommandMeter } from '../gateway/command-meter.ts'
import { type FrameFormat, jsonFrames, respFrames } from '../gateway/command-url/frame-format.ts'
import { headersOf } from '../gateway/command-url/headers.ts'
import { errorAsJson, sayError, sayRefusal } from '../gateway/command-url/say.ts'
import { commandUrls } from '../gateway/command-url/style.ts'
import { type AnsweredCommand, CommandSocket } from '../gateway/command-url/websocket.ts'
import type { Databases } from '../gateway/databases.ts'
import type { GatewayHandler, GatewayRequest } from '../gateway/exchange.ts'
import { HeldReplies } from '../gateway/held-replies.ts'
import { type DocumentedStyles, gatewayDocument } from '../gateway/openapi.ts'
import { restStyle } from '../gateway/rest/style.ts'
import { traitsOf } from '../redis/commands/traits.ts'
import { createPool } from '../redis/create-pool.ts'
import type { RedisPool } from '../redis/pool.ts'
import { type Front, frontOf } from '../transports/http/front.ts'
import type { HttpReply } from '../transports/http/reply.ts'
import { type HttpMember, type HttpOptions, httpServer } from '../transports/http/serve.ts'
import type { Departure } from '../transports/http/session.ts'
import { SocketTransport } from '../transports/socket.ts'
import { admitSocket, type Listener, listenTcp } from '../transports/tcp.ts'
import { WebSocketCodec } from '../transports/websocket/codec.ts'
import {
  forwardedAddress,
  requestAddress,
  serveUpgrades,
  type UpgradeRoute,
} from '../transports/websocket/upgrades.ts'
import { type AccessLog, accessLog } from './access-log.ts'
import type { Configuration } from './configuration/configuration.ts'
import { type AdapterOptions, answerNodeRequest, type NodeReply, requestOf } from './gateway-adapter.ts'
import { type Cors, gatewayCors } from './gateway-cors.ts'
import { type Guard, gatewayGuard } from './gateway-guard.ts'
import { isLoopback } from './loopback.ts'
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
  /** Measures a pool under a name, from its making on. */
  readonly measurePool: (name: string, pool: RedisPool) => void
}

export class Gateway {
  /** A sentence that says why nobody is answered on the server's port, and what would change that. */
  readonly closedBecause: string | undefined
  readonly #configuration: Configuration
  readonly #parts: GatewayParts
  readonly #databases: VisitorDatabases | undefined
  readonly #guard: Guard
  readonly #cors: Cors | undefined
  readonly #log: AccessLog | undefined
  readonly #addressOf: ReturnType<typeof forwardedAddress>
  readonly #access: Access
  readonly #meter: CommandMeter
  readonly #held: HeldReplies
  readonly #styles: readonly Style[]
  #front: Front | undefined
  #inner: Server | undefined

  constructor(configuration: Configuration, parts: GatewayParts) {
    this.#configuration = configuration
    this.#parts = parts
    this.#access = new Access(rulesOf(configuration))
    this.#databases = databasesOf(configuration, parts.measurePool)
    if (this.#databases !== undefined) this.#access.catalog.follow(this.#databases.ofEverybody.main)
    const isLocal = isLoopback(configuration.host) && isLoopback(configuration.gateway.host)
    this.#guard = gatewayGuard({ ...configuration, ...configuration.gateway, isLocal })
    this.#cors = gatewayCors(configuration.allowOrigin)
    this.#held = new HeldReplies(configuration.gateway.heldReplyBytes)
    this.#log = accessLog(configuration.gateway.accessLogShare, parts.logger)
    this.#addressOf = forwardedAddress(configuration.trustedProxies)
    const { catalog } = this.#access
    this.#meter = new CommandMeter(
      (name) => catalog.categoriesOf(name) !== undefined || traitsOf([name]) !== undefined,
    )
    const isOpen = this.#access.hasTokens || isLoopback(configuration.host)
    this.closedBecause = isOpen
      ? this.#databases === undefined
        ? withoutRedis
        : undefined
      : beyondThisMachine
    const styles = { commandPrefix: '/redis', restPrefix: '/rest' }
    this.#styles = [
      {
        prefix: '/redis',
        handle: documented('/redis', styles, isOpen ? this.#styleAt('/redis/') : offBeyondThisMachine),
      },
      {
        prefix: '/rest',
        handle: documented('/rest', styles, isOpen ? this.#rest() : offBeyondThisMachine),
      },
    ]
  }

  /** What became of requests, by command, for metrics. */
  get counts(): CommandMeter['counts'] {
    return this.#meter.counts
  }

  /** Bytes of large replies on their way to clients, for metrics. */
  get heldReplyBytes(): number {
    return this.#held.bytes
  }

  /** Answers a request on the server's port, if it is for the gateway. */
  readonly answers = (incoming: IncomingMessage, response: ServerResponse): boolean => {
    const style = this.#styleOf(incoming.url ?? '/')
    if (style === undefined) return false
    void answerNodeRequest(incoming, response, style.handle, this.#adapterOptions())
    return true
  }

  /** Takes those connections of the server's port that begin with a request for the gateway. */
  standBefore(server: Server): void {
    const { registry, logger, tls } = this.#parts
    const isSecure = tls !== undefined
    const serve = httpServer({
      ...this.#httpOptions((request, reply) => this.#styleOf(request.path)?.handle(request, reply)),
      leaves: ({ path }, { upgrade }) => upgrade !== undefined || this.#styleOf(path) === undefined,
    })
    const accept = (socket: Socket, remoteAddress: string): HttpMember => {
      const transport = new SocketTransport(socket, isSecure ? 'tls' : 'tcp', remoteAddress)
      return serve(transport, isSecure, new SocketDeparture(transport, front.giveBack))
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
    const adapterOptions = this.#adapterOptions()
    const inner = createServer({ headersTimeout: timing.handshakeTimeoutMs }, (incoming, response) => {
      void answerNodeRequest(incoming, response, handle, adapterOptions)
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
            answered: (command) => this.#answeredCommand(command, request, visitor.name),
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
    const styles = { commandPrefix: '', restPrefix: undefined }
    const handle = documented('', styles, this.#styleAt('/'))
    const inner = this.#upgradeServer(handle)
    const serve = httpServer({
      ...this.#httpOptions(handle),
      leaves: (_line, { upgrade }) => upgrade !== undefined,
    })
    const give = (socket: Socket): void => void inner.emit('connection', socket)
    const accept = (transport: SocketTransport): HttpMember =>
      serve(transport, isSecure, new SocketDeparture(transport, give))
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
    return this.#styles.find(({ prefix }) => isBelow(path, prefix))
  }

  readonly #failed = (error: unknown, { method, id }: GatewayRequest): void => {
    this.#parts.logger.error({ err: error, method, requestId: id }, 'a gateway request failed')
  }

  // --- what is counted and logged ------------------------------------------------------------------------------

  /** Hot path: once a request. */
  readonly #answered = (reply: HttpReply | NodeReply): void => {
    const durationMs = performance.now() - reply.receivedAtMs
    const command = this.#meter.count(reply.subject, reply.status, durationMs)
    if (this.#log === undefined) return
    const { request, status, bodyBytes: bytes, user: token } = reply
    const { id: requestId, method } = request
    const remoteAddress = this.#addressOf(request.remoteAddress, request.header('x-forwarded-for'))
    this.#log({ requestId, method, command, status, bytes, durationMs, remoteAddress, token })
  }

  #answeredCommand(answered: AnsweredCommand, request: GatewayRequest, token: string | undefined): void {
    const { name, status, bytes, receivedAtMs } = answered
    const durationMs = performance.now() - receivedAtMs
    const command = this.#meter.count(name, status, durationMs)
    if (this.#log === undefined) return
    const remoteAddress = this.#addressOf(request.remoteAddress, request.header('x-forwarded-for'))
    const { id: requestId } = request
    this.#log({ requestId, method: 'WebSocket', command, status, bytes, durationMs, remoteAddress, token })
  }

  #adapterOptions(): AdapterOptions {
    const { bodyBytes } = this.#configuration.gateway
    return { bodyBytes, failed: this.#failed, answered: this.#answered }
  }

  #styleAt(prefix: string): GatewayHandler {
    const databases = this.#databases
    if (databases === undefined) return answerWithoutRedis
    const { identify, authorize } = this.#access
    const { commandWords } = this.#configuration.gateway
    const handlerOf = (own: Databases): GatewayHandler =>
      commandUrls({ prefix, databases: own, authorize, maxWords: commandWords, held: this.#held })
    const everybody = handlerOf(databases.ofEverybody)
    if (!this.#access.hasTokens) return this.#guarded(everybody)
    const handlers = new Map<Visitor, GatewayHandler>()
    return this.#guarded((request, reply) => {
      const visitor = identify(request)
      if ('status' in visitor) return sayRefusal(reply, visitor)
      reply.user = visitor.name
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
        held: this.#held,
        batched: (name) => this.#meter.countBatched(name),
      }),
    )
  }

  #guarded(handle: GatewayHandler): GatewayHandler {
    const guard = this.#guard
    const cors = this.#cors
    return (request, reply) => {
      const refusal = guard(request)
      if (refusal !== undefined) return sayRefusal(reply, refusal)
      return cors?.(request, reply) === true ? undefined : handle(request, reply)
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
      failed: this.#failed,
      answered: this.#answered,
      explain: errorAsJson,
      refused: ({ status }, requestId, { remoteAddress }) => {
        const command = this.#meter.count('', status, 0)
        this.#log?.({
          ...{ requestId, method: '', command, status, bytes: 0, durationMs: 0, remoteAddress },
          token: undefined,
        })
      },
      ended: ({ cause, detail, evidence }, { id, kind, remoteAddress }) =>
        logger.info({ connection: id, kind, remoteAddress, cause, detail, evidence }, 'connection closed'),
    }
  }
}

/** Hot path: twice a request. */
function isBelow(path: string, prefix: string): boolean {
  if (!path.startsWith(prefix)) return false
  const next = path[prefix.length]
  return next === '/' || next === undefined || next === '?'
}

const withoutRedis = 'The gateway has no Redis: start the server with --redis URL.'
const beyondThisMachine =
  'The gateway is off: this server listens beyond its machine, and no tokens say who may do what.'
const offBeyondThisMachine: GatewayHandler = (_request, reply) => sayError(reply, 503, beyondThisMachine)

/** The handler, and the OpenAPI document beside it: it tells what everybody may know, so it needs no token. */
function documented(prefix: string, styles: DocumentedStyles, handle: GatewayHandler): GatewayHandler {
  const path = `${prefix}/openapi.json`
  let text: string | undefined
  return (request, reply) => {
    if (request.path !== path || (request.method !== 'GET' && request.method !== 'HEAD'))
      return handle(request, reply)
    text ??= JSON.stringify(gatewayDocument(styles))
    return reply.send(200, headersOf('application/json'), text)
  }
}

/** Gives the connection, with what nobody has read, to somebody else. */
class SocketDeparture implements Departure {
  readonly #transport: SocketTransport
  readonly #give: (socket: Socket) => void

  constructor(transport: SocketTransport, give: (socket: Socket) => void) {
    this.#transport = transport
    this.#give = give
  }

  begin(): void {
    this.#transport.pause()
  }

  leave(unread: Buffer): void {
    this.#transport.releaseTo((socket) => {
      if (unread.length > 0) socket.unshift(unread)
      this.#give(socket)
      socket.resume()
    })
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

function databasesOf(
  { redisUrl, gateway }: Configuration,
  measurePool: GatewayParts['measurePool'],
): VisitorDatabases | undefined {
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
  return new VisitorDatabases(gateway, ({ name, ...identity }, isMain) => {
    const pool = createPool({
      ...options,
      ...identity,
      ...(isMain ? { size: gateway.connections } : { size: Math.min(4, gateway.connections), minIdle: 0 }),
    })
    measurePool(name, pool)
    return pool
  })
}
