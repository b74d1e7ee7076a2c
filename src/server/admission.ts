/** Who is let in to the chat: people with tokens, and where that is configured everybody. */
import { readFileSync } from 'node:fs'
import type { Logger } from 'pino'
import { TokenKeyError } from '../chat/tokens/token-error.ts'
import { TokenVerifier } from '../chat/tokens/verifier.ts'
import type { Configuration } from './configuration/configuration.ts'
import { standardDataDir } from './configuration/load.ts'
import { tokenSecret } from './token-secret.ts'

/** What checks tokens by this configuration. Throws `TokenKeyError`, which says what to do. */
export function tokenVerifier(configuration: Configuration, logger: Logger): TokenVerifier {
  const { jwksUrl, publicKeyFiles, audience, issuer } = configuration.tokens
  return new TokenVerifier({
    secret: tokenSecret(configuration),
    publicKeys: publicKeyFiles.map(readKey),
    jwks: jwksUrl,
    audience,
    issuer,
    failed: (error) => logger.warn({ err: error }, 'the keys for tokens cannot be read'),
  })
}

function readKey(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new TokenKeyError('TOKEN_KEY', `The public key ${file} cannot be read: ${String(error)}`, {
      cause: error,
    })
  }
}

/** What whoever starts a server should know of who can connect; `undefined`: everybody can. */
export function admissionSentence(
  configuration: Configuration,
  { hasKeys }: TokenVerifier,
): string | undefined {
  const { anonymous, host, webhooks } = configuration
  // A back end decides, and says itself whom it lets in.
  if (anonymous || webhooks.connect !== undefined) return undefined
  if (hasKeys) {
    return `Only who has a token is let in${howToMakeOne(configuration)}; --anonymous lets everybody in.`
  }
  return `Nobody can connect: this server is open to other machines (${host}), and there is no key to check tokens with. Set LONGWIRE_TOKENS_SECRET or keep things in a folder (--data DIR), or let everybody in with --anonymous.`
}

/** The command finds the secret where the server has it. */
function howToMakeOne({ tokens, dataDir = standardDataDir }: Configuration): string {
  const command = 'longwire token --user NAME'
  if (tokens.secret !== undefined) return `: "${command}" makes one, where LONGWIRE_TOKENS_SECRET is set`
  if (tokens.publicKeyFiles.length > 0 || tokens.jwksUrl !== undefined) return ''
  return `: "${command}${dataDir === standardDataDir ? '' : ` --data ${dataDir}`}" makes one`
}
