/** Opens a store's file: checks that it is ours and whole, and brings its tables up to date. */
import { closeSync, openSync, readFileSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { StoreError } from '../errors.ts'
import type { Durability } from './options.ts'
import { applicationId, migrations } from './schema.ts'
import { howToMend, openingError } from './sqlite-error.ts'

/** Files up to this size are checked in full at every start: a tenth of a second. */
const fullCheckBytes = 64 * 1024 * 1024

/**
 * Opens for writing. The caller has the {@link StoreLock}.
 *
 * @throws StoreError
 */
export function openDatabase(file: string, durability: Durability): DatabaseSync {
  makePrivate(file)
  return opening(file, (database) => {
    // 16 MiB of cache; at most 64 MiB of write-ahead log left lying about.
    database.exec('PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY')
    checkOwner(database, file)
    database.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864',
    )
    if (statSync(file).size <= fullCheckBytes) checkWhole(database, file)
    migrate(database)
    beginEpochs(database, durability)
    if (durability === 'normal') database.exec('PRAGMA synchronous = NORMAL')
  })
}

/** What people say is nobody else's on this machine; SQLite gives its log the rights that the file has. */
function makePrivate(file: string): void {
  try {
    closeSync(openSync(file, 'a', 0o600))
  } catch {
    // SQLite says what is wrong.
  }
}

/** Opens a store for reading, beside whoever writes it. @throws StoreError */
export function openForReading(file: string): DatabaseSync {
  return opening(file, (database) => {
    database.exec('PRAGMA query_only = ON; PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY')
    checkOwner(database, file)
    const version = versionOf(database)
    if (version === migrations.length) return
    throw version > migrations.length
      ? tooNew(version)
      : new StoreError('STORE_VERSION', `The store ${file} is of an older version. Start the server once.`)
  })
}

/** Opens a copy of a store to be put in place, of this version or an older one, if it is whole. @throws StoreError */
export function checkStore(file: string): DatabaseSync {
  return opening(file, (database) => {
    checkOwner(database, file)
    const version = versionOf(database)
    if (version === 0) throw new StoreError('STORE_CORRUPT', `${file} is empty.`)
    if (version > migrations.length) throw tooNew(version)
    checkWhole(database, file)
  })
}

/** Closes after a clean end, so that the next start knows that nothing is missing. */
export function closeDatabase(database: DatabaseSync): void {
  database.exec('PRAGMA synchronous = FULL')
  setFact(database, 'openSince', '')
  database.close()
}

function opening(file: string, prepare: (database: DatabaseSync) => void): DatabaseSync {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(file, { timeout: 2_000 })
    prepare(database)
    return database
  } catch (error) {
    database?.close()
    throw openingError(file, error)
  }
}

function checkOwner(database: DatabaseSync, file: string): void {
  const { application_id: owner } = database.prepare('PRAGMA application_id').get() as {
    application_id: number
  }
  if (owner === applicationId) return
  const { tables } = database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get() as {
    tables: number
  }
  if (owner === 0 && tables === 0) return
  throw new StoreError('STORE_CORRUPT', `${file} is the database of another program.`)
}

function checkWhole(database: DatabaseSync, file: string): void {
  const { quick_check: found } = database.prepare('PRAGMA quick_check(1)').get() as { quick_check: string }
  if (found === 'ok') return
  throw new StoreError('STORE_CORRUPT', `The store ${file} is damaged (${found}). ${howToMend}`)
}

function migrate(database: DatabaseSync): void {
  const version = versionOf(database)
  if (version > migrations.length) throw tooNew(version)
  for (const [step, sql] of migrations.entries()) {
    if (step < version) continue
    database.exec(`BEGIN IMMEDIATE; ${sql}; PRAGMA application_id = ${applicationId};
      PRAGMA user_version = ${step + 1}; COMMIT`)
  }
}

function versionOf(database: DatabaseSync): number {
  return (database.prepare('PRAGMA user_version').get() as { user_version: number }).user_version
}

function tooNew(version: number): StoreError {
  return new StoreError(
    'STORE_VERSION',
    `The store has version ${version}, and this Longwire knows up to ${migrations.length}. Use a newer Longwire.`,
  )
}

/**
 * New epochs where offsets may have been given out that this file does not know of: it is a copy, or the machine
 * (not just the process) stopped while commits were not synced.
 */
function beginEpochs(database: DatabaseSync, durability: Durability): void {
  const boot = bootId()
  const before = factOf(database, 'openSince')
  const isUncertain = before !== undefined && before !== '' && before !== 'full' && before !== boot
  database.exec('BEGIN IMMEDIATE')
  if (isUncertain || factOf(database, 'isCopy') !== undefined) {
    database.exec(`UPDATE streams SET epoch = lower(hex(randomblob(6)));
      UPDATE idempotency SET epoch = coalesce((SELECT epoch FROM streams WHERE room = idempotency.room), '')
        WHERE epoch <> '';
      DELETE FROM facts WHERE name = 'isCopy'`)
  }
  setFact(database, 'openSince', durability === 'full' ? 'full' : boot)
  database.exec('COMMIT')
}

/** Differs after every start of the machine. */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    // Not Linux. A name that is never the same as another errs on the side of new epochs.
    return crypto.randomUUID()
  }
}

export function factOf(database: DatabaseSync, name: string): string | undefined {
  const row = database.prepare('SELECT value FROM facts WHERE name = ?').get(name)
  return row?.value as string | undefined
}

export function setFact(database: DatabaseSync, name: string, value: string): void {
  database.prepare('INSERT OR REPLACE INTO facts VALUES (?, ?)').run(name, value)
}
