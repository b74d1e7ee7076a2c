/** A client that sends what it is told, byte by byte if need be, and reads all that comes back. */
import { connect } from 'node:net'

/** Sends these pieces one after the other, and resolves with all that comes back until the server ends the connection. */
export function talk(port: number, ...pieces: readonly (string | Buffer)[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const parts: Buffer[] = []
    socket.setNoDelay(true)
    socket.on('data', (part) => parts.push(part))
    socket.on('error', () => {
      // A server that ends while it is still being told has said what it had to say.
    })
    socket.on('end', () => socket.destroy())
    socket.on('close', () => resolve(Buffer.concat(parts).toString('latin1')))
    void (async () => {
      for (const piece of pieces) {
        if (!socket.destroyed) socket.write(typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece)
        await new Promise((next) => setImmediate(next))
      }
    })()
  })
}

/** The statuses of all replies, in order. */
export function statusesOf(said: string): number[] {
  return [...said.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1]))
}
