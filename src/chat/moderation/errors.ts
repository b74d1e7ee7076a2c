/** Every way in which an order of moderation fails: a closed table. */
import { LongwireError } from '../../connection/errors.ts'

export const moderationErrorCodes = {
  SANCTION_INPUT: 'The order cannot be meant: no address, an end in the past, a reason that is too long.',
  SANCTION_LIMIT: 'There are as many sanctions as there may be. Nothing was set.',
  JOURNAL_CORRUPT: 'A line in the middle of the journal of sanctions is not what was written there.',
  JOURNAL_VERSION: 'The journal of sanctions was written by a newer version of Longwire.',
  JOURNAL_UNREADABLE: 'The journal of sanctions cannot be opened or made.',
  JOURNAL_FAILED: 'The order could not be kept (the disk may be full). It does not hold.',
  JOURNAL_CLOSED: 'The journal of sanctions is closed. The order does not hold.',
} as const

export type ModerationErrorCode = keyof typeof moderationErrorCodes

/** An order was not carried out, or the journal could not be opened. The message says what to do. */
export class ModerationError extends LongwireError {
  declare readonly code: ModerationErrorCode

  constructor(code: ModerationErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(code, message, options)
  }
}
