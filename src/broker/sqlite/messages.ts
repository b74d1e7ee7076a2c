/** What the broker and its threads say to each other. */
import { BrokerError, type BrokerErrorCode } from '../errors.ts'
import type { SqliteBrokerOptions } from './options.ts'

/** What a thread begins with. Functions do not cross threads. */
export type ThreadOptions = Omit<SqliteBrokerOptions, 'onFailure'>

/**
 * Publications that become one transaction, as columns: arrays of strings and numbers cross to a thread several
 * times faster than objects do.
 */
export interface Group {
  /** The rooms of the group, each once. */
  readonly rooms: string[]
  /** For each publication where its room stands in `rooms`. */
  readonly room: number[]
  readonly data: string[]
  readonly meta: (string | undefined)[]
  readonly time: number[]
  /** 0: not kept. */
  readonly size: number[]
  /** Milliseconds since the Unix epoch; 0: never. */
  readonly expires: number[]
  readonly key: (string | undefined)[]
  /** Milliseconds since the Unix epoch. */
  readonly keyExpires: number[]
  /** Rooms whose streams begin, if they do not exist, without a publication. */
  readonly begins: string[]
}

export function emptyGroup(): Group {
  return {
    rooms: [],
    room: [],
    data: [],
    meta: [],
    time: [],
    size: [],
    expires: [],
    key: [],
    keyExpires: [],
    begins: [],
  }
}

/** For each publication of a group where it stands. */
export interface GroupResult {
  readonly offset: number[]
  readonly epoch: string[]
  readonly outcome: Outcome[]
}

/** What became of one publication in a group that was committed. */
export const outcomes = { made: 0, duplicate: 1, tooManyKeys: 2 } as const
export type Outcome = (typeof outcomes)[keyof typeof outcomes]

export interface Failure {
  readonly code: BrokerErrorCode
  readonly message: string
}

export function failureOf(error: unknown): Failure {
  if (error instanceof BrokerError) return { code: error.code, message: error.message }
  return {
    code: 'STORE_FAILED',
    message: `The store failed: ${error instanceof Error ? error.message : error}.`,
  }
}

export type Request =
  | { readonly kind: 'group'; readonly group: Group }
  | { readonly kind: 'call'; readonly id: number; readonly method: string; readonly args: readonly unknown[] }
  | { readonly kind: 'close' }

export type Response =
  | { readonly kind: 'ready' }
  | { readonly kind: 'refused'; readonly failure: Failure }
  | { readonly kind: 'committed'; readonly result: GroupResult }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'returned'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'threw'; readonly id: number; readonly failure: Failure }
  /** Streams that were forgotten: their rooms. */
  | { readonly kind: 'forgotten'; readonly rooms: string[] }
  /** The thread cannot go on and ends. */
  | { readonly kind: 'broken'; readonly failure: Failure }
  | { readonly kind: 'closed' }
