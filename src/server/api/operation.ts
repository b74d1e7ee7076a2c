/**
 * One thing that other programs may ask of this server. Its path, its checks, its place in a batch and its
 * description in the OpenAPI document all derive from this.
 */
import type { z } from 'zod'
import type { SearchOptions, SearchResult } from '../../broker/sqlite/search.ts'
import type { ChatServer } from '../../chat/chat-server.ts'
import type { ErrorName } from '../../chat/dialects/centrifuge/errors.ts'
import type { ApiCounts } from './counts.ts'

export interface Operation<Request = unknown> {
  /** The last part of its path, and its key in a batch. */
  readonly name: string
  /** What it does, in a few words. */
  readonly summary: string
  /** What else one has to know. */
  readonly description?: string
  readonly request: z.ZodType<Request>
  readonly result: z.ZodType
  readonly example: { readonly request: object; readonly result: object }
  /** What it may be answered with instead, beside the errors that every operation has. */
  readonly errors?: readonly ErrorName[]
  /** Does it. What is thrown is the answer's error; texts in `RawJson` stand in the result as they are. */
  run(services: ApiServices, request: Request): unknown
}

/** What operations work on. */
export interface ApiServices {
  readonly chat: ChatServer
  /** Searches what rooms have kept; `undefined`: this store has no search. */
  readonly search: ((text: string, options: SearchOptions) => Promise<SearchResult>) | undefined
  /** Seconds since this process began. */
  readonly uptime: () => number
  /** Told of what failed on our side, for the log. */
  readonly failed: (error: unknown, operation: string) => void
  readonly counts: ApiCounts
}

/** An operation among others, its request's type checked against its schema. */
export function operation<Schema extends z.ZodType>(
  definition: Omit<Operation<z.output<Schema>>, 'request'> & { readonly request: Schema },
): Operation {
  return definition as unknown as Operation
}
