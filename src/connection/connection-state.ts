import type { Ending } from './cause.ts'

/** A connection's state is one of these, and `Connection` alone changes it, only downwards. */
export type ConnectionState =
  | { readonly kind: 'open' }
  /** The peer has ended; what it sent before is still being handled. */
  | { readonly kind: 'finishing'; readonly detail: string }
  /** The ending is decided; last bytes are on their way out. */
  | { readonly kind: 'closing'; readonly ending: Ending }
  | { readonly kind: 'closed'; readonly ending: Ending }

export const openState: ConnectionState = { kind: 'open' }
