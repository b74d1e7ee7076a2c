/** Looks into a store that may be in use, from outside of the process that has it. */
import { existsSync } from 'node:fs'
import { StoreError } from '../errors.ts'
import { openForReading } from './database.ts'
import { StoreReader } from './reader.ts'
import type { Found, SearchOptions } from './search.ts'

/**
 * Full-text search, newest first, page by page until there are `limit` or no more. What was said in the last seconds may
 * not be indexed yet.
 *
 * @throws StoreError the store cannot be read
 */
export function* searchStore(
  file: string,
  text: string,
  { room, limit = 20 }: Pick<SearchOptions, 'room' | 'limit'> = {},
): Generator<Found, void> {
  if (!existsSync(file)) throw new StoreError('STORE_UNREADABLE', `There is no store ${file}.`)
  const database = openForReading(file)
  try {
    const reader = new StoreReader(database)
    let before: number | undefined
    for (let left = limit; left > 0; ) {
      const { found, next } = reader.search(text, { room, limit: left, before })
      yield* found
      if (next === undefined) return
      left -= found.length
      before = next
    }
  } finally {
    database.close()
  }
}
