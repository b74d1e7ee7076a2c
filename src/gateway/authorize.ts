/**
 * The access check: asked for each command before it is sent, by every style, with the request that brought it.
 */
import type { GatewayRequest, ReplyHeaders } from './exchange.ts'

/** One command: its name and arguments, as they will be sent to Redis. */
export type CommandWords = readonly (string | Buffer)[]

export interface Refusal {
  /**
   * 401: no token, or an unknown one; 403: what was shown doesn't allow the command; 429: too many requests;
   * 503: Redis could not yet be asked what its commands are.
   */
  readonly status: 401 | 403 | 429 | 503
  /** One sentence, for the client. */
  readonly message: string
  /** Such as `Retry-After` or `WWW-Authenticate`. */
  readonly headers?: ReplyHeaders
}

/** `undefined`: the command may be sent. */
export type Authorize = (request: GatewayRequest, command: CommandWords) => Refusal | undefined
