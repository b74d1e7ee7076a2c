/** Full-text search over kept publications: what is asked and what is found. */
import type { BrokerPublication } from '../broker.ts'

export interface SearchOptions {
  /** Only in this room. Default: in all. */
  readonly room?: string | undefined
  /** At most so many. Default 20. */
  readonly limit?: number | undefined
  /** Only what is older than this one: `next` of the page before. Default: from the newest. */
  readonly before?: number | undefined
}

export interface Found {
  /** Grows with the order of commits, over all rooms. */
  readonly id: number
  readonly room: string
  readonly epoch: string
  readonly publication: BrokerPublication
}

export interface SearchResult {
  /** Newest first. */
  readonly found: readonly Found[]
  /** `before` of the next page; undefined: there is nothing more. A page may be short, or empty, and have a next. */
  readonly next: number | undefined
}
