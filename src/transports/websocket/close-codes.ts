/** WebSocket close codes (RFC 6455 section 7.4.1) for each cause. */
import type { Cause } from '../../connection/cause.ts'

export const closeCodes: Readonly<Record<Cause, number>> = {
  'peer-closed': 1000,
  'peer-reset': 1006,
  'read-deadline': 1006,
  'write-deadline': 1006,
  'handshake-deadline': 1008,
  'outbox-full': 1013,
  'message-too-large': 1009,
  protocol: 1002,
  'handler-error': 1011,
  expired: 1008,
  refused: 1013,
  kicked: 1008,
  drain: 1001,
  local: 1000,
}

/** Whether a peer may send this code. The others are reserved, or mean that no code was sent. */
export function isSendableCloseCode(code: number): boolean {
  if (code >= 3000 && code <= 4999) return true
  return code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006
}
