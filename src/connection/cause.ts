/**
 * Why a connection ended: a closed list, one sentence a row.
 *
 * Logs, metrics, close codes, tests and docs derive from this table; nothing ends a connection without
 * naming one of its rows. Add a row only for a reason an operator would act on differently.
 */
export const causes = {
  'peer-closed': 'The peer ended the connection in an orderly way.',
  'peer-reset':
    'The connection broke: reset, timed out in the network, or the peer went away while we wrote.',
  'read-deadline': 'Nothing was heard from the peer for longer than the read deadline, pings included.',
  'write-deadline': 'The peer did not take all of what we wrote within the write deadline.',
  'handshake-deadline': 'The peer did not finish its handshake in time.',
  'outbox-full': 'The peer read more slowly than messages came for it, until its outbox was full.',
  'message-too-large': 'The peer sent a message over the size limit.',
  protocol: 'The peer sent bytes that its protocol does not allow.',
  'handler-error': 'Our own handler of this connection failed.',
  expired: 'What entitled the peer to this connection (a token, a lifetime, an idle time) ran out.',
  refused: 'A limit or a rule did not admit this connection.',
  kicked: 'A person or a program told us to disconnect this peer.',
  drain: 'This process is ending and has asked its peers to move.',
  local: 'The program that owns the connection closed it.',
} as const satisfies Record<string, string>

export type Cause = keyof typeof causes

/** What was known when the connection ended. Times are milliseconds since the Unix epoch, or `undefined`: never. */
export interface Evidence {
  readonly openedAt: number
  readonly endedAt: number
  readonly lastReadAt: number | undefined
  readonly lastWriteAt: number | undefined
  /** Round trip of the last answered ping, in milliseconds. */
  readonly roundTripMs: number | undefined
  readonly readBytes: number
  readonly writtenBytes: number
  /** Bytes that were still queued for the peer, ours and the transport's. */
  readonly queuedBytes: number
  /** Messages that had been read and not yet handled. */
  readonly inboxMessages: number
}

/** How a connection ended. `detail` is a sentence for people; `error` what was thrown, where something was. */
export interface Ending {
  readonly cause: Cause
  readonly detail: string
  readonly evidence: Evidence
  readonly error?: unknown
}
