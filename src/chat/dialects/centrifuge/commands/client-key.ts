/**
 * Idempotency keys that clients give are their own: another's same key, or one of the server's, is another key to the broker.
 * A client that comes back has another id and the same user, so users keep theirs apart; who is anonymous shares one space
 * with all who are.
 */
import { createHash } from 'node:crypto'

/** What the broker remembers: of one length, however long the user's id and the key are. */
export function clientKey(user: string, key: string): string {
  return `client:${createHash('sha256')
    .update(JSON.stringify([user, key]))
    .digest('base64url')}`
}
