/** The server API put together: its keys, what it works on, and its routes. */
import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { SqliteBroker } from '../../broker/sqlite/sqlite.ts'
import type { ChatParts } from '../chat-parts.ts'
import type { Configuration } from '../configuration/configuration.ts'
import type { Metrics } from '../metrics.ts'
import { ApiCounts } from './counts.ts'
import { ApiKeys } from './keys.ts'
import { apiRoutes } from './routes.ts'

export interface ServerApiParts {
  readonly keys: ApiKeys
  readonly parts: ChatParts
  readonly metrics: Metrics
  readonly logger: Logger
  /** The address of who asks, behind a trusted proxy too. */
  readonly addressOf: (request: IncomingMessage) => string
}

/** Throws `ApiKeyError`. */
export function apiKeysOf({ api }: Configuration): ApiKeys {
  return new ApiKeys(api.keys, { rate: api.callRate, burst: api.callBurst })
}

/** What stands below `/api`. */
export function serverApi(
  { api }: Configuration,
  { keys, parts, metrics, logger, addressOf }: ServerApiParts,
): (app: FastifyInstance) => Promise<void> {
  const { chat, broker } = parts
  const counts = new ApiCounts()
  metrics.measureApi(counts)
  return apiRoutes({
    keys,
    logger,
    addressOf,
    bodyBytes: api.bodyBytes,
    services: {
      chat,
      counts,
      search: broker instanceof SqliteBroker ? (text, options) => broker.search(text, options) : undefined,
      uptime: () => process.uptime(),
      failed: (error, operation) => logger.error({ err: error, operation }, 'an api call failed'),
    },
  })
}
