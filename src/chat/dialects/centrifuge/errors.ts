/**
 * What a command may be answered with instead of a result: the closed table of the Centrifuge client protocol.
 * A client may send a command again after a temporary error, with growing pauses.
 *
 * Source: centrifugal.dev, "Client protocol", and the protocol's table of built-in errors.
 */
import { LongwireError } from '../../../connection/errors.ts'

export interface ErrorRow {
  readonly code: number
  readonly message: string
  readonly temporary: boolean
  /** When it is given. */
  readonly meaning: string
}

export const commandErrors = {
  internal: {
    code: 100,
    message: 'internal server error',
    temporary: true,
    meaning: 'Something failed on our side: a handler threw, the store did not answer.',
  },
  unauthorized: {
    code: 101,
    message: 'unauthorized',
    temporary: false,
    meaning: 'The command needs to know who asks.',
  },
  'unknown-channel': {
    code: 102,
    message: 'unknown channel',
    temporary: false,
    meaning: 'The name begins with a namespace that there is not.',
  },
  'permission-denied': {
    code: 103,
    message: 'permission denied',
    temporary: false,
    meaning: 'The rules of this room do not let this client do that.',
  },
  'method-not-found': {
    code: 104,
    message: 'method not found',
    temporary: false,
    meaning: 'No handler answers this rpc.',
  },
  'already-subscribed': {
    code: 105,
    message: 'already subscribed',
    temporary: false,
    meaning: 'This connection is subscribed to the channel, or about to be.',
  },
  'limit-exceeded': {
    code: 106,
    message: 'limit exceeded',
    temporary: false,
    meaning:
      'One subscription more than a connection may have, one member more than the room, or too large a message.',
  },
  'bad-request': {
    code: 107,
    message: 'bad request',
    temporary: false,
    meaning:
      'The command is well formed and cannot be meant: a name that no room may have, no data to publish, data that are no JSON.',
  },
  'not-available': {
    code: 108,
    message: 'not available',
    temporary: false,
    meaning: 'The room does not offer this: it keeps no history, tells no presence.',
  },
  'token-expired': {
    code: 109,
    message: 'token expired',
    temporary: false,
    meaning: 'The client has to get a new token and send the command again.',
  },
  expired: {
    code: 110,
    message: 'expired',
    temporary: false,
    meaning: 'What a refresh was to prolong has ended already.',
  },
  'too-many-requests': {
    code: 111,
    message: 'too many requests',
    temporary: true,
    meaning:
      'The client, or all in the room together, send faster than they may; this command was not carried out.',
  },
  'unrecoverable-position': {
    code: 112,
    message: 'unrecoverable position',
    temporary: false,
    meaning: 'The stream that the position belongs to is no more, or what followed it is no longer kept.',
  },
} as const satisfies Record<string, ErrorRow>

export type ErrorName = keyof typeof commandErrors

/** What the client is answered. `temporary` stands only where it is true. */
export interface ErrorReply {
  readonly code: number
  readonly message: string
  readonly temporary?: true
}

/**
 * Thrown by a command's handler: the client gets this error as its reply. Applications may give codes of their own,
 * from 400 on, with a message for the client.
 */
export class CommandError extends LongwireError {
  readonly reply: ErrorReply

  constructor(error: ErrorName | { code: number; message: string; temporary?: boolean }) {
    const { code, message, temporary = false } = typeof error === 'string' ? commandErrors[error] : error
    super('COMMAND', message)
    this.reply = { code, message, ...(temporary ? { temporary: true } : {}) }
  }
}
