/** What every chat transport of this server is made with. */
import type { Logger } from 'pino'
import type { Broker } from '../broker/broker.ts'
import { ChatServer } from '../chat/chat-server.ts'
import type { CentrifugeConnection } from '../chat/dialects/centrifuge/session.ts'
import type { PlainConnection, PlainLimits, PlainSession } from '../chat/dialects/plain/session.ts'
import type { ChatHandlers } from '../chat/handlers.ts'
import type { Hub } from '../chat/hub.ts'
import type { Moderation, ModerationOrder } from '../chat/moderation/moderation.ts'
import type { UserPlaces } from '../chat/user-places.ts'
import type { Ending } from '../connection/cause.ts'
import { LongwireError } from '../connection/errors.ts'
import { type ConnectionOptions, sharedOptions } from '../connection/options.ts'
import type { Configuration } from './configuration/configuration.ts'
import type { OpenStore } from './store.ts'

export interface ChatParts {
  readonly chat: ChatServer
  readonly hub: Hub
  /** Who is let in, and what they may do. */
  readonly handlers: ChatHandlers
  /** Of each user's connections. */
  readonly places: UserPlaces
  readonly moderation: Moderation
  /** Closed by the server, last. */
  readonly broker: Broker
  readonly limits: PlainLimits
  readonly options: ConnectionOptions
  readonly logger: Logger
  readonly ended: (session: PlainSession, ending: Ending, connection: PlainConnection) => void
}

export function chatParts(
  { limits, timing, rooms, moderators }: Configuration,
  { broker, historySize, journal }: OpenStore,
  logger: Logger,
  handlers: ChatHandlers,
): ChatParts {
  const options = sharedOptions({
    inboxMessages: limits.inboxMessages,
    outboxBytes: limits.outboxBytes,
    pingIntervalMs: timing.pingIntervalMs,
    readDeadlineMs: timing.readDeadlineMs,
    writeDeadlineMs: timing.writeDeadlineMs,
  })
  const { namespaces, personal, ...roomOptions } = rooms
  const chat = new ChatServer({
    handlers,
    broker,
    roomOptions: { ...roomOptions, historySize },
    namespaces,
    ...(personal === undefined ? {} : { personal }),
    limits: { ...limits, heldBytes: limits.outboxBytes },
    timing: {
      pingIntervalMs: timing.pingIntervalMs,
      // A pong is due before the next ping.
      pongTimeoutMs: Math.min(timing.pongTimeoutMs, 0.8 * timing.pingIntervalMs),
      connectTimeoutMs: timing.handshakeTimeoutMs,
    },
    connection: options,
    moderation: {
      journal,
      moderators,
      limit: limits.sanctions,
      ordered: (order) => logOrder(logger, order),
    },
    failed: (error, what) => logger.error({ err: error }, what),
    ended: ({ client, user }, ending, connection) =>
      logEnding(logger, ending, connection, { client, user: user === '' ? undefined : user }),
  })
  return {
    chat,
    hub: chat.hub,
    handlers: chat.services.handlers,
    places: chat.services.places,
    moderation: chat.moderation,
    broker,
    limits,
    options,
    logger,
    ended: ({ membership, user }, ending, connection) =>
      logEnding(logger, ending, connection, {
        name: membership?.name,
        room: membership?.room.name,
        user: user === '' ? undefined : user,
      }),
  }
}

/** Who did what to whom, why and until when: for whoever has to answer for it later. */
function logOrder(logger: Logger, { until, ...order }: ModerationOrder): void {
  const end = until === undefined ? {} : { until: new Date(until).toISOString() }
  logger.info({ ...order, ...end }, `moderation: ${order.order}`)
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
