/** Who may use the server API: whoever shows a key whose hash is configured. The keys themselves are kept nowhere. */
import { readFileSync } from 'node:fs'
import { LongwireError } from '../../connection/errors.ts'
import { TokenBucket } from '../../connection/token-bucket.ts'
import { TokenHashes, tokenHash } from '../../gateway/access/token.ts'

/** The keys may not be like this. The message says what to change. */
export class ApiKeyError extends LongwireError {
  constructor(message: string) {
    super('API_KEYS', message)
  }
}

/** A program that has a key. */
export interface ApiCaller {
  /** For the log: its name behind the hash, or the hash's first digits. */
  readonly name: string
  readonly bucket: TokenBucket
}

export interface CallRate {
  /** A second; 0: no limit. */
  readonly rate: number
  readonly burst: number
}

export class ApiKeys {
  readonly #hashes: TokenHashes<ApiCaller>
  /** No key is configured: nobody may use it. */
  readonly isEmpty: boolean

  /** `entries` are hashes, each with a name behind it if you like, and files of such lines. Throws {@link ApiKeyError}. */
  constructor(entries: readonly string[], { rate, burst }: CallRate) {
    const lines = entries.flatMap((entry) =>
      entry.startsWith('sha256:') ? [{ line: entry, place: 'api.keys' }] : linesOf(entry),
    )
    const callers = lines.map(({ line, place }) => {
      const [hash = '', ...words] = line.split(/\s+/)
      if (!tokenHash.test(hash)) {
        throw new ApiKeyError(
          `${place}: found ${JSON.stringify(line)}, expected a hash as "longwire api key" prints it: sha256: and 64 digits.`,
        )
      }
      const name = words.join(' ') || hash.slice(7, 15)
      return [hash, { name, bucket: new TokenBucket(rate, burst) }] as const
    })
    this.#hashes = new TokenHashes(callers)
    this.isEmpty = callers.length === 0
  }

  /** Whose key this is. Takes the same time whichever it is. */
  find(key: string): ApiCaller | undefined {
    return this.#hashes.find(key)
  }
}

/** The key that a request shows: `X-API-Key: KEY`, `Authorization: apikey KEY` or `Authorization: Bearer KEY`. */
export function keyOf(headers: {
  readonly authorization?: string | undefined
  readonly [name: string]: string | string[] | undefined
}): string | undefined {
  const key = headers['x-api-key']
  if (typeof key === 'string' && key !== '') return key
  return /^(?:apikey|bearer) +(\S+)$/i.exec(headers.authorization ?? '')?.[1]
}

function linesOf(file: string): { line: string; place: string }[] {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new ApiKeyError(`The file of API keys can't be read: ${(error as Error).message}`)
  }
  return text
    .split('\n')
    .map((line, index) => ({ line: line.trim(), place: `${file}: line ${index + 1}` }))
    .filter(({ line }) => line !== '' && !line.startsWith('#'))
}
