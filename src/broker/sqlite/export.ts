/**
 * A store as lines of JSON (NDJSON), for other programs and other versions. The first line says what it is; each
 * stream has a line with its position, and after it one for each publication it keeps; the last line counts them,
 * so that a file that was cut short is not taken for a whole one.
 */
import { existsSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { StoreError } from '../errors.ts'
import { openDatabase, openForReading } from './database.ts'
import { StoreLock } from './lock.ts'
import { lastPublicationId } from './search-index.ts'
import { runTransaction } from './transaction.ts'

/** What an export or import went through. */
export interface TransferCounts {
  readonly rooms: number
  readonly publications: number
}

const header = { longwire: 'export', version: 1 } as const

/**
 * The lines of an export, without line ends: one moment of the store, which may be in use.
 *
 * @throws StoreError the store cannot be read
 */
export function* exportStore(file: string): Generator<string, TransferCounts> {
  if (!existsSync(file)) throw new StoreError('STORE_UNREADABLE', `There is no store ${file}.`)
  const database = openForReading(file)
  const counts = { rooms: 0, publications: 0 }
  try {
    database.exec('BEGIN')
    yield JSON.stringify(header)
    const streams = database.prepare('SELECT id, room, epoch, offset, first FROM streams ORDER BY room')
    const publications = database.prepare(
      `SELECT offset, time, expires, data, meta FROM publications
        WHERE stream = ? AND offset >= ? AND (expires IS NULL OR expires > ?) ORDER BY offset`,
    )
    for (const { id, room, epoch, offset, first } of streams.iterate()) {
      counts.rooms++
      yield JSON.stringify({ room, epoch, offset, first })
      for (const row of publications.iterate(id as number, first as number, Date.now())) {
        counts.publications++
        yield JSON.stringify(row)
      }
    }
    yield JSON.stringify({ end: counts })
    return counts
  } finally {
    database.close()
  }
}

/**
 * Adds what {@link exportStore} wrote, offsets and epochs as they were: all of it, or nothing. Makes the store if
 * there is none. The store may not be in use.
 *
 * @throws StoreError `STORE_LOCKED` it is in use; `STORE_INPUT` with the number of the line that cannot be
 */
export async function importStore(
  file: string,
  lines: AsyncIterable<string> | Iterable<string>,
): Promise<TransferCounts> {
  const lock = new StoreLock(file)
  try {
    const database = openDatabase(file, 'full')
    database.exec('BEGIN IMMEDIATE')
    try {
      const counts = await addAll(database, lines)
      database.exec('COMMIT')
      runTransaction(database, () => database.exec("UPDATE facts SET value = '' WHERE name = 'openSince'"))
      return counts
    } finally {
      database.close()
    }
  } finally {
    lock.release()
  }
}

async function addAll(
  database: DatabaseSync,
  lines: AsyncIterable<string> | Iterable<string>,
): Promise<TransferCounts> {
  const exists = database.prepare('SELECT 1 FROM streams WHERE room = ?')
  const addStream = database.prepare('INSERT INTO streams VALUES (NULL, ?, ?, ?, ?, ?)')
  const addPublication = database.prepare('INSERT INTO publications VALUES (?, ?, ?, ?, ?, ?, ?)')
  let id = lastPublicationId(database)
  const counts = { rooms: 0, publications: 0 }
  let stream: { readonly id: number | bigint; readonly offset: number; last: number } | undefined
  let isEnded = false
  let number = 0
  for await (const line of lines) {
    number++
    const wrong = (expected: string): never => {
      throw new StoreError('STORE_INPUT', `Line ${number}: expected ${expected}.`)
    }
    const value = parse(line) ?? wrong('a JSON object')
    if (number === 1) {
      if (value.longwire !== header.longwire || value.version !== header.version) {
        wrong(`the first line of an export, ${JSON.stringify(header)}`)
      }
    } else if (isEnded) {
      wrong('nothing after the line that ends an export')
    } else if ('end' in value) {
      if (JSON.stringify(value.end) !== JSON.stringify(counts)) wrong(`an end of ${JSON.stringify(counts)}`)
      isEnded = true
    } else if ('room' in value) {
      const { room, epoch, offset, first } = value
      if (typeof room !== 'string' || typeof epoch !== 'string' || !isCount(offset) || !isCount(first)) {
        return wrong('a room with epoch, offset and first')
      }
      if (exists.get(room) !== undefined) {
        throw new StoreError(
          'STORE_INPUT',
          `Line ${number}: the store has the room ${JSON.stringify(room)} already.`,
        )
      }
      const id = addStream.run(room, epoch, offset, first, Date.now()).lastInsertRowid
      stream = { id, offset, last: Math.max(0, first - 1) }
      counts.rooms++
    } else {
      const { offset, time, expires, data, meta } = value
      if (stream === undefined) return wrong('a room before its publications')
      if (
        !isCount(offset) ||
        !isCount(time) ||
        typeof data !== 'string' ||
        !(expires === null || isCount(expires)) ||
        !(meta === null || typeof meta === 'string')
      ) {
        return wrong('a publication with offset, time, expires, data and meta')
      }
      if (offset <= stream.last || offset > stream.offset)
        wrong(`an offset above ${stream.last}, up to ${stream.offset}`)
      addPublication.run(++id, stream.id, offset, time, expires, data, meta)
      stream.last = offset
      counts.publications++
    }
  }
  if (!isEnded) throw new StoreError('STORE_INPUT', `The export ends after line ${number} and is not whole.`)
  return counts
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch {
    // Said by the caller, with the number of the line.
  }
  return undefined
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
