import type { Disconnect } from '../dialects/centrifuge/disconnects.ts'
import type { Membership } from '../membership.ts'
import type { ModerationNotice } from './notice.ts'
import type { Who } from './sanctions.ts'

/** A session as moderation sees it, whatever its dialect. */
export interface Person extends Who {
  /** Identifies the session. */
  readonly client: string
  /** May give orders; no mute holds for them. */
  readonly isModerator: boolean
  readonly memberships: readonly Membership[]
  /** Is told something, and stays. */
  tell(notice: ModerationNotice): void
  /** Is told why, and its connection ends. */
  expel(notice: ModerationNotice): void
  /** A program ends its connection. */
  end(disconnect: Disconnect): void
  /** Is told why, and leaves a room; of no effect when it is not in it and not about to enter. */
  expelFrom(room: string, notice: ModerationNotice): void
}

/** Whom an order finds: sessions of a user or from an address, one session, or all of a name in a room. */
export type PersonTarget =
  | { readonly user: string }
  | { readonly address: string }
  | { readonly client: string }
  | NamedTarget

/** All of a name in a room. */
export interface NamedTarget {
  readonly name: string
  readonly room: string
  /** Those alone who are known by a token, or those alone who are not. Default: both. */
  readonly isKnown?: boolean
}
