/** Epochs: 48 random bits as eight characters that need no escaping anywhere. */
import { randomBytes } from 'node:crypto'

export function newEpoch(): string {
  return randomBytes(6).toString('base64url')
}
