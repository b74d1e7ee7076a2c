/** Makes tokens, for whoever has the secret: the server's command, tests, and applications in TypeScript. */
import { Buffer } from 'node:buffer'
import { SignJWT } from 'jose'

/** What a token says: `sub`, `info`, `channels`, `subs`, `moderator`; with `channel` it is a subscription token. */
export type TokenClaims = Readonly<Record<string, unknown>>

/**
 * A token signed with HS256, good from now for `ttlMs`, up to the full second after.
 *
 * @example await makeToken({ sub: 'ann', info: { name: 'Ann' } }, { secret, ttlMs: 3_600_000 })
 */
export function makeToken(
  claims: TokenClaims,
  { secret, ttlMs, now = Date.now }: { secret: string; ttlMs: number; now?: () => number },
): Promise<string> {
  return new SignJWT({ ...claims, iat: Math.floor(now() / 1000), exp: Math.ceil((now() + ttlMs) / 1000) })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .sign(Buffer.from(secret))
}
