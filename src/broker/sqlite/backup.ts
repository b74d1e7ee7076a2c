/** Copies a store while it is in use: one moment of it, compact, as a file that is a store again. */
import { chmodSync, existsSync, renameSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { StoreError } from '../errors.ts'
import { openForReading, setFact } from './database.ts'

/**
 * Backs up the store `file` as `target`. The copy appears under its name when it is whole.
 *
 * The server that a copy is given to begins new epochs, since after the moment of the copy offsets were given out
 * that it does not know.
 *
 * @throws StoreError the store cannot be read, or `STORE_UNREADABLE`: there is a `target` already, or it cannot be made
 */
export function backUpStore(file: string, target: string): void {
  if (existsSync(target)) throw new StoreError('STORE_UNREADABLE', `${target} exists already.`)
  if (!existsSync(file)) throw new StoreError('STORE_UNREADABLE', `There is no store ${file}.`)
  const partial = `${target}.partial`
  const database = openForReading(file)
  try {
    rmSync(partial, { force: true })
    // Copying into a file of its own is no change of this one, but SQLite counts it as one.
    database.exec('PRAGMA query_only = OFF')
    database.prepare('VACUUM INTO ?').run(partial)
    // What people say is nobody else's on this machine.
    chmodSync(partial, 0o600)
    const copy = new DatabaseSync(partial)
    setFact(copy, 'isCopy', 'yes')
    copy.close()
    renameSync(partial, target)
  } catch (error) {
    rmSync(partial, { force: true })
    const reason = (error as Error).message
    throw new StoreError('STORE_UNREADABLE', `${target} cannot be made: ${reason}.`, { cause: error })
  } finally {
    database.close()
  }
}
