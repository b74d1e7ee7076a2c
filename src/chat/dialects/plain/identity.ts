/** Who a person of the plain dialect is: the application's handlers are asked, as for clients of the other dialect. */
import type { ConnectAnswer, SubscribeAnswer } from '../../handlers.ts'
import { HubRefusal } from '../../hub-refusal.ts'
import { personName } from '../../person-name.ts'
import { TokenKeyError } from '../../tokens/token-error.ts'
import { Disconnect, disconnects, isReconnect } from '../centrifuge/disconnects.ts'
import { CommandError, commandErrors } from '../centrifuge/errors.ts'

export interface Identity {
  /** Empty: anonymous. */
  readonly user: string
  /** JSON about the person. */
  readonly connInfo: string | undefined
  readonly isModerator: boolean
  /** Milliseconds since the Unix epoch; `undefined`: never. */
  readonly expiresAt: number | undefined
  /** How the person is called; `undefined`: as they like. */
  readonly name: string | undefined
  /** The application's own. */
  readonly meta: unknown
  /** Rooms that are open to the person whatever their rules say, and what others see there of them. */
  readonly openRooms: Readonly<Record<string, SubscribeAnswer>>
}

export const anonymous: Identity = {
  user: '',
  connInfo: undefined,
  isModerator: false,
  expiresAt: undefined,
  name: undefined,
  meta: undefined,
  openRooms: {},
}

/** `nameLength`: the longest name, in characters. */
export function identityOf(answer: ConnectAnswer | undefined, nameLength: number): Identity {
  const { user = '', info, isModerator = false, expiresAt, meta, subscriptions = {} } = answer ?? {}
  return {
    user,
    connInfo: info === undefined ? undefined : JSON.stringify(info),
    isModerator,
    expiresAt,
    name: user === '' ? undefined : personName(user, info, nameLength),
    meta,
    openRooms: subscriptions,
  }
}

/** Why somebody is not let in, for programs (`code` is stable) and for people. */
export interface IdentityRefusal {
  readonly code: 'token-required' | 'token-expired' | 'token-invalid' | 'refused' | 'unavailable'
  readonly sentence: string
}

const unavailable: IdentityRefusal = {
  code: 'unavailable',
  sentence: 'You cannot be let in just now: try again in a moment.',
}

/** What a handler threw, if it is a refusal; `undefined`: something failed. */
export function identityRefusalOf(error: unknown): IdentityRefusal | undefined {
  if (error instanceof HubRefusal) {
    const code = error.code === 'NEEDS_USER' ? 'token-required' : 'refused'
    return { code, sentence: error.message }
  }
  if (error instanceof TokenKeyError) return unavailable
  if (error instanceof CommandError) {
    switch (error.reply.code) {
      case commandErrors.unauthorized.code:
        return { code: 'token-required', sentence: 'A token is needed here.' }
      case commandErrors['token-expired'].code:
      case commandErrors.expired.code:
        return { code: 'token-expired', sentence: 'This token has expired: get a new one.' }
      default:
        if (error.reply.temporary === true) return unavailable
        return { code: 'refused', sentence: `You are not let in: ${error.reply.message}.` }
    }
  }
  if (!(error instanceof Disconnect)) return undefined
  if (error.status === disconnects['invalid-token'].code) {
    return { code: 'token-invalid', sentence: 'This is no token of this server.' }
  }
  if (isReconnect(error.status))
    return { ...unavailable, sentence: `You cannot be let in just now: ${error.reason}.` }
  return { code: 'refused', sentence: `You are not let in: ${error.reason}.` }
}
