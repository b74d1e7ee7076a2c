/** What a request is called in its reply and in the log: as the client calls it, where that is sane, else by a new name. */
import { randomBytes } from 'node:crypto'

/** Nothing that could be taken for two words, a header or a line of its own. */
const sane = /^[\w.~+/=:@-]{1,128}$/
/** Tells this process's names from those of others, also of the one before a restart. */
const prefix = randomBytes(6).toString('base64url')
let made = 0

/** `shown`: what the client's `X-Request-Id` says. */
export function requestIdOf(shown: string | undefined): string {
  return shown !== undefined && sane.test(shown) ? shown : `${prefix}-${(++made).toString(36)}`
}
