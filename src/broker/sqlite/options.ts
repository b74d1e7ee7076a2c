/** How a store is opened. */
import { OptionError } from '../../connection/errors.ts'
import type { StoreError } from '../errors.ts'

/**
 * What an acknowledgement means. Both survive the end of the process at any instant, `kill -9` too.
 *
 * - `normal`: the operating system has it. A power cut may lose the last moments; streams then get new epochs, so
 *   that nobody mistakes what comes for what they have.
 * - `full`: the disk has it (a sync for every group of publications).
 */
export type Durability = 'normal' | 'full'

export interface SqliteBrokerOptions {
  /** The file; it is made when it is missing. Beside it come `-wal`, `-shm` and `-lock`. */
  readonly file: string
  readonly durability: Durability
  /** Publications that may wait to be committed; the next is refused. */
  readonly maxQueued: number
  /** Characters of publications that may wait to be committed; a publication that finds as much waiting is refused. */
  readonly maxQueuedLength: number
  /** Reads that may be under way at a time; the next is refused. */
  readonly maxReads: number
  /** Idempotency keys remembered at a time; a publication with one more is refused. */
  readonly maxIdempotencyKeys: number
  /** How long a stream that keeps nothing is remembered after its last use. After that its epoch is another. */
  readonly streamTtlMs: number
  /** Whether kept publications are indexed for `search`. */
  readonly isSearchable: boolean
  /** Told once when the store ends by itself; from then on everything is refused. */
  readonly onFailure: (error: StoreError) => void
}

export const defaultSqliteBrokerOptions: Omit<SqliteBrokerOptions, 'file'> = {
  durability: 'normal',
  // A second or less of a busy server's work, and memory that it can spare.
  maxQueued: 50_000,
  maxQueuedLength: 64 * 1024 * 1024,
  // As many sessions may resume at once after a restart.
  maxReads: 50_000,
  // About 50 bytes each in memory.
  maxIdempotencyKeys: 4_000_000,
  // As long as a device that was put away may come back and resume.
  streamTtlMs: 30 * 24 * 3_600_000,
  isSearchable: true,
  onFailure: () => undefined,
}

/** Completes and checks. @throws OptionError */
export function completeOptions(
  options: Partial<SqliteBrokerOptions> & { readonly file: string },
): SqliteBrokerOptions {
  const complete = { ...defaultSqliteBrokerOptions, ...options }
  if (typeof complete.file !== 'string' || complete.file === '') {
    throw new OptionError('file', complete.file, 'the path of a file')
  }
  if (complete.durability !== 'normal' && complete.durability !== 'full') {
    throw new OptionError('durability', complete.durability, '"normal" or "full"')
  }
  for (const key of [
    'maxQueued',
    'maxQueuedLength',
    'maxReads',
    'maxIdempotencyKeys',
    'streamTtlMs',
  ] as const) {
    if (!Number.isSafeInteger(complete[key]) || complete[key] < 1) {
      throw new OptionError(key, complete[key], 'a whole number from 1')
    }
  }
  return complete
}
