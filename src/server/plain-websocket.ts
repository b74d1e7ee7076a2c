/**
 * `/ws`: the plain dialect over WebSocket, `?room=`, `?name=`, `&format=text|json`, `&token=`. Programs show their token
 * as `Authorization: Bearer TOKEN`, which pages cannot.
 */
import type { IncomingMessage } from 'node:http'
import { plainFarewell } from '../chat/dialects/plain/farewell.ts'
import { jsonFormat, textFormat } from '../chat/dialects/plain/formats.ts'
import { PlainSession } from '../chat/dialects/plain/session.ts'
import { HubRefusal } from '../chat/hub-refusal.ts'
import type { Moderation } from '../chat/moderation/moderation.ts'
import { noticeOf } from '../chat/moderation/notice.ts'
import { friendlyName } from '../chat/names.ts'
import { Connection } from '../connection/connection.ts'
import type { Transport } from '../connection/transport.ts'
import { bearerToken } from '../transports/http/bearer.ts'
import { WebSocketCodec } from '../transports/websocket/codec.ts'
import type { UpgradeRefusal } from '../transports/websocket/handshake.ts'
import type { UpgradeRoute } from '../transports/websocket/upgrades.ts'
import type { ChatParts } from './chat-parts.ts'

/** Where whoever names no room goes. */
const standardRoom = 'lobby'

const formats = { text: textFormat, json: jsonFormat } as const

export function plainWebSocket(parts: ChatParts): UpgradeRoute {
  return {
    prepare(request: IncomingMessage, query: URLSearchParams, remoteAddress: string) {
      const room = query.get('room') || standardRoom
      const name = query.get('name')?.trim() || friendlyName()
      const format = query.get('format') || 'text'
      const token = query.get('token') || bearerToken(request.headers.authorization) || ''
      if (!(format in formats)) return badRequest('The format is text or json.')
      try {
        parts.hub.checkRoom(room)
        parts.hub.checkName(name)
      } catch (error) {
        if (error instanceof HubRefusal) return badRequest(error.message)
        throw error
      }
      const ban = banAt(parts.moderation, request, remoteAddress)
      if (ban !== undefined) return { status: 403, message: ban }
      const chosen = formats[format as keyof typeof formats]
      return (transport: Transport) => {
        const session = new PlainSession({
          hub: parts.hub,
          limits: parts.limits,
          format: chosen,
          room,
          name,
          token,
          http: { url: request.url, headers: request.headers },
          handlers: parts.handlers,
          moderation: parts.moderation,
          ended: parts.ended,
        })
        return new Connection(
          transport,
          new WebSocketCodec(parts.limits.messageBytes, plainFarewell),
          session,
          parts.options,
        )
      }
    },
  }
}

/** Why nobody may come from this address, or enter the room that is asked for; `undefined`: nothing speaks against it. */
export function banAt(
  moderation: Moderation,
  { url }: IncomingMessage,
  remoteAddress: string,
): string | undefined {
  const query = new URLSearchParams((url ?? '').split('?', 2)[1])
  const ban = moderation.banOfAddress(remoteAddress, query.get('room') || standardRoom)
  return ban === undefined ? undefined : noticeOf(ban).message
}

function badRequest(message: string): UpgradeRefusal {
  return { status: 400, message }
}
