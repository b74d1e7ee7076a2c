/**
 * Why the server ends a subscription: the closed table of the Centrifuge client protocol. After a code below 2500 the
 * client leaves it at that; from 2500 on it subscribes again, and recovers.
 */
export interface UnsubscribeRow {
  readonly code: number
  readonly reason: string
  /** When it is given. */
  readonly meaning: string
}

export const unsubscribes = {
  server: { code: 2000, reason: 'server unsubscribe', meaning: 'A program or a moderator ended it.' },
  'insufficient-state': {
    code: 2500,
    reason: 'insufficient state',
    meaning: 'The client may have missed publications; it subscribes again and recovers them.',
  },
  expired: {
    code: 2501,
    reason: 'subscription expired',
    meaning: 'Its token ran out and was not refreshed in time.',
  },
} as const satisfies Record<string, UnsubscribeRow>

export type UnsubscribeName = keyof typeof unsubscribes
