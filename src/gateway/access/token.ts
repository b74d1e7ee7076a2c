/**
 * Tokens: made at random, kept only as hashes. A token has 256 random bits, so nobody guesses it from its hash,
 * and a plain SHA-256 serves where a password would need a slow hash. Comparison takes the same time for all.
 */
import { Buffer } from 'node:buffer'
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { bearerToken } from '../../transports/http/bearer.ts'
import type { GatewayRequest } from '../exchange.ts'

/** How hashes are written in the rules: `sha256:` and 64 hexadecimal digits. */
export const tokenHash = /^sha256:[0-9a-f]{64}$/

/** A new token, to be given to one client. */
export function newToken(): string {
  return `lw_${randomBytes(32).toString('base64url')}`
}

/** What is kept of a token. */
export function hashOfToken(token: string): string {
  return `sha256:${digest(token).toString('hex')}`
}

/** The token that a request shows: `Authorization: Bearer TOKEN`, or `?_token=TOKEN`. */
export function tokenOf(request: GatewayRequest): string | undefined {
  const header = request.header('authorization')
  if (header !== undefined) return bearerToken(header)
  if (!request.query.includes('_token=')) return undefined
  return new URLSearchParams(request.query).get('_token') ?? undefined
}

/** Finds what belongs to a token. Each candidate is looked at, whichever it is. */
export class TokenHashes<Owner> {
  readonly #owners: readonly { readonly digest: Buffer; readonly owner: Owner }[]

  constructor(owners: readonly (readonly [hash: string, owner: Owner])[]) {
    this.#owners = owners.map(([hash, owner]) => ({ digest: Buffer.from(hash.slice(7), 'hex'), owner }))
  }

  find(token: string): Owner | undefined {
    const shown = digest(token)
    let found: Owner | undefined
    for (const { digest, owner } of this.#owners) if (timingSafeEqual(digest, shown)) found = owner
    return found
  }
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
