/**
 * The right to write a store, which one process has at a time. It is an exclusive lock that SQLite takes on an
 * empty file beside the store; the operating system lifts it however the process ends. The store itself stays
 * readable for others, so that it can be backed up while it is in use.
 */
import { DatabaseSync } from 'node:sqlite'
import { StoreError } from '../errors.ts'
import { openingError, resultCode } from './sqlite-error.ts'

export class StoreLock {
  readonly #database: DatabaseSync

  /** @throws StoreError `STORE_LOCKED` when another has it, `STORE_UNREADABLE` when there is no such folder */
  constructor(file: string) {
    try {
      this.#database = new DatabaseSync(`${file}-lock`, { timeout: 0 })
      this.#database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    } catch (error) {
      if (resultCode(error) !== 26) throw openingError(file, error)
      throw new StoreError('STORE_UNREADABLE', `${file}-lock is in the way: it is not Longwire's.`)
    }
  }

  release(): void {
    this.#database.close()
  }
}
