/** What every chat transport of this server is made with. */
import type { Logger } from 'pino'
import type { PlainConnection, PlainLimits, PlainSession } from '../chat/dialects/plain/session.ts'
import { Hub } from '../chat/hub.ts'
import type { Ending } from '../connection/cause.ts'
import { LongwireError } from '../connection/errors.ts'
import { type ConnectionOptions, sharedOptions } from '../connection/options.ts'
import type { Configuration } from './configuration/configuration.ts'

export interface ChatParts {
  readonly hub: Hub
  readonly limits: PlainLimits
  readonly options: ConnectionOptions
  readonly logger: Logger
  readonly ended: (session: PlainSession, ending: Ending, connection: PlainConnection) => void
}

export function chatParts({ limits, timing }: Configuration, logger: Logger): ChatParts {
  return {
    hub: new Hub({ limits }),
    limits,
    options: sharedOptions({
      inboxMessages: limits.inboxMessages,
      outboxBytes: limits.outboxBytes,
      pingIntervalMs: timing.pingIntervalMs,
      readDeadlineMs: timing.readDeadlineMs,
      writeDeadlineMs: timing.writeDeadlineMs,
    }),
    logger,
    ended: ({ membership }, { cause, detail, evidence, error }, { id, kind, remoteAddress }) => {
      const isOurs = error !== undefined && !(error instanceof LongwireError) && cause === 'handler-error'
      const facts = {
        connection: id,
        kind,
        remoteAddress,
        cause,
        detail,
        evidence,
        name: membership?.name,
        room: membership?.room.name,
      }
      if (isOurs) logger.error({ ...facts, err: error }, 'connection closed')
      else logger.info(facts, 'connection closed')
    },
  }
}
