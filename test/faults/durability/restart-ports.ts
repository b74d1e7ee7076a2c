/** Ports at which a server can be started again and again. */
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { Ports } from './wire.ts'

/**
 * Below those that systems give to outgoing connections: of these one could be taken while the server is down, by a client
 * that tries to reach it.
 */
const lowest = 20_000
const highest = 30_000

/** Two that nobody listened on a moment ago. */
export async function restartPorts(): Promise<Ports> {
  return { http: await port(), lines: await port() }
}

async function port(): Promise<number> {
  for (;;) {
    const candidate = lowest + Math.floor(Math.random() * (highest - lowest))
    const server = createServer()
    try {
      await once(server.listen(candidate, '127.0.0.1'), 'listening')
    } catch {
      // Somebody is there.
      continue
    }
    server.close()
    await once(server, 'close')
    return candidate
  }
}
