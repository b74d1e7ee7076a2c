/** The gateway put together: pools, styles, rules about pages and commands, and a port of its own. */
import { isIPv4 } from 'node:net'
import type { TlsOptions } from 'node:tls'
import type { Logger } from 'pino'
import { LongwireError } from '../connection/errors.ts'
import type { Registry } from '../connection/registry.ts'
import type { Authorize } from '../gateway/authorize.ts'
import { sayError, sayRefusal } from '../gateway/command-url/say.ts'
import { commandUrls } from '../gateway/command-url/style.ts'
import { isDangerous } from '../gateway/danger.ts'
import { Databases } from '../gateway/databases.ts'
import type { GatewayHandler } from '../gateway/exchange.ts'
import { createPool } from '../redis/create-pool.ts'
import { type HttpOptions, httpServer } from '../transports/http/serve.ts'
import { type Listener, listenTcp } from '../transports/tcp.ts'
import type { Configuration } from './configuration/configuration.ts'
import { type Guard, gatewayGuard } from './gateway-guard.ts'

/** The gateway may not be started like this. The message says what to change. */
export class GatewayError extends LongwireError {
  constructor(message: string) {
    super('GATEWAY', message)
  }
}

export interface GatewayParts {
  readonly registry: Registry
  readonly logger: Logger
  readonly tls: TlsOptions | undefined
}

export class Gateway {
  readonly #configuration: Configuration
  readonly #parts: GatewayParts
  readonly #databases: Databases | undefined
  readonly #guard: Guard
  /** Who may ask for what. */
  readonly #authorize: Authorize

  constructor(configuration: Configuration, parts: GatewayParts) {
    this.#configuration = configuration
    this.#parts = parts
    this.#databases = databasesOf(configuration)
    this.#guard = gatewayGuard({ ...configuration, ...configuration.gateway })
    this.#authorize = (_request, command) =>
      isDangerous(command)
        ? { status: 403, message: `${String(command[0])} is not allowed here.` }
        : undefined
  }

  /** What stands at the root of the gateway's own port. Throws {@link GatewayError}. */
  async listen(): Promise<Listener | undefined> {
    const { gateway } = this.#configuration
    if (gateway.port === 0) return undefined
    if (!isLoopback(gateway.host)) {
      throw new GatewayError(
        `The gateway would be open to everybody who reaches ${gateway.host}: it listens beyond this machine only where tokens decide who may do what. Leave out --gateway-host.`,
      )
    }
    const { registry, logger, tls } = this.#parts
    const serve = httpServer(this.#httpOptions(this.#styleAt('/')))
    return await listenTcp({
      listen: { host: gateway.host, port: gateway.port === 'any' ? 0 : gateway.port },
      registry,
      handshakeTimeoutMs: this.#configuration.timing.handshakeTimeoutMs,
      ...(tls === undefined ? {} : { tls }),
      accept: (transport) => serve(transport, tls !== undefined),
      refused: (error, remoteAddress) => logger.info({ err: error, remoteAddress }, 'connection refused'),
    })
  }

  /** Answers what is under way, then lets go of Redis. */
  async close(): Promise<void> {
    await this.#databases?.close()
  }

  destroy(): void {
    this.#databases?.destroy()
  }

  #styleAt(prefix: string): GatewayHandler {
    const databases = this.#databases
    if (databases === undefined) {
      return (_request, reply) =>
        sayError(reply, 503, 'The gateway has no Redis: start the server with --redis URL.')
    }
    const { commandWords } = this.#configuration.gateway
    const handle = commandUrls({ prefix, databases, authorize: this.#authorize, maxWords: commandWords })
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

function databasesOf({ redisUrl, gateway }: Configuration): Databases | undefined {
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
  const main = createPool({ ...options, size: gateway.connections })
  return new Databases(main, gateway.databases, (database) =>
    createPool({ ...options, database, size: Math.min(4, gateway.connections), minIdle: 0 }),
  )
}

/** Whether only this machine reaches the address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'))
}
