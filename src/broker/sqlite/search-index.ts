/** Indexes kept publications for search, behind their commits, a few at a time. */
import { performance } from 'node:perf_hooks'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { factOf, setFact } from './database.ts'

/** Publications indexed with one query. */
const page = 100

export class SearchIndex {
  readonly #database: DatabaseSync
  #indexedTo: number
  readonly #next: StatementSync
  readonly #insert: StatementSync

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#indexedTo = indexedTo(database)
    this.#next = database.prepare(
      `SELECT publications.id AS id, stream, data, publications.offset >= first AS isKept
        FROM publications JOIN streams ON streams.id = stream
        WHERE publications.id > ? ORDER BY publications.id LIMIT ${page}`,
    )
    this.#insert = database.prepare('INSERT INTO search (rowid, text, stream) VALUES (?, ?, ?)')
  }

  /** The newest publication that is indexed, or that was deleted before it could be. */
  get indexedTo(): number {
    return this.#indexedTo
  }

  /** Inside of a transaction: indexes for about `budgetMs`. True: there is more. */
  step(lastId: number, budgetMs: number): boolean {
    const endMs = performance.now() + budgetMs
    let at = this.#indexedTo
    let hasMore = at < lastId
    while (hasMore && performance.now() < endMs) {
      const rows = this.#next.all(at) as { id: number; stream: number; data: string; isKept: number }[]
      // What is trimmed already is as good as deleted.
      for (const { id, stream, data, isKept } of rows) {
        if (isKept === 1) this.#insert.run(id, wordsOf(data), `s${stream}`)
      }
      hasMore = rows.length === page
      at = hasMore ? rows.at(-1)!.id : lastId
    }
    if (at !== this.#indexedTo) setFact(this.#database, 'indexedTo', String(at))
    this.#indexedTo = at
    return hasMore
  }

  /** After a rollback. */
  reset(): void {
    this.#indexedTo = indexedTo(this.#database)
  }
}

/** How far a store is indexed, by a process that had the index on. */
export function indexedTo(database: DatabaseSync): number {
  return Number(factOf(database, 'indexedTo') ?? 0)
}

/** The newest publication that there is or was, by the row that it has or had: what comes next is indexed behind it. */
export function lastPublicationId(database: DatabaseSync): number {
  const newest = database.prepare('SELECT coalesce(max(id), 0) AS id FROM publications').get() as {
    id: number
  }
  return Math.max(newest.id, indexedTo(database))
}

/** What people would search for: of JSON its strings, without keys and numbers; else the text. */
export function wordsOf(data: string): string {
  if (!/^\s*[{["]/.test(data)) return data
  let value: unknown
  try {
    value = JSON.parse(data)
  } catch {
    // It only looked like JSON: it is text.
    return data
  }
  const words: string[] = []
  // Not recursive: data may be nested as deep as it is long.
  const waiting: unknown[] = [value]
  while (waiting.length > 0) {
    const next = waiting.pop()
    if (typeof next === 'string') words.push(next)
    else if (typeof next === 'object' && next !== null) {
      for (const part of Object.values(next).reverse()) waiting.push(part)
    }
  }
  return words.join('\n')
}
