import type { Ending } from './cause.ts'

/** A connection's state is one of these, and `Connection` alone changes it, only downwards. */
export type ConnectionState =
  | { readonly kind: 'open' }
  /** The peer has ended; what it sent before is still being handled. */
  | {
      readonly kind: 'finishing'
      readonly detail: string
      /** The codec has been told, and has given the message that the end completes. */
      readonly isCodecEnded: boolean
      /** The transport is gone as well: nothing can be sent any more. */
      readonly isCut: boolean
    }
  /** The ending is decided; last bytes are on their way out. */
  | { readonly kind: 'closing'; readonly ending: Ending }
  | { readonly kind: 'closed'; readonly ending: Ending }

export const openState: ConnectionState = { kind: 'open' }
