/** The thread that reads a store. */
import { parentPort, workerData } from 'node:worker_threads'
import type { HistoryOptions } from '../broker.ts'
import { openForReading } from './database.ts'
import { failureOf, type Request, type Response, type ThreadOptions } from './messages.ts'
import { StoreReader } from './reader.ts'
import type { SearchOptions } from './search.ts'

function run({ file }: ThreadOptions): void {
  const database = openForReading(file)
  const reader = new StoreReader(database)
  const calls: Record<string, (...args: never[]) => unknown> = {
    history: (room: string, options: HistoryOptions) => reader.history(room, options),
    search: (text: string, options: SearchOptions) => reader.search(text, options),
  }
  parentPort?.on('message', (request: Request) => {
    if (request.kind === 'call') {
      const { id, method, args } = request
      try {
        send({ kind: 'returned', id, value: calls[method]!(...(args as never[])) })
      } catch (error) {
        send({ kind: 'threw', id, failure: failureOf(error) })
      }
    } else if (request.kind === 'close') {
      database.close()
      send({ kind: 'closed' })
      parentPort?.close()
    }
  })
}

function send(response: Response): void {
  parentPort?.postMessage(response)
}

try {
  run(workerData as ThreadOptions)
  send({ kind: 'ready' })
} catch (error) {
  send({ kind: 'refused', failure: failureOf(error) })
}
