/**
 * The secret that tokens are made with where nobody has configured a key: made at random at the first need and kept in
 * the folder for what is kept, so that `longwire token` works at once. Whoever may read that file may be anybody here.
 */
import { randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TokenKeyError } from '../chat/tokens/token-error.ts'
import type { Configuration } from './configuration/configuration.ts'

/** Its name in that folder. */
export const secretFile = 'token-secret'

/**
 * The configured secret, else the one in the folder, which is made if there is none (`made` is told where); `undefined`: other keys are
 * configured, or nothing is kept. Throws {@link TokenKeyError}.
 */
export function tokenSecret(
  { tokens, store, dataDir }: Configuration,
  made: (file: string) => void = () => {},
): string | undefined {
  if (tokens.secret !== undefined) return tokens.secret
  // Whoever configures keys trusts those and no other.
  if (tokens.publicKeyFiles.length > 0 || tokens.jwksUrl !== undefined) return undefined
  if (store === 'memory' || dataDir === undefined) return undefined
  const file = join(dataDir, secretFile)
  try {
    const secret = read(file)
    if (secret !== undefined) return secret
    made(file)
    return make(dataDir, file)
  } catch (error) {
    if (error instanceof TokenKeyError) throw error
    throw new TokenKeyError('TOKEN_KEY', `The secret for tokens in ${file} cannot be had: ${String(error)}`, {
      cause: error,
    })
  }
}

function read(file: string): string | undefined {
  const stats = statSync(file, { throwIfNoEntry: false })
  if (stats === undefined) return undefined
  if ((stats.mode & 0o077) !== 0 && process.platform !== 'win32') {
    throw new TokenKeyError(
      'TOKEN_KEY',
      `The secret for tokens in ${file} can be read by others on this machine. Mend that with: chmod 600 ${file}`,
    )
  }
  return readFileSync(file, 'utf8').trim()
}

/** Whoever is first makes it, whole; who comes second finds it. */
function make(folder: string, file: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const own = `${file}.${process.pid}`
  writeFileSync(own, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' })
  try {
    linkSync(own, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(own)
  }
  return readFileSync(file, 'utf8').trim()
}
