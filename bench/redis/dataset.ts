/**
 * The keys and values of the Redis benches. Each key has a value that no other has, so that a reply to another
 * command is known as such. Keys are named as redis-benchmark names them; the Go program makes the same
 * (programs/go/main.go).
 */
import { createConnection } from 'node:net'
import { BenchError } from '../bench-error.ts'

export const keyCount = 1_000

const filler = 'abcdefghijklmnopqrstuvwxyz'
const deadlineMs = 5_000

export interface Dataset {
  readonly keys: readonly string[]
  readonly values: readonly string[]
}

export function createDataset(valueBytes: number): Dataset {
  const numbers = Array.from({ length: keyCount }, (_, index) => String(index))
  return {
    keys: numbers.map((number) => `key:${number.padStart(12, '0')}`),
    values: numbers.map((number) => number.padStart(valueBytes, filler)),
  }
}

/**
 * Writes a data set to a server, with no client of anybody's.
 *
 * @throws BenchError `server-failed`
 */
export function fill(port: number, { keys, values }: Dataset): Promise<void> {
  const expected = '+OK\r\n'.repeat(keys.length)
  return new Promise((resolve, reject) => {
    const socket = createConnection(port, '127.0.0.1')
    const fail = (reason: string, cause?: Error) => {
      socket.destroy()
      reject(new BenchError('server-failed', `redis-server could not be filled: ${reason}`, { cause }))
    }
    let answer = ''
    socket.setTimeout(deadlineMs, () => fail('it does not answer'))
    socket.once('error', (error) => fail(error.message, error))
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => {
      answer += text
      if (answer === expected) {
        socket.destroy()
        resolve()
      } else if (!expected.startsWith(answer)) {
        fail(answer.slice(0, 100))
      }
    })
    socket.write(keys.map((key, index) => `SET ${key} ${values[index]}\r\n`).join(''))
  })
}
