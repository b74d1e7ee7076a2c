/** Tokens of the tests, and what their servers know. */
import { makeToken, type TokenClaims } from '../../../src/exports/chat.ts'
import { type Changes, type Running, run } from '../server/running.ts'

export const secret = 'a secret of at least thirty-two bytes'

/** Good for an hour unless said otherwise. */
export function token(claims: TokenClaims, ttlMs = 3_600_000, now = Date.now): Promise<string> {
  return makeToken(claims, { secret, ttlMs, now })
}

/** One that has expired a minute ago. */
export function expiredToken(claims: TokenClaims): Promise<string> {
  return token(claims, 1_000, () => Date.now() - 60_000)
}

/** A server that lets in who has a token, and nobody else. */
export function runForTokens(changes: Changes = {}): Promise<Running> {
  return run({ anonymous: false, tokens: { secret }, ...changes })
}
