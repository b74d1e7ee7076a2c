/** What an order says beside whom it is for, and what of that can be meant. */
import { roomFault } from '../names.ts'
import { ModerationError } from './errors.ts'

export interface OrderTerms {
  /** Without one it holds in all rooms. */
  readonly room?: string | undefined
  /** When it ends, in milliseconds since the Unix epoch. Without an end, and without `forMs`: never. */
  readonly until?: number | undefined
  /** How long it holds, in milliseconds, instead of `until`. */
  readonly forMs?: number | undefined
  /** What they are called, for the list. One line, at most 256 characters. */
  readonly name?: string | undefined
  /** Told to whom it concerns. One line, at most 200 characters. */
  readonly reason?: string | undefined
  /** Who gives the order. Default: `server`. */
  readonly by?: string | undefined
}

export interface CheckedTerms {
  readonly room?: string
  readonly until?: number
  readonly name?: string
  readonly reason?: string
  readonly by: string
}

const reasonLength = 200
const byLength = 256
const nameLength = 256
/** What the store of rooms takes at most; a server may be stricter. */
const roomLength = 1_000
/** The last instant that a date can say. */
const lastInstant = 8_640_000_000_000_000

/** Throws {@link ModerationError} with code `SANCTION_INPUT`. `now` in milliseconds since the Unix epoch. */
export function checkedTerms(terms: OrderTerms, now: number): CheckedTerms {
  const { room, name, reason, by = 'server' } = terms
  const until = endOf(terms, now)
  if (room !== undefined) check(roomFault(room, roomLength))
  if (reason !== undefined && !isLine(reason, reasonLength)) {
    throw input(`A reason is one line of at most ${reasonLength} characters.`)
  }
  if (!isLine(by, byLength))
    throw input(`Who gives an order is named in one line of at most ${byLength} characters.`)
  if (name !== undefined && !isLine(name, nameLength)) {
    throw input(`A name is one line of at most ${nameLength} characters.`)
  }
  return {
    ...(room === undefined ? {} : { room }),
    ...(until === undefined ? {} : { until }),
    ...(name === undefined ? {} : { name }),
    ...(reason === undefined || reason.trim() === '' ? {} : { reason: reason.trim() }),
    by,
  }
}

function endOf({ until, forMs }: OrderTerms, now: number): number | undefined {
  if (until !== undefined && forMs !== undefined) throw input('An order has "until" or "forMs", not both.')
  if (forMs !== undefined && !(Number.isFinite(forMs) && forMs > 0)) {
    throw input('"forMs" is a number of milliseconds above 0.')
  }
  const end = forMs === undefined ? until : now + Math.ceil(forMs)
  if (end === undefined) return undefined
  if (!Number.isSafeInteger(end) || end > lastInstant) {
    throw input('The end is no time that a date can say; leave it out for an order without an end.')
  }
  if (end <= now) throw input('The end is in the past.')
  return end
}

function isLine(text: unknown, length: number): boolean {
  return typeof text === 'string' && text.length <= length && !/\p{Cc}|\p{Zl}|\p{Zp}/u.test(text)
}

function check(fault: string | undefined): void {
  if (fault !== undefined) throw input(fault)
}

function input(message: string): ModerationError {
  return new ModerationError('SANCTION_INPUT', message)
}
