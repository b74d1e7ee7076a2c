/** What a client wants of a subscription, in a subscribe command or in `subs` of its connect command. */
import type { Position } from '../../../../broker/broker.ts'
import { flagField, textField, wholeField } from '../fields.ts'
import type { Parameters } from '../protocol.ts'

export interface Wishes {
  /** What the client has already; it wants what came after. */
  readonly since: Position | undefined
  readonly isPositioned: boolean
  readonly isRecoverable: boolean
  readonly joinLeave: boolean
  /** Publications as differences from the one before, where the room offers that. */
  readonly delta: boolean
  /** Rather refused than let in with a gap. */
  readonly rejectUnrecovered: boolean
}

/** Bit of the field `flag`, as the public SDKs set it. */
const rejectUnrecoveredFlag = 2

export function wishesOf(parameters: Parameters): Wishes {
  const offset = wholeField(parameters, 'offset')
  const epoch = textField(parameters, 'epoch')
  return {
    since: flagField(parameters, 'recover') ? { offset, epoch } : undefined,
    isPositioned: flagField(parameters, 'positioned'),
    isRecoverable: flagField(parameters, 'recoverable'),
    joinLeave: flagField(parameters, 'join_leave'),
    delta: textField(parameters, 'delta') === 'fossil',
    rejectUnrecovered: (wholeField(parameters, 'flag') & rejectUnrecoveredFlag) !== 0,
  }
}

export const noWishes: Wishes = wishesOf({})
