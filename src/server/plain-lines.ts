/** The plain dialect for people at a terminal: TCP or TLS, a line is a message. */
import type { ListenOptions } from 'node:net'
import type { TlsOptions } from 'node:tls'
import { lineFormat } from '../chat/dialects/plain/formats.ts'
import { PlainSession } from '../chat/dialects/plain/session.ts'
import { friendlyName } from '../chat/names.ts'
import type { Ending } from '../connection/cause.ts'
import { Connection } from '../connection/connection.ts'
import type { Registry } from '../connection/registry.ts'
import { LineCodec } from '../transports/lines.ts'
import { type Listener, listenTcp } from '../transports/tcp.ts'
import type { ChatParts } from './chat-parts.ts'

export interface PlainLinesOptions {
  readonly listen: ListenOptions
  readonly tls?: TlsOptions
  readonly registry: Registry
  readonly handshakeTimeoutMs: number
}

export function listenForLines(parts: ChatParts, options: PlainLinesOptions): Promise<Listener> {
  // Somebody who only reads says nothing, and `nc` answers no ping: silence is no sign. The system's keep-alive
  // finds those that have vanished.
  const connectionOptions = { ...parts.options, readDeadlineMs: 0, pingIntervalMs: 0 }
  const { messageBytes } = parts.limits
  return listenTcp({
    ...options,
    accept: (transport) => {
      const session = new PlainSession({
        hub: parts.hub,
        limits: parts.limits,
        format: lineFormat,
        room: 'lobby',
        name: friendlyName(),
        ended: parts.ended,
      })
      const codec = new LineCodec({ lineBytes: messageBytes, goodbye: farewell })
      return new Connection(transport, codec, session, connectionOptions)
    },
    refused: (error, remoteAddress) => parts.logger.info({ err: error, remoteAddress }, 'connection refused'),
  })
}

function farewell(ending: Ending): string | undefined {
  return ending.cause === 'peer-closed' ? undefined : `* Goodbye (${ending.cause}): ${ending.detail}`
}
