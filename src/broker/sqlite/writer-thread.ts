/** The thread that writes a store: a group at a time, and upkeep between them. */
import { performance } from 'node:perf_hooks'
import { parentPort, workerData } from 'node:worker_threads'
import { StoreError } from '../errors.ts'
import { closeDatabase, openDatabase } from './database.ts'
import { GroupWriter } from './group-writer.ts'
import { KeyTable } from './key-table.ts'
import { StoreLock } from './lock.ts'
import { failureOf, type Group, type Request, type Response, type ThreadOptions } from './messages.ts'
import { Retention } from './retention.ts'
import { lastPublicationId, SearchIndex } from './search-index.ts'
import { StreamTable } from './stream-table.ts'
import { runTransaction } from './transaction.ts'
import { Upkeep } from './upkeep.ts'

const tickMs = 500

function open(options: ThreadOptions) {
  const lock = new StoreLock(options.file)
  try {
    const database = openDatabase(options.file, options.durability)
    const index = options.isSearchable ? new SearchIndex(database) : undefined
    const streams = new StreamTable(database)
    const keys = new KeyTable(database, options.maxIdempotencyKeys)
    const retention = new Retention(database, streams, options.streamTtlMs)
    const writer = new GroupWriter(database, streams, keys, retention, lastPublicationId(database))
    const isSynced = options.durability === 'full'
    const upkeep = new Upkeep({ database, writer, keys, retention, index, isSynced })
    return { lock, database, streams, retention, writer, upkeep }
  } catch (error) {
    lock.release()
    throw error
  }
}

function run(store: ReturnType<typeof open>): void {
  const { lock, database, streams, retention, writer, upkeep } = store
  let groupMs = 0
  let isUpkeepDue = false

  const calls: Record<string, (...args: never[]) => unknown> = {
    removeHistory(room: string): void {
      runTransaction(database, () => {
        const row = streams.find(room)
        if (row === undefined) return
        const rows = row.offset + 1 - row.first
        row.first = row.offset + 1
        streams.change(row)
        streams.flush(Date.now())
        retention.trimmed(row, rows)
      })
    },
    catchUpIndex: (budgetMs: number) => upkeep.catchUp(budgetMs),
  }

  function commit(group: Group): Response {
    const startMs = performance.now()
    try {
      return { kind: 'committed', result: writer.write(group) }
    } catch (error) {
      return { kind: 'failed', failure: failureOf(error) }
    } finally {
      groupMs = performance.now() - startMs
    }
  }

  function call(id: number, method: string, args: readonly unknown[]): Response {
    try {
      return { kind: 'returned', id, value: calls[method]!(...(args as never[])) }
    } catch (error) {
      streams.reset()
      return { kind: 'threw', id, failure: failureOf(error) }
    }
  }

  /** After the messages that wait, so that groups come first; a step at a time. */
  function upkeepLater(): void {
    if (isUpkeepDue || !upkeep.isDue) return
    isUpkeepDue = true
    setImmediate(() => {
      isUpkeepDue = false
      if (!database.isOpen) return
      guarded(() => upkeep.step(Date.now(), groupMs))
      upkeepLater()
    })
  }

  /** Upkeep that fails (the disk is full) is tried again at the next tick; a commit of unknown fate is the end. */
  function guarded(work: () => void): void {
    try {
      work()
    } catch (error) {
      streams.reset()
      if (error instanceof StoreError && error.code === 'STORE_UNCERTAIN') fail(error)
    }
  }

  function fail(error: unknown): void {
    send({ kind: 'broken', failure: failureOf(error) })
    stop()
    database.close()
    lock.release()
    parentPort?.close()
  }

  const ticking = setInterval(() => {
    guarded(() => {
      const rooms = upkeep.tick(Date.now())
      if (rooms.length > 0) send({ kind: 'forgotten', rooms })
    })
    upkeepLater()
  }, tickMs)

  function stop(): void {
    clearInterval(ticking)
    parentPort?.off('message', onMessage)
  }

  function onMessage(request: Request): void {
    switch (request.kind) {
      case 'group': {
        const response = commit(request.group)
        send(response)
        // What is in memory may differ from the file now; and a disk that fails once is not to be trusted.
        if (response.kind === 'failed' && response.failure.code === 'STORE_UNCERTAIN') {
          fail(new StoreError('STORE_FAILED', 'The store has ended, because a commit failed.'))
        } else upkeepLater()
        break
      }
      case 'call':
        send(call(request.id, request.method, request.args))
        upkeepLater()
        break
      case 'close':
        stop()
        guarded(() => closeDatabase(database))
        lock.release()
        send({ kind: 'closed' })
        parentPort?.close()
    }
  }
  parentPort?.on('message', onMessage)
}

function send(response: Response): void {
  parentPort?.postMessage(response)
}

try {
  const store = open(workerData as ThreadOptions)
  run(store)
  send({ kind: 'ready' })
} catch (error) {
  send({ kind: 'refused', failure: failureOf(error) })
}
