/** `longwire token`: makes a token with the secret of the configuration. */
import { durationExamples, durationMs } from '../src/chat/duration.ts'
import { secretKey } from '../src/chat/tokens/keys.ts'
import { makeToken } from '../src/chat/tokens/make-token.ts'
import { TokenKeyError } from '../src/chat/tokens/token-error.ts'
import type { Configuration } from '../src/server/configuration/configuration.ts'
import { ConfigurationError } from '../src/server/configuration/load.ts'
import { tokenSecret } from '../src/server/token-secret.ts'

/** What stood behind the flags. */
export interface TokenWishes {
  readonly user: string
  readonly ttl: string
  /** Makes it a subscription token. */
  readonly channel?: string
  readonly info?: string
  /** Channels that the server subscribes the client to. */
  readonly subscribe?: readonly string[]
  readonly asModerator?: boolean
}

/** Prints the token alone. Throws `ConfigurationError`. */
export async function printToken(wishes: TokenWishes, configuration: Configuration): Promise<void> {
  const { user, channel, subscribe, asModerator = false } = wishes
  if (channel !== undefined && (subscribe !== undefined || asModerator)) {
    throw new ConfigurationError(
      '--channel makes a token for one channel; --subscribe and --as-moderator stand in the one to connect with.',
    )
  }
  const { audience, issuer } = configuration.tokens
  const claims = {
    sub: user,
    ...(wishes.info === undefined ? {} : { info: infoOf(wishes.info) }),
    ...(channel === undefined ? {} : { channel }),
    ...(subscribe === undefined ? {} : { channels: subscribe }),
    ...(asModerator ? { moderator: true } : {}),
    ...(audience.length === 0 ? {} : { aud: audience[0] }),
    ...(issuer.length === 0 ? {} : { iss: issuer[0] }),
  }
  console.log(await makeToken(claims, { secret: secretOf(configuration), ttlMs: ttlOf(wishes.ttl) }))
}

function secretOf(configuration: Configuration): string {
  try {
    const secret = tokenSecret(configuration, (file) =>
      console.error(
        `longwire: made a new secret, ${file}: the token is good for a server with the same --data alone.`,
      ),
    )
    if (secret !== undefined) {
      secretKey(secret)
      return secret
    }
  } catch (error) {
    if (error instanceof TokenKeyError) throw new ConfigurationError(error.message)
    throw error
  }
  const { publicKeyFiles, jwksUrl } = configuration.tokens
  throw new ConfigurationError(
    publicKeyFiles.length > 0 || jwksUrl !== undefined
      ? 'This server checks tokens with public keys: whoever has the private key makes them. To make them here too, set LONGWIRE_TOKENS_SECRET.'
      : 'There is no secret to make tokens with. Set LONGWIRE_TOKENS_SECRET ("openssl rand -hex 32" makes one) for the server and for this command, or name the folder of the server with --data.',
  )
}

function ttlOf(text: string): number {
  const ttlMs = durationMs(text)
  if (ttlMs !== undefined && ttlMs >= 1000) return ttlMs
  throw new ConfigurationError(
    `--ttl: found ${JSON.stringify(text)}, expected a time such as ${durationExamples}.`,
  )
}

function infoOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's words say where; an example says more.
    throw new ConfigurationError(
      `--info: found ${JSON.stringify(text)}, expected JSON (for example '{"name":"Ann"}').`,
    )
  }
}
