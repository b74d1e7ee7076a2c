/** Puts the parts together: configuration in, a running server out. */
import { readFileSync } from 'node:fs'
import { createServer as createHttpServer, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { Logger } from 'pino'
import { CentrifugeStreams } from '../chat/dialects/centrifuge/streams.ts'
import { centrifugeWebSockets } from '../chat/dialects/centrifuge/websocket.ts'
import { tokenHandlers } from '../chat/tokens/handlers.ts'
import { LongwireError } from '../connection/errors.ts'
import { Registry } from '../connection/registry.ts'
import { type Listener, listening, superviseTls } from '../transports/tcp.ts'
import { requestAddress, serveUpgrades } from '../transports/websocket/upgrades.ts'
import { admissionSentence, tokenVerifier } from './admission.ts'
import { apiKeysOf, serverApi } from './api/server-api.ts'
import { chatHandlers } from './chat-handlers.ts'
import { chatParts } from './chat-parts.ts'
import type { Configuration } from './configuration/configuration.ts'
import { Gateway } from './gateway.ts'
import { listenForLines } from './lines.ts'
import { Metrics } from './metrics.ts'
import { banAt, plainWebSocket } from './plain-websocket.ts'
import { createRoutes } from './routes.ts'
import { openStore } from './store.ts'
import { Webhooks } from './webhooks/webhooks.ts'

export interface RunningServer {
  /** Where it listens: `http`, `tcp` where it has lines, `gateway` where that has a port of its own. */
  readonly addresses: Readonly<Record<string, string>>
  /** Where commands for Redis can be tried; `undefined`: they are answered nowhere on this port. */
  readonly console: string | undefined
  /** What should be known of who can connect; `undefined`: everybody can. */
  readonly admission: string | undefined
  /** Stops accepting, asks peers to move, flushes, closes; cuts what is left after the configured time. */
  drain(): Promise<void>
  /** Cuts everything at once. */
  close(): Promise<void>
}

/** A certificate or key that cannot be used. */
export class CertificateError extends LongwireError {
  constructor(message: string, options: { cause: unknown }) {
    super('CERTIFICATE', message, options)
  }
}

/** Starts listening. Rejects with the system's error when an address cannot be had, or `CertificateError`. */
export async function startServer(
  configuration: Configuration,
  { logger }: { readonly logger: Logger },
): Promise<RunningServer> {
  const { host, port, tcpPort, limits, timing } = configuration
  const registry = new Registry(limits)
  const tls = certificate(configuration)
  const metrics = new Metrics()
  const apiKeys = apiKeysOf(configuration)
  const verifier = tokenVerifier(configuration, logger)
  const webhooks = new Webhooks(configuration, { logger, hasTokens: verifier.hasKeys })
  const handlers = webhooks.around(
    chatHandlers(webhooks.handlers, tokenHandlers({ verifier, anonymous: configuration.anonymous })),
  )
  const gateway = new Gateway(configuration, {
    ...{ registry, logger, tls },
    measurePool: (name, pool) => metrics.measureRedisPool(name, pool),
  })
  // The last that may fail at once: from here on it holds its lock.
  const store = await openStore(configuration, logger).catch(async (error) => {
    await gateway.close()
    throw error
  })
  const parts = chatParts(configuration, store, logger, handlers)
  /** When nobody is connected any more. */
  const closeChat = async (patienceMs: number): Promise<void> => {
    const untold = await webhooks.close(patienceMs)
    if (untold > 0) logger.warn({ untold }, 'events that the back end was not told were dropped')
    parts.hub.close()
    await parts.moderation.close()
    await store.journal?.close()
    await parts.broker.close()
  }
  const addressOf = requestAddress(configuration.trustedProxies)
  const api = serverApi(configuration, { keys: apiKeys, parts, metrics, logger, addressOf })
  metrics.measureConnections(registry)
  metrics.measureChat(parts.hub)
  metrics.measureModeration(parts.moderation)
  metrics.measureWebhooks(webhooks)
  metrics.measureGateway(gateway)
  const webSockets = {
    ...gateway.webSocketsAt('/redis/', host),
    '/ws': plainWebSocket(parts),
    ...centrifugeWebSockets(parts.chat.services, parts.options, limits.messageBytes),
  }
  const streams = new CentrifugeStreams({
    services: parts.chat.services,
    connection: parts.options,
    registry,
    allowOrigin: configuration.allowOrigin,
    addressOf,
  })
  let server!: Server
  let cutTls: (() => void) | undefined
  const app = await createRoutes({
    webSocketPaths: Object.keys(webSockets),
    ban: (request) => banAt(parts.moderation, request, addressOf(request)),
    isDraining: () => registry.isDraining,
    metrics,
    api,
    consoleClosedBecause: gateway.closedBecause,
    health: () => ({ connections: registry.size, rooms: parts.hub.rooms.size }),
    createServer: (answer) => {
      const handler: typeof answer = (request, response) => {
        if (!gateway.answers(request, response) && !streams.handle(request, response))
          answer(request, response)
      }
      const options = {
        headersTimeout: timing.handshakeTimeoutMs,
        requestTimeout: timing.handshakeTimeoutMs,
        connectionsCheckingInterval: Math.min(1000, timing.handshakeTimeoutMs),
      }
      server =
        tls === undefined
          ? createHttpServer(options, handler)
          : createHttpsServer({ ...options, ...tls, handshakeTimeout: timing.handshakeTimeoutMs }, handler)
      return server
    },
  })
  await app.ready()
  if (tls !== undefined) {
    cutTls = superviseTls(server, (error, remoteAddress) =>
      logger.info({ err: error, remoteAddress }, 'connection refused'),
    )
  }
  serveUpgrades(server, {
    routes: webSockets,
    registry,
    allowOrigin: configuration.allowOrigin,
    addressOf,
    refused: (refusal, asked) => {
      logger.info({ ...asked, ...refusal }, 'upgrade refused')
      metrics.countRefusedUpgrade(refusal.status)
    },
    failed: (error, asked) => logger.error({ err: error, ...asked }, 'an upgrade failed'),
  })
  gateway.standBefore(server)
  let lines: Listener | undefined
  let gatewayListener: Listener | undefined
  try {
    gatewayListener = await gateway.listen()
    await listening(server, { host, port })
    if (tcpPort !== 0) {
      lines = await listenForLines(parts, {
        listen: { host, port: tcpPort === 'any' ? 0 : tcpPort },
        registry,
        handshakeTimeoutMs: timing.handshakeTimeoutMs,
        ...(tls === undefined ? {} : { tls }),
      })
    }
  } catch (error) {
    await gatewayListener?.close()
    await gateway.close()
    await app.close()
    await closeChat(0)
    throw error
  }

  /** Upgraded sockets are the registry's; here are those that only ask. */
  const stopListening = (): Promise<unknown> => {
    const closed = Promise.all([
      new Promise((resolve) => server.close(resolve)),
      lines?.close(),
      gatewayListener?.close(),
    ])
    server.closeIdleConnections()
    return closed
  }
  const cutRest = (): void => {
    server.closeAllConnections()
    gateway.cutUndecided()
    cutTls?.()
    lines?.cutHandshakes()
    gatewayListener?.cutHandshakes()
  }
  const drain = async (): Promise<void> => {
    const closed = stopListening()
    const cut = await registry.drain(configuration.drainTimeoutMs)
    if (cut > 0) logger.warn({ cut }, 'connections cut at the end of the drain')
    cutRest()
    await closed
    await gateway.close()
    await app.close()
    await closeChat(configuration.drainTimeoutMs)
  }
  const close = async (): Promise<void> => {
    const closed = stopListening()
    await registry.drain(0)
    cutRest()
    await closed
    await gateway.close()
    await app.close()
    await closeChat(0)
  }
  const admission = admissionSentence(configuration, verifier)
  if (admission !== undefined) logger.warn(admission)
  void verifier.readKeys()
  const addresses = addressesOf(server, { tcp: lines, gateway: gatewayListener }, tls !== undefined)
  return {
    admission,
    addresses,
    console: gateway.closedBecause === undefined ? `${addresses.http}/console` : undefined,
    drain,
    close,
  }
}

function certificate({ tls }: Configuration): { cert: Buffer; key: Buffer } | undefined {
  if (tls === undefined) return undefined
  try {
    return { cert: readFileSync(tls.certFile), key: readFileSync(tls.keyFile) }
  } catch (error) {
    throw new CertificateError(`The certificate or its key cannot be read: ${String(error)}`, {
      cause: error,
    })
  }
}

function addressesOf(
  server: Server,
  listeners: { readonly tcp: Listener | undefined; readonly gateway: Listener | undefined },
  isTls: boolean,
): Record<string, string> {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The HTTP server does not listen.')
  const url = (scheme: string, host: string, port: number): string =>
    `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`
  const http = isTls ? 'https' : 'http'
  const { tcp, gateway } = listeners
  return {
    http: url(http, address.address, address.port),
    ...(tcp === undefined ? {} : { tcp: url(isTls ? 'tls' : 'tcp', tcp.host, tcp.port) }),
    ...(gateway === undefined ? {} : { gateway: url(http, gateway.host, gateway.port) }),
  }
}
