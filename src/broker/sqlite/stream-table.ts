/** The streams of a store: rows that are read once, changed in memory, and written at the end of a transaction. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { newEpoch } from '../epoch.ts'

export interface StreamRow {
  readonly id: number
  readonly room: string
  readonly epoch: string
  offset: number
  /** What is below is trimmed. */
  first: number
  isChanged: boolean
}

/** Rows kept in memory, about 200 bytes each. */
const cacheSize = 100_000

export class StreamTable {
  /** In the order of use. */
  #cache = new Map<string, StreamRow>()
  #changed: StreamRow[] = []
  readonly #find: StatementSync
  readonly #insert: StatementSync
  readonly #update: StatementSync

  constructor(database: DatabaseSync) {
    this.#find = database.prepare('SELECT id, epoch, offset, first FROM streams WHERE room = ?')
    this.#insert = database.prepare('INSERT INTO streams VALUES (NULL, ?, ?, 0, 1, ?)')
    this.#update = database.prepare('UPDATE streams SET offset = ?, first = ?, used = ? WHERE id = ?')
  }

  find(room: string): StreamRow | undefined {
    const cached = this.#cache.get(room)
    if (cached !== undefined) {
      this.#cache.delete(room)
      this.#cache.set(room, cached)
      return cached
    }
    const row = this.#find.get(room) as Pick<StreamRow, 'id' | 'epoch' | 'offset' | 'first'> | undefined
    if (row === undefined) return undefined
    return this.#remember({ ...row, room, isChanged: false })
  }

  /** Inside of a transaction. */
  findOrBegin(room: string, nowMs: number): StreamRow {
    const found = this.find(room)
    if (found !== undefined) return found
    const epoch = newEpoch()
    const id = Number(this.#insert.run(room, epoch, nowMs).lastInsertRowid)
    return this.#remember({ id, room, epoch, offset: 0, first: 1, isChanged: false })
  }

  /** Marks a row to be written by {@link flush}. */
  change(row: StreamRow): void {
    if (row.isChanged) return
    row.isChanged = true
    this.#changed.push(row)
  }

  /** Writes what was changed, inside of the transaction that changed it. */
  flush(nowMs: number): void {
    for (const row of this.#changed) {
      this.#update.run(row.offset, row.first, nowMs, row.id)
      row.isChanged = false
    }
    this.#changed.length = 0
    if (this.#cache.size <= cacheSize) return
    for (const room of this.#cache.keys()) {
      this.#cache.delete(room)
      if (this.#cache.size <= cacheSize * 0.9) break
    }
  }

  /** After a rollback: nothing in memory counts. */
  reset(): void {
    this.#cache = new Map()
    this.#changed = []
  }

  forget(room: string): void {
    this.#cache.delete(room)
  }

  #remember(row: StreamRow): StreamRow {
    this.#cache.set(row.room, row)
    return row
  }
}
