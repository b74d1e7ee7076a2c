/** Puts a back-up in place of a store, which is moved aside whole: its log, left behind, would spoil the back-up. */
import { chmodSync, constants, copyFileSync, existsSync, renameSync, rmSync } from 'node:fs'
import { StoreError } from '../errors.ts'
import { checkStore, setFact } from './database.ts'
import { StoreLock } from './lock.ts'

/** What SQLite keeps beside a database. */
const companions = ['-wal', '-shm'] as const

/**
 * Makes `copy`, which a back-up has written, the store `file`. What is there already is moved to a name with the time,
 * which is returned; `undefined`: there was nothing. No process may have the store open.
 *
 * @throws StoreError `STORE_LOCKED` the store is in use; the copy is none, or is damaged
 */
export function restoreStore(copy: string, file: string, now = new Date()): string | undefined {
  if (!existsSync(copy)) throw new StoreError('STORE_UNREADABLE', `There is no back-up ${copy}.`)
  const lock = new StoreLock(file)
  try {
    const partial = `${file}.partial`
    prepare(copy, partial)
    const isFirst = !existsSync(file)
    const aside = `${file}.${now.toISOString().replace(/[-:]|\.\d+/g, '')}`
    for (const end of ['', ...companions]) {
      if (existsSync(file + end)) renameSync(file + end, aside + end)
    }
    renameSync(partial, file)
    return isFirst ? undefined : aside
  } finally {
    lock.release()
  }
}

/** A whole copy beside the store, which does not know what was said since it was made. */
function prepare(copy: string, partial: string): void {
  for (const end of ['', ...companions]) rmSync(partial + end, { force: true })
  try {
    copyFileSync(copy, partial, constants.COPYFILE_FICLONE)
    // What people say is nobody else's on this machine.
    chmodSync(partial, 0o600)
    const database = checkStore(partial)
    setFact(database, 'isCopy', 'yes')
    database.close()
  } catch (error) {
    for (const end of ['', ...companions]) rmSync(partial + end, { force: true })
    if (error instanceof StoreError) throw new StoreError(error.code, `${copy} is no good: ${error.message}`)
    throw new StoreError('STORE_UNREADABLE', `${copy} cannot be copied: ${(error as Error).message}`, {
      cause: error,
    })
  }
}
