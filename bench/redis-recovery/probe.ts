/** When a server answers PING again, found out with nothing but sockets. */
import { createConnection } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { BenchError } from '../bench-error.ts'
import { machineNowNs } from './clock.ts'

const tryEveryMs = 1
const answerWithinMs = 500
const deadlineMs = 15_000

/**
 * Asks each millisecond, on a new connection each time.
 *
 * @returns when the answer came, by {@link machineNowNs}
 * @throws BenchError `server-failed` if none comes
 */
export async function firstAnswer(port: number): Promise<number> {
  const deadline = performance.now() + deadlineMs
  while (performance.now() < deadline) {
    const atNs = await ask(port)
    if (atNs !== undefined) return atNs
    await sleep(tryEveryMs)
  }
  throw new BenchError('server-failed', `redis-server did not come back within ${deadlineMs / 1_000} s`)
}

/** When PONG came; `undefined`: it did not. */
function ask(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1')
    const end = (atNs?: number) => {
      socket.destroy()
      resolve(atNs)
    }
    socket.setTimeout(answerWithinMs, () => end())
    // Nobody listens yet: the next try comes.
    socket.on('error', () => end())
    socket.on('close', () => end())
    socket.on('data', (bytes) => end(bytes.toString().startsWith('+PONG') ? machineNowNs() : undefined))
    socket.write('PING\r\n')
  })
}
