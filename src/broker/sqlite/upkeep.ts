/**
 * What a store does beside its groups: deleting, indexing, forgetting. In small transactions between the groups,
 * a few milliseconds each, or half as long as a group; longer only where much waits to be deleted.
 */
import type { DatabaseSync } from 'node:sqlite'
import type { GroupWriter } from './group-writer.ts'
import type { KeyTable } from './key-table.ts'
import type { Retention } from './retention.ts'
import { indexedTo, type SearchIndex } from './search-index.ts'
import { runTransaction } from './transaction.ts'

/** A transaction for fewer rows to delete than this waits for the next tick. */
const worthwhile = 256
/**
 * So much waits to be indexed, or so many ticks long. Late, because of what busy rooms say much is trimmed by then and need
 * never be indexed; within what a search, which indexes it first, bears to wait for.
 */
const indexBacklog = 8_192
const ticksToIndex = 10
const leastBudgetMs = 4
/** The more waits to be deleted, the longer a step takes, so that publishers cannot outrun it; up to this. */
const mostBudgetMs = 25
const rowsPerStretch = 5_000
const keysPerTick = 5_000

export interface UpkeepParts {
  readonly database: DatabaseSync
  readonly writer: GroupWriter
  readonly keys: KeyTable
  readonly retention: Retention
  /** Undefined: nothing is indexed. */
  readonly index: SearchIndex | undefined
  /** Whether commits are synced, which these need not be. */
  readonly isSynced: boolean
}

export class Upkeep {
  readonly #parts: UpkeepParts
  #isTickDue = false
  #isIndexDue = false
  #ticks = 0

  constructor(parts: UpkeepParts) {
    this.#parts = parts
    parts.retention.indexedTo = indexedTo(parts.database)
  }

  /** Whether a {@link step} is worth its transaction now. */
  get isDue(): boolean {
    const { retention, index, writer } = this.#parts
    if (index !== undefined && writer.lastId - index.indexedTo >= indexBacklog) this.#isIndexDue = true
    return this.#isTickDue || this.#isIndexDue || retention.backlog >= worthwhile
  }

  /** Time has passed. Gives the rooms of streams that were forgotten. */
  tick(nowMs: number): string[] {
    const { retention, keys } = this.#parts
    this.#isTickDue = true
    if (++this.#ticks % ticksToIndex === 0) this.#isIndexDue = true
    retention.tick()
    return this.#transaction(() => {
      keys.sweep(nowMs, keysPerTick)
      return retention.sweepStreams(nowMs)
    })
  }

  /** One small transaction. */
  step(nowMs: number, groupMs: number): void {
    const { retention, index, writer } = this.#parts
    const budgetMs = Math.max(leastBudgetMs, groupMs / 4)
    const stretchedMs = Math.min(mostBudgetMs, budgetMs * (1 + retention.backlog / rowsPerStretch))
    try {
      this.#transaction(() => {
        this.#isTickDue = retention.step(nowMs, stretchedMs)
        this.#isIndexDue = this.#isIndexDue && index?.step(writer.lastId, budgetMs) === true
      })
    } catch (error) {
      index?.reset()
      throw error
    } finally {
      if (index !== undefined) retention.indexedTo = index.indexedTo
    }
  }

  /** Indexes what is committed, for up to `budgetMs`, so that a search finds it. */
  catchUp(budgetMs: number): void {
    const { retention, index, writer } = this.#parts
    if (index === undefined || index.indexedTo >= writer.lastId) return
    this.#transaction(() => index.step(writer.lastId, budgetMs))
    retention.indexedTo = index.indexedTo
  }

  #transaction<T>(work: () => T): T {
    const { database, isSynced } = this.#parts
    if (!isSynced) return runTransaction(database, work)
    database.exec('PRAGMA synchronous = NORMAL')
    try {
      return runTransaction(database, work)
    } finally {
      database.exec('PRAGMA synchronous = FULL')
    }
  }
}
