import { LongwireError } from '../../connection/errors.ts'

/**
 * A token that lets nobody in. The message says what is wrong with it, for logs: a client learns only whether it has
 * expired.
 */
export class TokenError extends LongwireError {
  /** It was good, and its time is over: a new one is needed. Else it never was. */
  readonly isExpired: boolean

  constructor(code: 'TOKEN_INVALID' | 'TOKEN_EXPIRED', message: string, options?: { cause: unknown }) {
    super(code, message, options)
    this.isExpired = code === 'TOKEN_EXPIRED'
  }
}

/** A key that cannot be used, or keys that cannot be had. The message says what to do. */
export class TokenKeyError extends LongwireError {
  constructor(code: 'TOKEN_KEY' | 'TOKEN_KEYS_UNAVAILABLE', message: string, options?: { cause: unknown }) {
    super(code, message, options)
  }
}
