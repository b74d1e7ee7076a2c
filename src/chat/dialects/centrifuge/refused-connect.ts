/**
 * How a connection ends whose client only listens and was refused: it gets no replies, so the error of its connect command
 * becomes a disconnect. After a temporary error it comes back, as a client that gets replies would.
 */
import { Disconnect, type DisconnectName } from './disconnects.ts'
import { commandErrors, type ErrorReply } from './errors.ts'

const disconnectOfError: ReadonlyMap<number, DisconnectName> = new Map(
  Object.entries({
    internal: 'internal',
    unauthorized: 'permission-denied',
    'unknown-channel': 'not-available',
    'permission-denied': 'permission-denied',
    'method-not-found': 'not-available',
    'already-subscribed': 'bad-request',
    'limit-exceeded': 'channel-limit',
    'bad-request': 'bad-request',
    'not-available': 'not-available',
    'token-expired': 'expired',
    expired: 'expired',
    'too-many-requests': 'too-many-requests',
    // The position came with the request: it would be the same one again.
    'unrecoverable-position': 'not-available',
  } as const satisfies Record<keyof typeof commandErrors, DisconnectName>).map(([error, disconnect]) => [
    commandErrors[error as keyof typeof commandErrors].code,
    disconnect,
  ]),
)

/** The error's message is for our log; an application's own error is internal if it is temporary, and else a refusal. */
export function disconnectOfRefused({ code, message, temporary }: ErrorReply): Disconnect {
  const standard = temporary === true ? 'internal' : 'permission-denied'
  return new Disconnect(disconnectOfError.get(code) ?? standard, message)
}
