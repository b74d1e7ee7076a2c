/**
 * Why the server ends a connection: the closed table of the Centrifuge client protocol. After a code from 3000 to
 * 3499 a client comes back by itself; after one from 3500 to 3999 it stays away until it is told to connect.
 *
 * Source: centrifugal.dev, "Client protocol", and the protocol's table of disconnect codes.
 */
import type { Cause, Ending } from '../../../connection/cause.ts'
import { LongwireError } from '../../../connection/errors.ts'

export interface DisconnectRow {
  readonly code: number
  readonly reason: string
  /** How the kernel calls an ending with this code. */
  readonly endsWith: Cause
  /** When it is given. */
  readonly meaning: string
}

export const disconnects = {
  'connection-closed': {
    code: 3000,
    reason: 'connection closed',
    endsWith: 'local',
    meaning: 'The connection ended without a more particular reason.',
  },
  shutdown: {
    code: 3001,
    reason: 'shutdown',
    endsWith: 'drain',
    meaning: 'This server is going away; another takes over.',
  },
  internal: {
    code: 3004,
    reason: 'internal server error',
    endsWith: 'handler-error',
    meaning: 'Our own handler failed, or a unidirectional client is to try again.',
  },
  expired: {
    code: 3005,
    reason: 'connection expired',
    endsWith: 'expired',
    meaning:
      'The token ran out and was not refreshed in time; a unidirectional client came with one that had.',
  },
  'subscription-expired': {
    code: 3006,
    reason: 'subscription expired',
    endsWith: 'expired',
    meaning: 'A subscription of the server ran out and was not prolonged in time.',
  },
  slow: {
    code: 3008,
    reason: 'slow',
    endsWith: 'outbox-full',
    meaning: 'The client reads more slowly than messages come for it; it recovers from the history.',
  },
  'write-error': {
    code: 3009,
    reason: 'write error',
    endsWith: 'write-deadline',
    meaning:
      'The client took nothing for too long. By its nature it does not arrive: handlers and the log have it.',
  },
  'insufficient-state': {
    code: 3010,
    reason: 'insufficient state',
    endsWith: 'local',
    meaning: 'A subscription of the server may have missed something; the client recovers from the history.',
  },
  'force-reconnect': {
    code: 3011,
    reason: 'force reconnect',
    endsWith: 'kicked',
    meaning: 'An application asked this client to connect again; nothing else does.',
  },
  'no-pong': {
    code: 3012,
    reason: 'no pong',
    endsWith: 'protocol',
    meaning: 'The client did not answer a ping in time.',
  },
  'too-many-requests': {
    code: 3013,
    reason: 'too many requests',
    endsWith: 'protocol',
    meaning: 'The client sends faster than it may, commands that have no reply.',
  },
  'invalid-token': {
    code: 3500,
    reason: 'invalid token',
    endsWith: 'refused',
    meaning: 'The token is no token of ours.',
  },
  'bad-request': {
    code: 3501,
    reason: 'bad request',
    endsWith: 'protocol',
    meaning:
      'What came is not this protocol: no JSON or Protobuf, an unknown command, a field of a wrong type, a command before connect.',
  },
  stale: {
    code: 3502,
    reason: 'stale',
    endsWith: 'handshake-deadline',
    meaning: 'No connect command came in time.',
  },
  'force-disconnect': {
    code: 3503,
    reason: 'force disconnect',
    endsWith: 'kicked',
    meaning: 'A person or a program asked this client to go.',
  },
  'connection-limit': {
    code: 3504,
    reason: 'connection limit',
    endsWith: 'refused',
    meaning: 'Its user has as many connections as a user may have.',
  },
  'channel-limit': {
    code: 3505,
    reason: 'channel limit',
    endsWith: 'refused',
    meaning:
      'The server was to subscribe this client to more channels than it may have, or a unidirectional client to a full one.',
  },
  'inappropriate-protocol': {
    code: 3506,
    reason: 'inappropriate protocol',
    endsWith: 'protocol',
    meaning:
      'The client asked for an encoding that is not spoken where it asked: Protobuf at `/connection/uni_websocket`.',
  },
  'permission-denied': {
    code: 3507,
    reason: 'permission denied',
    endsWith: 'refused',
    meaning: 'The rules do not let this client connect.',
  },
  'not-available': {
    code: 3508,
    reason: 'not available',
    endsWith: 'refused',
    meaning: 'This is not offered here: an application says so, or a unidirectional client asked for it.',
  },
  'too-many-errors': {
    code: 3509,
    reason: 'too many errors',
    endsWith: 'protocol',
    meaning: 'The client went on sending commands that failed; error 111 does not count.',
  },
} as const satisfies Record<string, DisconnectRow>

export type DisconnectName = keyof typeof disconnects

/** Whether a client comes back by itself: the protocol's codes below 3500, and an application's below 4500. */
export function isReconnect(code: number): boolean {
  return code < 3500 || (code >= 4000 && code < 4500)
}

/**
 * Thrown by a handler: the connection ends with this code and reason. Applications may give codes of their own,
 * 4000 to 4499 for clients that shall come back, 4500 to 4999 for those that shall not.
 */
export class Disconnect extends LongwireError {
  /** What the client is told. */
  readonly status: number
  readonly reason: string
  /** How the kernel calls it. */
  readonly endsWith: Cause

  /** `detail` is for our log alone. */
  constructor(disconnect: DisconnectName | { code: number; reason: string }, detail?: string) {
    const row = typeof disconnect === 'string' ? disconnects[disconnect] : disconnect
    const { code, reason } = row
    super('DISCONNECT', detail ?? `The client is told: ${reason}.`)
    this.status = code
    this.reason = reason
    this.endsWith = 'endsWith' in row ? row.endsWith : 'kicked'
  }
}

/** What each of the kernel's causes is for a client. */
const rowOfCause: Readonly<Record<Cause, DisconnectName>> = {
  'peer-closed': 'connection-closed',
  'peer-reset': 'connection-closed',
  'read-deadline': 'no-pong',
  'write-deadline': 'write-error',
  'handshake-deadline': 'stale',
  'outbox-full': 'slow',
  'message-too-large': 'bad-request',
  protocol: 'bad-request',
  'handler-error': 'internal',
  expired: 'expired',
  refused: 'connection-limit',
  kicked: 'force-disconnect',
  drain: 'shutdown',
  local: 'connection-closed',
}

/** What a client is told of how its connection ended. */
export function disconnectOf({ cause, error }: Ending): { code: number; reason: string } {
  if (error instanceof Disconnect) return { code: error.status, reason: error.reason }
  const { code, reason } = disconnects[rowOfCause[cause]]
  return { code, reason }
}
