/** What a WebSocket of the plain dialect is told of its end. */
import type { Ending } from '../../../connection/cause.ts'
import { closeCodes } from '../../../transports/websocket/close-codes.ts'
import type { Farewell } from '../../../transports/websocket/codec.ts'
import { identityRefusalOf } from './identity.ts'

/** Policy violation (RFC 6455 section 7.4.1): coming back is of no use before something has changed. */
const policy = 1008

/** Whoever was not let in for what they are is told so, and not that there is no room just now. */
export function plainFarewell({ cause, detail, error }: Ending): Farewell {
  const code = identityRefusalOf(error) === undefined ? closeCodes[cause] : policy
  return { code, reason: detail }
}
