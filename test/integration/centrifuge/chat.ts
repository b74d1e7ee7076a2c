/** Rooms attached to an HTTP server of the test's own. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ChatServer, type ChatServerOptions } from '../../../src/exports/chat.ts'

export interface RunningChat {
  readonly chat: ChatServer
  readonly http: Server
  readonly port: number
  /** What was told as failed. */
  readonly failures: unknown[]
  close(): Promise<void>
}

export async function runChat(options: ChatServerOptions = {}, port = 0): Promise<RunningChat> {
  const failures: unknown[] = []
  const chat = new ChatServer({
    failed: (error) => failures.push(error),
    ...options,
    roomOptions: options.roomOptions ?? { historySize: 2000, historyTtlMs: 0 },
    limits: { messageRate: 0, ...options.limits },
  })
  const http = createServer((request, response) => {
    if (!chat.handle(request, response)) response.end('the application')
  })
  chat.attach(http)
  await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve))
  return {
    chat,
    http,
    port: (http.address() as AddressInfo).port,
    failures,
    close: async () => {
      const closed = new Promise((resolve) => http.close(resolve))
      await chat.close()
      http.closeAllConnections()
      await closed
    },
  }
}
