/**
 * Deletes what is trimmed, expired or forgotten, a few rows at a time, between the groups. Readers never see such
 * rows, deleted yet or not, so nothing waits for this.
 */
import { performance } from 'node:perf_hooks'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { StreamRow, StreamTable } from './stream-table.ts'

/** Rows deleted with one statement. */
const chunk = 64
/** Streams looked at in one go. */
const streamPage = 500

export class Retention {
  readonly #streams: StreamTable
  readonly #streamTtlMs: number
  /** Streams with rows to delete: up to where, by id. */
  readonly #due = new Map<number, number>()
  #dueRows = 0
  #hasExpired = true
  #sweptTo = 0
  #indexedTo = 0
  readonly #deleteTrimmed: StatementSync
  readonly #deleteExpired: StatementSync
  readonly #deleteFromSearch: StatementSync
  readonly #pageOfStreams: StatementSync
  readonly #hasPublications: StatementSync
  readonly #deleteStream: StatementSync

  constructor(database: DatabaseSync, streams: StreamTable, streamTtlMs: number) {
    this.#streams = streams
    this.#streamTtlMs = streamTtlMs
    this.#deleteTrimmed = database.prepare(
      `DELETE FROM publications WHERE id IN
        (SELECT id FROM publications WHERE stream = ? AND offset < ? ORDER BY offset LIMIT ${chunk}) RETURNING id`,
    )
    this.#deleteExpired = database.prepare(
      `DELETE FROM publications WHERE id IN
        (SELECT id FROM publications WHERE expires <= ? ORDER BY expires LIMIT ${chunk}) RETURNING id`,
    )
    this.#deleteFromSearch = database.prepare('DELETE FROM search WHERE rowid = ?')
    this.#pageOfStreams = database.prepare(
      `SELECT id, room, first, used FROM streams WHERE id > ? ORDER BY id LIMIT ${streamPage}`,
    )
    this.#hasPublications = database.prepare('SELECT 1 FROM publications WHERE stream = ? LIMIT 1')
    this.#deleteStream = database.prepare('DELETE FROM streams WHERE id = ?')
  }

  /** Rows that wait to be deleted, about. */
  get backlog(): number {
    return this.#dueRows
  }

  /** Search entries exist up to this publication. */
  set indexedTo(id: number) {
    this.#indexedTo = id
  }

  /** A stream has trimmed some of its publications, or may have. */
  trimmed({ id, first }: Pick<StreamRow, 'id' | 'first'>, rows: number): void {
    this.#due.set(id, first)
    this.#dueRows += rows
  }

  /** Time has passed: something may have expired. */
  tick(): void {
    this.#hasExpired = true
  }

  /** Inside of a transaction: deletes for about `budgetMs`. True: there is more. */
  step(nowMs: number, budgetMs: number): boolean {
    const endMs = performance.now() + budgetMs
    while (performance.now() < endMs) {
      const [first] = this.#due
      if (first !== undefined) {
        const deleted = this.#unindex(this.#deleteTrimmed.all(...first))
        this.#dueRows = Math.max(0, this.#dueRows - deleted)
        if (deleted < chunk) this.#due.delete(first[0])
      } else if (this.#hasExpired) {
        this.#hasExpired = this.#unindex(this.#deleteExpired.all(nowMs)) === chunk
      } else {
        this.#dueRows = 0
        return false
      }
    }
    return true
  }

  /**
   * Inside of a transaction: looks at the next streams. What an earlier process trimmed and did not delete becomes
   * due, and streams that nobody has used for long are forgotten. Gives the rooms of those.
   */
  sweepStreams(nowMs: number): string[] {
    const rows = this.#pageOfStreams.all(this.#sweptTo) as unknown as (Pick<
      StreamRow,
      'id' | 'room' | 'first'
    > & {
      used: number
    })[]
    this.#sweptTo = rows.length < streamPage ? 0 : (rows.at(-1)?.id ?? 0)
    const forgotten: string[] = []
    for (const row of rows) {
      if (row.first > 1 && !this.#due.has(row.id)) this.#due.set(row.id, row.first)
      if (row.used + this.#streamTtlMs > nowMs || this.#hasPublications.get(row.id) !== undefined) continue
      this.#deleteStream.run(row.id)
      this.#streams.forget(row.room)
      this.#due.delete(row.id)
      forgotten.push(row.room)
    }
    return forgotten
  }

  #unindex(rows: unknown[]): number {
    for (const { id } of rows as { id: number }[]) if (id <= this.#indexedTo) this.#deleteFromSearch.run(id)
    return rows.length
  }
}
