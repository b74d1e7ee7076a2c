import type { TokenProblem } from './transport.ts'

/** Where the connection stands. One value says it all; nothing else needs to agree with it. */
export type ConnectionState =
  /** An attempt is under way; `after` says why the last one ended, where there was one. */
  | { readonly kind: 'connecting'; readonly after: string | undefined }
  | { readonly kind: 'connected' }
  /** The next attempt comes at `retryAt` (milliseconds since the Unix epoch). */
  | { readonly kind: 'waiting'; readonly retryAt: number; readonly reason: string }
  /** The device has no network. An attempt follows as soon as it has one. */
  | { readonly kind: 'offline'; readonly reason: string }
  /** We are let in when we show a token, and come back when the person has given one. */
  | { readonly kind: 'token-wanted'; readonly problem: TokenProblem }
  /** We were turned away, and come back only when the person wants it. */
  | { readonly kind: 'stopped'; readonly reason: string }
