/** A TCP port for a server that cannot choose one by itself. */
import { once } from 'node:events'
import { createServer } from 'node:net'

/** A port on loopback that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new TypeError('a TCP server has a port')
  return address.port
}
