/** A connection of this machine, both ends of it in the test's hands. */
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach } from 'vitest'

let server: Server | undefined
const sockets: Socket[] = []

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await new Promise((resolve) => server?.close(resolve) ?? resolve(undefined))
  server = undefined
})

/** A socket that a server has accepted, and the client's end of it. */
export async function pair(): Promise<{ accepted: Socket; client: Socket }> {
  const listening = createServer({ allowHalfOpen: true, noDelay: true }).listen(0, '127.0.0.1')
  server = listening
  await once(listening, 'listening')
  const { port } = listening.address() as { port: number }
  const client = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
  const [accepted] = (await once(listening, 'connection')) as [Socket]
  sockets.push(accepted, client)
  return { accepted, client }
}
