/**
 * Public keys that whoever makes tokens publishes at a URL, as a JSON Web Key Set (RFC 7517 section 5). Keys may change
 * at any time: the set is read again when it is old, and when a token names a key that is not in it. While the URL does
 * not answer, the keys that were read last go on being good.
 */
import { Buffer } from 'node:buffer'
import { performance } from 'node:perf_hooks'
import { type CryptoKey, createLocalJWKSet, errors, type JSONWebKeySet, type LocalJWKSet } from 'jose'
import type { KeySource, KeyWish } from './keys.ts'
import { TokenKeyError } from './token-error.ts'

export interface KeySetOptions {
  readonly url: string
  /** After that the set is read again, in milliseconds. Default: ten minutes, so that a key that was withdrawn ends. */
  readonly maxAgeMs?: number
  /**
   * Between two reads, in milliseconds, whatever tokens name: nobody makes us ask more often. Default: half a minute,
   * within which a new key works everywhere.
   */
  readonly coolDownMs?: number
  /** The same while there are no keys at all. Default: a second. */
  readonly firstCoolDownMs?: number
  /** How long the answer may take, in milliseconds. Default: five seconds, within a client's patience. */
  readonly timeoutMs?: number
  /** Milliseconds that only go up. */
  readonly now?: () => number
  /** Told when the set cannot be read, whether older keys remain or not. */
  readonly failed?: (error: TokenKeyError) => void
}

/** A set of a hundred RSA keys is far below. */
const mostBytes = 262_144

export class KeySetUrl implements KeySource {
  readonly #options: Required<KeySetOptions>
  #set: LocalJWKSet | undefined
  #readAt = Number.NEGATIVE_INFINITY
  #askedAt = Number.NEGATIVE_INFINITY
  #reading: Promise<void> | undefined
  #error: TokenKeyError | undefined

  constructor(options: KeySetOptions) {
    this.#options = {
      maxAgeMs: 600_000,
      coolDownMs: 30_000,
      firstCoolDownMs: 1_000,
      timeoutMs: 5_000,
      now: () => performance.now(),
      failed: () => {},
      ...options,
    }
  }

  async keysFor(wish: KeyWish): Promise<readonly CryptoKey[]> {
    if (wish.alg === 'HS256') return []
    const { now, maxAgeMs } = this.#options
    if (now() - this.#readAt >= maxAgeMs) await this.refresh()
    if (this.#set === undefined) throw this.#error
    const found = await matching(this.#set, wish)
    if (found.length > 0) return found
    await this.refresh()
    return matching(this.#set, wish)
  }

  /** Reads the set, unless that was just tried. Never rejects: what went wrong is told, and what there was remains. */
  async refresh(): Promise<void> {
    const { now, coolDownMs, firstCoolDownMs, failed } = this.#options
    const pause = this.#set === undefined ? firstCoolDownMs : coolDownMs
    if (this.#reading === undefined && now() - this.#askedAt < pause) return
    this.#reading ??= this.#read().then(
      () => {
        this.#reading = undefined
        this.#error = undefined
      },
      (error) => {
        this.#reading = undefined
        this.#error = this.#unavailable(error)
        failed(this.#error)
      },
    )
    await this.#reading
  }

  async #read(): Promise<void> {
    const { url, timeoutMs, now } = this.#options
    this.#askedAt = now()
    const response = await fetch(url, {
      // A set that is elsewhere is named as it is.
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
      headers: { Accept: 'application/jwk-set+json, application/json' },
    })
    if (!response.ok) {
      await response.body?.cancel()
      throw new Error(`it answered ${response.status}`)
    }
    this.#set = createLocalJWKSet(JSON.parse(await textOf(response)) as JSONWebKeySet)
    this.#readAt = now()
  }

  #unavailable(error: unknown): TokenKeyError {
    // Its query may hold a secret, and this is logged.
    const { origin, pathname } = new URL(this.#options.url)
    const reason =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
    const rest = this.#set === undefined ? 'there are no keys to check tokens with' : 'the last ones remain'
    return new TokenKeyError(
      'TOKEN_KEYS_UNAVAILABLE',
      `The keys at ${origin}${pathname} cannot be read: ${reason}; ${rest}.`,
      {
        cause: error,
      },
    )
  }
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > mostBytes) throw new Error(`it is larger than ${mostBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

/** All keys of the set that may have signed such a token: without a `kid`, it may be several. */
async function matching(set: LocalJWKSet, { alg, kid }: KeyWish): Promise<readonly CryptoKey[]> {
  try {
    return [await set({ alg, ...(kid === undefined ? {} : { kid }) })]
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) return []
    // A key of the set that is none is as good as not there.
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) return []
    return Array.fromAsync(error)
  }
}
