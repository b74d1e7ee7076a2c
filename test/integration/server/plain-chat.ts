/** The plain dialect, over WebSocket and lines, with handlers of the test's own. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import pino from 'pino'
import { MemoryBroker } from '../../../src/broker/memory/memory.ts'
import type { ChatHandlers } from '../../../src/chat/handlers.ts'
import { Registry } from '../../../src/connection/registry.ts'
import { chatParts } from '../../../src/server/chat-parts.ts'
import { listenForLines } from '../../../src/server/lines.ts'
import { plainWebSocket } from '../../../src/server/plain-websocket.ts'
import { serveUpgrades } from '../../../src/transports/websocket/upgrades.ts'
import { type Changes, configured } from './running.ts'

export interface PlainChat {
  readonly chat: ReturnType<typeof chatParts>['chat']
  readonly broker: MemoryBroker
  readonly port: number
  readonly tcpPort: number
  close(): Promise<void>
}

export async function plainChat(
  rooms: Changes['rooms'] = {},
  handlers: ChatHandlers = {},
  broker = new MemoryBroker(),
): Promise<PlainChat> {
  const configuration = configured({ rooms })
  const store = { broker, historySize: rooms.historySize ?? 0 }
  const parts = chatParts(configuration, store, pino({ level: 'silent' }), handlers)
  const registry = new Registry(configuration.limits)
  const http = createServer()
  serveUpgrades(http, {
    routes: { '/ws': plainWebSocket(parts) },
    registry,
    allowOrigin: [],
    addressOf: () => '127.0.0.1',
    refused: () => {},
    failed: (error) => {
      throw error
    },
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const lines = await listenForLines(parts, {
    listen: { port: 0, host: '127.0.0.1' },
    registry,
    handshakeTimeoutMs: 1000,
  })
  return {
    chat: parts.chat,
    broker,
    port: (http.address() as AddressInfo).port,
    tcpPort: lines.port,
    close: async () => {
      http.close()
      await registry.drain(0)
      await lines.close()
      parts.hub.close()
      await broker.close()
    },
  }
}
