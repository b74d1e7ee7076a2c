/** What a WebSocket of the plain dialect is told of its end. */
import type { Ending } from '../../../connection/cause.ts'
import { closeCodes } from '../../../transports/websocket/close-codes.ts'
import type { Farewell } from '../../../transports/websocket/codec.ts'
import { type IdentityRefusal, identityRefusalOf } from './identity.ts'

/** Policy violation (RFC 6455 section 7.4.1): coming back is of no use before something has changed. */
const policy = 1008
/** Try again later (the registry of RFC 6455). */
const later = 1013

const codes: Readonly<Record<string, number>> = {
  ...{ 'token-required': policy, 'token-expired': policy, 'token-invalid': policy, refused: policy },
  unavailable: later,
} satisfies Record<IdentityRefusal['code'], number>

/** Whoever was not let in for what they are is told so, and not that there is no room just now. */
export function plainFarewell({ cause, detail, error }: Ending): Farewell {
  return { code: codes[identityRefusalOf(error)?.code ?? ''] ?? closeCodes[cause], reason: detail }
}
