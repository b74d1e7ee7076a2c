/** SQLite's failures in the broker's words. */
import { StoreError } from '../errors.ts'

/** Primary result codes, https://www.sqlite.org/rescode.html, that mean something to whoever opens a store. */
const codes = {
  3: 'STORE_UNREADABLE',
  5: 'STORE_LOCKED',
  6: 'STORE_LOCKED',
  8: 'STORE_UNREADABLE',
  11: 'STORE_CORRUPT',
  14: 'STORE_UNREADABLE',
  26: 'STORE_CORRUPT',
} as const

/** What whoever runs a server does about a damaged store. */
export const howToMend =
  'Put a back-up in its place with "longwire restore FILE --data DIR", or move it and its -wal and -shm away to begin anew.'

/** What to say when a store could not be opened. */
export function openingError(file: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error
  const result = resultCode(error)
  const code = codes[result as keyof typeof codes] ?? 'STORE_FAILED'
  const message = error instanceof Error ? error.message : String(error)
  return new StoreError(code, sentences[code](file, message), { cause: error })
}

const sentences = {
  STORE_LOCKED: (file: string) =>
    `The store ${file} is in use by another process. One process at a time can have it open.`,
  STORE_CORRUPT: (file: string, message: string) =>
    `The store ${file} is damaged or is no store (${message}). ${howToMend}`,
  STORE_UNREADABLE: (file: string, message: string) =>
    `The store ${file} cannot be opened or made (${message}). Check the path and who may write there.`,
  STORE_FAILED: (file: string, message: string) => `The store ${file} could not be opened: ${message}.`,
} as const

/** The primary result code; undefined where the error is not SQLite's. */
export function resultCode(error: unknown): number | undefined {
  const { errcode } = error as { errcode?: unknown }
  return typeof errcode === 'number' ? errcode & 0xff : undefined
}
