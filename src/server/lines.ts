/** Lines over TCP or TLS: people at a terminal, or programs that speak the Centrifuge dialect, a command a line. */
import type { ListenOptions } from 'node:net'
import type { TlsOptions } from 'node:tls'
import { lineFraming } from '../chat/dialects/centrifuge/framing.ts'
import { CentrifugeSession } from '../chat/dialects/centrifuge/session.ts'
import { lineFormat } from '../chat/dialects/plain/formats.ts'
import { PlainSession } from '../chat/dialects/plain/session.ts'
import { noticeOf } from '../chat/moderation/notice.ts'
import { friendlyName } from '../chat/names.ts'
import type { Ending } from '../connection/cause.ts'
import { Connection } from '../connection/connection.ts'
import type { Registry } from '../connection/registry.ts'
import { LineCodec } from '../transports/lines.ts'
import { type Listener, listenTcp } from '../transports/tcp.ts'
import type { ChatParts } from './chat-parts.ts'
import { FirstLine } from './first-line.ts'

export interface LinesOptions {
  readonly listen: ListenOptions
  readonly tls?: TlsOptions
  readonly registry: Registry
  readonly handshakeTimeoutMs: number
}

export function listenForLines(parts: ChatParts, options: LinesOptions): Promise<Listener> {
  // Somebody who only reads says nothing, and `nc` answers no ping: silence is no sign. The system's keep-alive
  // finds those that have vanished.
  const connectionOptions = { ...parts.options, readDeadlineMs: 0, pingIntervalMs: 0 }
  const { messageBytes } = parts.limits
  return listenTcp({
    ...options,
    turnAway: (remoteAddress) => {
      const ban = parts.moderation.banOfAddress(remoteAddress)
      return ban === undefined ? undefined : `* ${noticeOf(ban).message}\n`
    },
    accept: (transport) => {
      let client: CentrifugeSession | undefined
      const handler = new FirstLine({
        person: () => person(parts),
        program: () => {
          client = new CentrifugeSession({ services: parts.chat.services, framing: lineFraming })
          return client
        },
      })
      const codec = new LineCodec({
        lineBytes: messageBytes,
        goodbye: (ending) => client?.lastWords(ending).toString().trimEnd() ?? farewell(ending),
      })
      return new Connection(transport, codec, handler, connectionOptions)
    },
    refused: (error, remoteAddress) => parts.logger.info({ err: error, remoteAddress }, 'connection refused'),
  })
}

function person(parts: ChatParts): PlainSession {
  return new PlainSession({
    hub: parts.hub,
    limits: parts.limits,
    format: lineFormat,
    room: 'lobby',
    name: friendlyName(),
    handlers: parts.handlers,
    places: parts.places,
    moderation: parts.moderation,
    mayLogIn: true,
    ended: parts.ended,
  })
}

function farewell(ending: Ending): string | undefined {
  return ending.cause === 'peer-closed' ? undefined : `* Goodbye (${ending.cause}): ${ending.detail}`
}
