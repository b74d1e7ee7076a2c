import { CommandError } from '../errors.ts'

/**
 * How the protocol tells when something ends: in whole seconds from now, rounded up. `undefined`: never.
 *
 * Throws `CommandError` (110) if it has ended already.
 */
export function expiryOf(expiresAt: number | undefined, now: number): { expires?: true; ttl?: number } {
  if (expiresAt === undefined) return {}
  if (expiresAt <= now) throw new CommandError('expired')
  return { expires: true, ttl: Math.ceil((expiresAt - now) / 1000) }
}
