/** One transaction: all of it, or nothing. */
import type { DatabaseSync } from 'node:sqlite'
import { StoreError } from '../errors.ts'
import { resultCode } from './sqlite-error.ts'

/** SQLITE_BUSY and SQLITE_FULL: a commit that fails so has written nothing that counts. */
const cleanCommitFailures = new Set([5, 13])

/**
 * Runs `work` in a transaction and commits it.
 *
 * @throws StoreError `STORE_UNCERTAIN` when the commit itself failed; else what `work` threw, and nothing is kept
 */
export function runTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE')
  let result: T
  try {
    result = work()
  } catch (error) {
    rollBack(database)
    throw error
  }
  try {
    database.exec('COMMIT')
  } catch (error) {
    rollBack(database)
    if (cleanCommitFailures.has(resultCode(error) ?? 0)) throw error
    const message = `The commit failed, so whether it was kept is unknown: ${(error as Error).message}.`
    throw new StoreError('STORE_UNCERTAIN', message, { cause: error })
  }
  return result
}

function rollBack(database: DatabaseSync): void {
  // After some failures SQLite has rolled back by itself.
  if (database.isTransaction) database.exec('ROLLBACK')
}
