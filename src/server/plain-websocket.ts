/**
 * `/ws`: the plain dialect over WebSocket, `?room=`, `?name=`, `&format=text|json`, `&token=`, and `&room_token=` for rooms
 * that need one of their own. Programs show their token as `Authorization: Bearer TOKEN`, which pages cannot.
 */
import type { IncomingMessage } from 'node:http'
import type { Position } from '../broker/broker.ts'
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
      const roomToken = query.get('room_token') ?? ''
      if (!(format in formats)) return badRequest('The format is text or json.')
      const since = positionOf(query)
      if (since === 'invalid') return badRequest('since is the offset of a message, and epoch its stream.')
      const fault = faultIn(parts, room, name)
      if (fault !== undefined) return badRequest(fault)
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
          roomToken,
          http: { url: request.url, headers: request.headers },
          since,
          handlers: parts.handlers,
          places: parts.places,
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

/** Whoever may not enter for what they are is told after the upgrade: a page cannot read the answer to its request. */
function faultIn({ hub }: ChatParts, room: string, name: string): string | undefined {
  try {
    hub.checkRoom(room)
    hub.checkName(name)
  } catch (error) {
    if (!(error instanceof HubRefusal)) throw error
    if (error.code !== 'UNKNOWN_ROOM') return error.message
  }
  return undefined
}

/** What a page that comes back has had: `&since=OFFSET&epoch=EPOCH`. */
function positionOf(query: URLSearchParams): Position | undefined | 'invalid' {
  const since = query.get('since')
  const epoch = query.get('epoch')
  if (since === null && epoch === null) return undefined
  const offset = /^\d{1,15}$/.test(since ?? '') ? Number(since) : undefined
  return offset === undefined || epoch === null || epoch === '' ? 'invalid' : { offset, epoch }
}

function badRequest(message: string): UpgradeRefusal {
  return { status: 400, message }
}
