/**
 * Checks tokens: JSON Web Tokens (RFC 7519) signed by somebody whose key is known here.
 *
 * @example
 * const verifier = new TokenVerifier({ secret: process.env.TOKEN_SECRET })
 * const { user, info } = await verifier.connection(token)
 */
import { decodeProtectedHeader, errors, jwtVerify } from 'jose'
import {
  type ConnectionToken,
  readConnectionToken,
  readSubscriptionToken,
  type SubscriptionToken,
} from './claims.ts'
import { type KeySetOptions, KeySetUrl } from './key-set-url.ts'
import {
  type KeySource,
  type KeyWish,
  publicAlgorithms,
  publicKeys,
  secretKey,
  type TokenAlgorithm,
} from './keys.ts'
import { TokenError, type TokenKeyError } from './token-error.ts'

export interface TokenVerifierOptions {
  /** For HS256: at least 32 bytes that whoever makes tokens knows too. */
  readonly secret?: string | undefined
  /** For RS256, ES256 and EdDSA: public keys in PEM. */
  readonly publicKeys?: readonly string[] | undefined
  /** For the same: a URL that gives a JSON Web Key Set. */
  readonly jwks?: string | KeySetOptions | undefined
  /** A token must be for one of these (`aud`). Default: it may be for anybody. */
  readonly audience?: string | readonly string[] | undefined
  /** A token must be from one of these (`iss`). Default: it may be from anybody who has the key. */
  readonly issuer?: string | readonly string[] | undefined
  /** Milliseconds since the Unix epoch. */
  readonly now?: (() => number) | undefined
  /** Told when keys cannot be read from the URL. */
  readonly failed?: ((error: TokenKeyError) => void) | undefined
}

/** Claims for ten thousand channels fit; what is larger is not worth a signature's check. */
const mostCharacters = 1_048_576

/** How far ahead of ours the clock of whoever makes tokens may be, in seconds. An end is an end. */
const leewaySeconds = 30

export class TokenVerifier {
  readonly #sources: readonly KeySource[]
  readonly #keySet: KeySetUrl | undefined
  readonly #algorithms: ReadonlySet<string>
  readonly #audience: string[] | undefined
  readonly #issuer: string[] | undefined
  readonly #now: () => number

  /** Throws `TokenKeyError` for a key that cannot be used. Without any key no token is good. */
  constructor({ secret, publicKeys: pems = [], jwks, ...options }: TokenVerifierOptions) {
    const { audience, issuer, now = Date.now, failed } = options
    const keySet = typeof jwks === 'string' ? { url: jwks } : jwks
    if (keySet !== undefined) {
      this.#keySet = new KeySetUrl({ ...(failed === undefined ? {} : { failed }), ...keySet })
    }
    this.#sources = [
      ...(secret === undefined ? [] : [secretKey(secret)]),
      ...(pems.length === 0 ? [] : [publicKeys(pems)]),
      ...(this.#keySet === undefined ? [] : [this.#keySet]),
    ]
    const hasPublic = pems.length > 0 || keySet !== undefined
    this.#algorithms = new Set<TokenAlgorithm>([
      ...(secret === undefined ? [] : (['HS256'] as const)),
      ...(hasPublic ? publicAlgorithms : []),
    ])
    this.#audience = listOf(audience)
    this.#issuer = listOf(issuer)
    this.#now = now
  }

  /** Whether there is anything to check a token with. */
  get hasKeys(): boolean {
    return this.#sources.length > 0
  }

  /** Reads the keys at the URL, so that the first who comes need not wait for them. Never rejects. */
  async readKeys(): Promise<void> {
    await this.#keySet?.refresh()
  }

  /** Reads a token to connect with. Rejects with {@link TokenError}, and `TokenKeyError` while keys cannot be had. */
  async connection(token: string): Promise<ConnectionToken> {
    return readConnectionToken(await this.#claims(token))
  }

  /** Reads a token for one channel. Rejects as {@link TokenVerifier.connection} does. */
  async subscription(token: string): Promise<SubscriptionToken> {
    return readSubscriptionToken(await this.#claims(token))
  }

  async #claims(token: string): Promise<object> {
    if (!this.hasKeys) throw invalid('No key is configured that tokens could be checked with.')
    if (token.length > mostCharacters) throw invalid(`It is longer than ${mostCharacters} characters.`)
    const wish = this.#wishOf(token)
    for (const source of this.#sources) {
      for (const key of await source.keysFor(wish)) {
        try {
          const { payload } = await jwtVerify(token, key, {
            algorithms: [wish.alg],
            currentDate: new Date(this.#now()),
            clockTolerance: leewaySeconds,
            ...(this.#audience === undefined ? {} : { audience: this.#audience }),
            ...(this.#issuer === undefined ? {} : { issuer: this.#issuer }),
          })
          this.#checkTimes(payload)
          return payload
        } catch (error) {
          // Another key may have signed it.
          if (error instanceof errors.JWSSignatureVerificationFailed) continue
          throw refusalOf(error)
        }
      }
    }
    throw invalid('None of the keys that are known here has signed it.')
  }

  /** What the header says is believed only as far as it chooses among the keys that are for it. */
  #wishOf(token: string): KeyWish {
    let header: { alg?: string; kid?: string }
    try {
      header = decodeProtectedHeader(token)
    } catch (error) {
      throw invalid('It is no JSON Web Token.', error)
    }
    const { alg, kid } = header
    if (alg === undefined || !this.#algorithms.has(alg)) {
      const known = [...this.#algorithms].join(', ')
      throw invalid(
        `It is signed with ${String(alg).slice(0, 20)}; the keys that are known here are for ${known}.`,
      )
    }
    return { alg: alg as TokenAlgorithm, kid: typeof kid === 'string' ? kid : undefined }
  }

  #checkTimes({ exp, iat }: { exp?: number; iat?: number }): void {
    const seconds = this.#now() / 1000
    if (exp !== undefined && exp <= seconds) throw expired()
    if (iat !== undefined && iat > seconds + leewaySeconds) {
      throw invalid('It was made in the future: is a clock wrong?')
    }
  }
}

function refusalOf(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) return expired(error)
  if (error instanceof errors.JOSEError) return invalid(`${error.message}.`, error)
  return error
}

function expired(cause?: unknown): TokenError {
  return new TokenError('TOKEN_EXPIRED', 'The token has expired.', { cause })
}

function invalid(sentence: string, cause?: unknown): TokenError {
  return new TokenError('TOKEN_INVALID', `The token is not valid. ${sentence}`, { cause })
}

function listOf(value: string | readonly string[] | undefined): string[] | undefined {
  if (value === undefined) return undefined
  const list = typeof value === 'string' ? [value] : [...value]
  return list.length === 0 ? undefined : list
}
