/** `/connection/websocket`: the Centrifuge dialect over WebSocket, in JSON. */
import { disconnectOf } from '../chat/dialects/centrifuge/disconnects.ts'
import { webSocketFraming } from '../chat/dialects/centrifuge/framing.ts'
import { CentrifugeSession } from '../chat/dialects/centrifuge/session.ts'
import { Connection } from '../connection/connection.ts'
import type { Transport } from '../connection/transport.ts'
import { WebSocketCodec } from '../transports/websocket/codec.ts'
import type { ChatParts } from './chat-parts.ts'
import type { UpgradeRoute } from './upgrades.ts'

export function centrifugeWebSocket({ centrifuge, options, limits }: ChatParts): UpgradeRoute {
  // The protocol has pings of its own, which a page can see.
  const connectionOptions = { ...options, pingIntervalMs: 0 }
  return {
    prepare: () => (transport: Transport) => {
      const session = new CentrifugeSession({ services: centrifuge, framing: webSocketFraming })
      const codec = new WebSocketCodec(limits.messageBytes, (ending) => ({
        last: session.takeLines(),
        ...disconnectOf(ending),
      }))
      return new Connection(transport, codec, session, connectionOptions)
    },
  }
}
