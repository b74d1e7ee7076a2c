/** Every way in which a call to the back end fails: a closed table, with what it means for the calls after it. */
import { LongwireError } from '../../connection/errors.ts'

export const webhookErrors = {
  UNREACHABLE: { isDown: true, meaning: 'No connection, or it ended before the answer.' },
  TIMEOUT: { isDown: true, meaning: 'No whole answer within `webhooks.timeoutMs`.' },
  UNAVAILABLE: { isDown: true, meaning: 'An answer with status 429, 502, 503 or 504.' },
  STATUS: { isDown: false, meaning: 'An answer with another status that is no success.' },
  REDIRECT: { isDown: false, meaning: 'A redirect, which is never followed.' },
  TOO_LARGE: { isDown: false, meaning: 'An answer above `webhooks.answerBytes`.' },
  GARBAGE: { isDown: false, meaning: 'An answer that is no JSON of the agreed shape.' },
  PAUSED: { isDown: false, meaning: 'Not asked: the last calls failed, and the next attempt is not due.' },
  BUSY: { isDown: false, meaning: 'Not asked: as many calls were under way and waiting as may be.' },
} as const satisfies Record<string, { isDown: boolean; meaning: string }>

export type WebhookErrorCode = keyof typeof webhookErrors

/** The back end did not decide. */
export class WebhookError extends LongwireError {
  declare readonly code: WebhookErrorCode

  constructor(code: WebhookErrorCode, message: string, options?: { cause?: unknown }) {
    super(code, message, options)
  }

  /** It counts towards a pause: the back end is away, and not just of another opinion. */
  get isDown(): boolean {
    return webhookErrors[this.code].isDown
  }
}
