/**
 * The keys that tokens are checked with, each for the one algorithm that it is made for: a token says which algorithm
 * it uses, and that never decides how a key is used (RFC 8725 section 3.1).
 */
import { Buffer } from 'node:buffer'
import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto'
import type { CryptoKey } from 'jose'
import { TokenKeyError } from './token-error.ts'

/** `Ed25519` is the newer name of `EdDSA` with that curve (RFC 9864). */
export const publicAlgorithms = ['RS256', 'ES256', 'EdDSA', 'Ed25519'] as const
export type TokenAlgorithm = 'HS256' | (typeof publicAlgorithms)[number]

/** What of a token's header chooses a key. Nobody vouches for it. */
export interface KeyWish {
  readonly alg: TokenAlgorithm
  readonly kid: string | undefined
}

/** Where keys come from. */
export interface KeySource {
  /** Keys that may have signed such a token; none: it is no token of ours. Rejects with {@link TokenKeyError}. */
  keysFor(wish: KeyWish): Promise<readonly (KeyObject | CryptoKey)[]>
}

/** RFC 7518 section 3.2: a key of at least the size of the hash. */
const leastSecretBytes = 32

/** A secret that whoever makes tokens knows too. Throws {@link TokenKeyError}. */
export function secretKey(secret: string): KeySource {
  const bytes = Buffer.from(secret)
  if (bytes.byteLength < leastSecretBytes) {
    throw new TokenKeyError(
      'TOKEN_KEY',
      `A token secret has at least ${leastSecretBytes} bytes, and this one has ${bytes.byteLength}. "openssl rand -hex 32" makes one.`,
    )
  }
  const key = createSecretKey(bytes)
  return { keysFor: async ({ alg }) => (alg === 'HS256' ? [key] : []) }
}

/** Public keys in PEM: RSA for RS256, P-256 for ES256, Ed25519 for EdDSA. Throws {@link TokenKeyError}. */
export function publicKeys(pems: readonly string[]): KeySource {
  const keys = pems.map(publicKey)
  return {
    keysFor: async ({ alg }) =>
      keys.filter(({ algorithms }) => algorithms.includes(alg)).map(({ key }) => key),
  }
}

function publicKey(pem: string): { key: KeyObject; algorithms: readonly TokenAlgorithm[] } {
  if (pem.includes('PRIVATE KEY-----')) {
    throw new TokenKeyError(
      'TOKEN_KEY',
      'This is a private key, which only whoever makes tokens needs: give the public one ("openssl pkey -in private.pem -pubout").',
    )
  }
  let key: KeyObject
  try {
    key = createPublicKey(pem)
  } catch (error) {
    throw new TokenKeyError('TOKEN_KEY', `This is no public key in PEM: ${String(error)}`, { cause: error })
  }
  return { key, algorithms: algorithmsOf(key) }
}

function algorithmsOf(key: KeyObject): readonly TokenAlgorithm[] {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key
  if (type === 'rsa' && (details?.modulusLength ?? 0) >= 2048) return ['RS256']
  if (type === 'ec' && details?.namedCurve === 'prime256v1') return ['ES256']
  if (type === 'ed25519') return ['EdDSA', 'Ed25519']
  throw new TokenKeyError(
    'TOKEN_KEY',
    `Tokens are checked with RSA keys of at least 2048 bits, P-256 or Ed25519, and this one is ${type}.`,
  )
}
