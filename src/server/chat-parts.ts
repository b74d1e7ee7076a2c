/** What every chat transport of this server is made with. */
import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import type { Broker } from '../broker/broker.ts'
import { MemoryBroker } from '../broker/memory/memory.ts'
import { Clients } from '../chat/dialects/centrifuge/clients.ts'
import { type CentrifugeServices, defaultCentrifugeTiming } from '../chat/dialects/centrifuge/services.ts'
import type { CentrifugeConnection } from '../chat/dialects/centrifuge/session.ts'
import type { PlainConnection, PlainLimits, PlainSession } from '../chat/dialects/plain/session.ts'
import { Hub } from '../chat/hub.ts'
import { defaultRoomOptions } from '../chat/room-options.ts'
import type { Ending } from '../connection/cause.ts'
import { LongwireError } from '../connection/errors.ts'
import { type ConnectionOptions, sharedOptions } from '../connection/options.ts'
import { version } from '../connection/version.ts'
import type { Configuration } from './configuration/configuration.ts'

export interface ChatParts {
  readonly hub: Hub
  /** Closed by the server, last. */
  readonly broker: Broker
  readonly limits: PlainLimits
  readonly options: ConnectionOptions
  readonly logger: Logger
  readonly ended: (session: PlainSession, ending: Ending, connection: PlainConnection) => void
  readonly centrifuge: CentrifugeServices
}

/** What one history reply holds at most: some hundred kilobytes of usual messages. */
const historyPublications = 1_000

export function chatParts({ limits, timing, rooms }: Configuration, logger: Logger): ChatParts {
  const broker = new MemoryBroker()
  const roomOptions = {
    ...defaultRoomOptions,
    historySize: rooms.historySize ?? 0,
    historyTtlMs: rooms.historyTtlMs,
  }
  const hub = new Hub({
    limits,
    broker,
    roomOptionsOf: () => roomOptions,
    failed: (error, room) => logger.error({ err: error, room }, 'the broker failed'),
  })
  return {
    hub,
    broker,
    limits,
    options: sharedOptions({
      inboxMessages: limits.inboxMessages,
      outboxBytes: limits.outboxBytes,
      pingIntervalMs: timing.pingIntervalMs,
      readDeadlineMs: timing.readDeadlineMs,
      writeDeadlineMs: timing.writeDeadlineMs,
    }),
    logger,
    ended: ({ membership }, ending, connection) =>
      logEnding(logger, ending, connection, { name: membership?.name, room: membership?.room.name }),
    centrifuge: {
      hub,
      handlers: {},
      clients: new Clients(),
      limits: { ...limits, historyPublications, heldBytes: limits.outboxBytes },
      timing: {
        ...defaultCentrifugeTiming,
        pingIntervalMs: timing.pingIntervalMs,
        // A pong is due before the next ping.
        pongTimeoutMs: Math.min(timing.pongTimeoutMs, 0.8 * timing.pingIntervalMs),
        connectTimeoutMs: timing.handshakeTimeoutMs,
      },
      node: randomUUID(),
      version,
      now: Date.now,
      failed: (error, what) => logger.error({ err: error }, what),
      ended: ({ client, user }, ending, connection) =>
        logEnding(logger, ending, connection, { client, user: user === '' ? undefined : user }),
    },
  }
}

function logEnding(
  logger: Logger,
  { cause, detail, evidence, error }: Ending,
  { id, kind, remoteAddress }: PlainConnection | CentrifugeConnection,
  who: Readonly<Record<string, string | undefined>>,
): void {
  const isOurs = error !== undefined && !(error instanceof LongwireError) && cause === 'handler-error'
  const facts = { connection: id, kind, remoteAddress, cause, detail, evidence, ...who }
  if (isOurs) logger.error({ ...facts, err: error }, 'connection closed')
  else logger.info(facts, 'connection closed')
}
