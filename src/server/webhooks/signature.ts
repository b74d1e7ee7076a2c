/**
 * Signatures of outgoing calls, so that a back end knows that they are ours, unchanged and recent.
 *
 * Source: the Standard Webhooks specification (standardwebhooks.com): HMAC-SHA256 of `ID.TIMESTAMP.BODY`, in base64,
 * under one or more secrets that are written `whsec_` and base64.
 */
import { Buffer } from 'node:buffer'
import { createHmac, randomBytes } from 'node:crypto'
import { LongwireError } from '../../connection/errors.ts'

/** A secret may not be like this. The message says what to change, and does not show it. */
export class WebhookSecretError extends LongwireError {
  constructor(message: string) {
    super('WEBHOOK_SECRET', message)
  }
}

/** A new secret, for this server and its back end. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`
}

/** The specification's bounds: what is shorter can be guessed. */
const leastBytes = 24
const mostBytes = 64

export class WebhookSigner {
  readonly #keys: readonly Buffer[]

  /** Several secrets while one replaces another: each call bears a signature under each. Throws {@link WebhookSecretError}. */
  constructor(secrets: readonly string[]) {
    this.#keys = secrets.map((secret, index) => {
      const key = /^whsec_[A-Za-z0-9+/]+={0,2}$/.test(secret)
        ? Buffer.from(secret.slice(6), 'base64')
        : Buffer.alloc(0)
      if (key.length >= leastBytes && key.length <= mostBytes) return key
      throw new WebhookSecretError(
        `Secret ${index + 1} of webhooks.secrets is none: expected "whsec_" and ${leastBytes} to ${mostBytes} bytes in base64, as "longwire webhook secret" prints it.`,
      )
    })
  }

  /** The headers of one call. `now` in milliseconds since the Unix epoch. */
  headersOf(id: string, body: string, now: number): Readonly<Record<string, string>> {
    const timestamp = Math.floor(now / 1000)
    const signatures = this.#keys.map((key) => {
      const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
      return `v1,${signature}`
    })
    return {
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signatures.join(' '),
    }
  }
}
