/** Reads a store: history and search. Runs on a thread and a connection of its own, so that it delays no commit. */
import { performance } from 'node:perf_hooks'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { BrokerPublication, History, HistoryOptions } from '../broker.ts'
import { isRecovered, rangeOf } from '../recovery.ts'
import type { Found, SearchOptions, SearchResult } from './search.ts'

interface Row {
  readonly offset: number
  readonly data: string
  readonly meta: string | null
  readonly time: number
}

/** SQLite's largest integer that a limit of none stands for. */
const noLimit = -1
/** A search that has found too little by then says how to go on. */
const searchBudgetMs = 250

export class StoreReader {
  readonly #database: DatabaseSync
  readonly #stream: StatementSync
  readonly #forwards: StatementSync
  readonly #backwards: StatementSync
  readonly #search: StatementSync
  readonly #publication: StatementSync

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#stream = database.prepare('SELECT id, epoch, offset, first FROM streams WHERE room = ?')
    const read = (order: string) =>
      database.prepare(
        `SELECT offset, data, meta, time FROM publications
          WHERE stream = ? AND offset >= ? AND offset < ? AND (expires IS NULL OR expires > ?)
          ORDER BY offset ${order} LIMIT ?`,
      )
    this.#forwards = read('ASC')
    this.#backwards = read('DESC')
    this.#search = database.prepare(
      'SELECT rowid AS id FROM search WHERE search MATCH ? AND rowid < ? ORDER BY rowid DESC',
    )
    this.#publication = database.prepare(
      `SELECT room, epoch, publications.offset AS offset, data, meta, time FROM publications
        JOIN streams ON streams.id = publications.stream
        WHERE publications.id = ? AND publications.offset >= first AND (expires IS NULL OR expires > ?)`,
    )
  }

  /** Undefined: there is no such stream. */
  history(room: string, options: HistoryOptions): History | undefined {
    return this.#atOnce(() => {
      const stream = this.#stream.get(room) as
        | { id: number; epoch: string; offset: number; first: number }
        | undefined
      if (stream === undefined) return undefined
      const { limit = noLimit, isReversed = false } = options
      const { above, below } = rangeOf(stream, options)
      const low = Math.max(above + 1, stream.first)
      const read = isReversed ? this.#backwards : this.#forwards
      const rows = read.all(stream.id, low, below, Date.now(), limit) as unknown as Row[]
      const publications = rows.map(publicationOf)
      const { offset, epoch } = stream
      return { publications, offset, epoch, isRecovered: isRecovered(stream, options, publications) }
    })
  }

  search(text: string, { room, limit = 20, before = Number.MAX_SAFE_INTEGER }: SearchOptions): SearchResult {
    return this.#atOnce(() => {
      const words = text.match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
      const stream = room === undefined ? undefined : (this.#stream.get(room) as { id: number } | undefined)
      if (words.length === 0 || (room !== undefined && stream === undefined))
        return { found: [], next: undefined }
      const wanted = words.map((word) => `text : "${word}"*`).join(' AND ')
      const query = stream === undefined ? wanted : `stream : "s${stream.id}" AND ${wanted}`
      const endMs = performance.now() + searchBudgetMs
      const nowMs = Date.now()
      const found: Found[] = []
      for (const row of this.#search.iterate(query, before)) {
        const id = row.id as number
        const publication = this.#publication.get(id, nowMs)
        if (publication !== undefined) {
          const {
            room: inRoom,
            epoch,
            ...rest
          } = publication as unknown as Row & { room: string; epoch: string }
          found.push({ id, room: inRoom, epoch, publication: publicationOf(rest) })
        }
        if (found.length === limit || performance.now() > endMs) return { found, next: id }
      }
      return { found, next: undefined }
    })
  }

  /** All that `read` asks for is of one moment. */
  #atOnce<T>(read: () => T): T {
    this.#database.exec('BEGIN')
    try {
      return read()
    } finally {
      this.#database.exec('COMMIT')
    }
  }
}

function publicationOf({ offset, data, meta, time }: Row): BrokerPublication {
  return { offset, data, meta: meta ?? undefined, time }
}
