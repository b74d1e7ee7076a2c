/** The dialect over WebSocket: a text frame holds commands in JSON, one a line; a binary one commands in Protobuf. */
import { Connection } from '../../../connection/connection.ts'
import type { ConnectionOptions } from '../../../connection/options.ts'
import { sharedOptions } from '../../../connection/options.ts'
import type { Transport } from '../../../connection/transport.ts'
import { WebSocketCodec } from '../../../transports/websocket/codec.ts'
import type { UpgradeRoute } from '../../../transports/websocket/upgrades.ts'
import { noticeOf } from '../../moderation/notice.ts'
import { disconnectOf } from './disconnects.ts'
import { subprotocols, wantsProtobuf } from './encoding.ts'
import { type Framing, inappropriateFraming, protobufFraming, webSocketFraming } from './framing.ts'
import type { CentrifugeServices } from './services.ts'
import { CentrifugeSession } from './session.ts'

/** Where the public SDKs look for it, and its unidirectional way. */
export function centrifugeWebSockets(
  ...[services, options, messageBytes]: Parameters<typeof centrifugeWebSocket>
): Readonly<Record<string, UpgradeRoute>> {
  return {
    '/connection/websocket': centrifugeWebSocket(services, options, messageBytes),
    '/connection/uni_websocket': centrifugeWebSocket(services, options, messageBytes, true),
  }
}

/**
 * `isUnidirectional`: the client says one thing, its connect request, and then listens. `messageBytes`: the largest frame that a client may send, with all the commands in it.
 */
export function centrifugeWebSocket(
  services: CentrifugeServices,
  options: Partial<ConnectionOptions>,
  messageBytes: number,
  isUnidirectional = false,
): UpgradeRoute {
  // The protocol has pings of its own, which a page can see; who only listens answers WebSocket's alone.
  const connectionOptions = sharedOptions(isUnidirectional ? options : { ...options, pingIntervalMs: 0 })
  return {
    subprotocols,
    prepare: ({ url, headers }, query, remoteAddress) => {
      const ban = services.moderation.banOfAddress(remoteAddress)
      if (ban !== undefined) return { status: 403, message: noticeOf(ban).message }
      const framing = framingFor(wantsProtobuf(headers, query), isUnidirectional)
      return (transport: Transport) => {
        const http = { url, headers }
        const session = new CentrifugeSession({ services, framing, isUnidirectional, http })
        const codec = new WebSocketCodec(messageBytes, (ending) => ({
          last: session.takeLines(),
          ...disconnectOf(ending),
        }))
        return new Connection(transport, codec, session, connectionOptions)
      }
    },
  }
}

function framingFor(isProtobuf: boolean, isUnidirectional: boolean): Framing {
  if (!isProtobuf) return webSocketFraming
  return isUnidirectional ? inappropriateFraming : protobufFraming
}
