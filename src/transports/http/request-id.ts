/** What a request is called in its reply and in the log: as the client calls it, where that is sane, else by a new name. */
import { randomBytes } from 'node:crypto'

/** Nothing that could be taken for two words, a header or a line of its own. */
const sane = /^[\w.~+/=:@-]{1,128}$/

/** `shown`: what the client's `X-Request-Id` says. */
export function requestIdOf(shown: string | undefined): string {
  return shown !== undefined && sane.test(shown) ? shown : nextId()
}

/**
 * Tells this process's names from those of others, also of the one before a restart. Short, so that names up to the sixty
 * millionth have twelve characters: up to there V8 copies two strings into one, longer ones it leaves in two parts.
 */
const prefix = randomBytes(4).toString('base64url')
/** The last two digits of a counter with 36 of them; hot path, so they are not made anew each time. */
const lastDigits = Array.from({ length: 36 ** 2 }, (_, value) => value.toString(36).padStart(2, '0'))
let rounds = 0
let digits = 0
let begin = `${prefix}-`

function nextId(): string {
  if (digits === lastDigits.length) {
    digits = 0
    begin = `${prefix}-${(++rounds).toString(36)}`
  }
  return begin + lastDigits[digits++]!
}
