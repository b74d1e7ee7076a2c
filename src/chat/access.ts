/**
 * Who may do what in a room, by its name and its options. It is asked where no handler of an application and no token
 * for the room has decided; what the server does by itself is not asked about.
 *
 * | somebody who | may do what is for |
 * | --- | --- |
 * | is in the room | everybody, subscribers; with a user: users |
 * | is not in it and might enter | everybody; with a user: users |
 * | might not enter | nothing |
 */
import { HubRefusal } from './hub-refusal.ts'
import { parseRoomName } from './room-name.ts'
import type { RoomOptions, Rule } from './room-options.ts'

/** Somebody who wants something of a room. */
export interface Visitor {
  /** Identifies the person; empty: unknown. */
  readonly user: string
  /** They are in the room, whoever let them in. */
  readonly isMember: boolean
}

/** What a room is asked to let somebody do, but for entering it. */
export type Deed = 'publish' | 'presence' | 'history'

const deeds = {
  publish: { rule: 'publish', words: 'publish in' },
  presence: { rule: 'presenceFor', words: 'ask who is in' },
  history: { rule: 'historyFor', words: 'read what was said in' },
} as const satisfies Record<Deed, { rule: keyof RoomOptions; words: string }>

/** Why this user may not enter; `undefined`: they may. */
export function entryRefusal(room: string, options: RoomOptions, user: string): HubRefusal | undefined {
  const { isPrivate, users } = parseRoomName(room)
  if (isPrivate) return notAllowed(`The room ${room} is private: only a token for it lets somebody in.`)
  if (options.subscribe === 'everybody' && users === undefined) return undefined
  if (options.subscribe === 'users' || options.subscribe === 'everybody') {
    if (user === '') return needsUser(`enter ${room}`)
    if (users === undefined || users.includes(user)) return undefined
    return notAllowed(`The room ${room} is for those alone whom its name lists.`)
  }
  return notAllowed(`Nobody enters ${room} by themselves: the server lets people in.`)
}

/** Why this visitor may not do this; `undefined`: they may. */
export function deedRefusal(
  deed: Deed,
  room: string,
  options: RoomOptions,
  visitor: Visitor,
): HubRefusal | undefined {
  const offered = offerRefusal(deed, room, options)
  if (offered !== undefined) return offered
  const { rule, words } = deeds[deed]
  return ruleRefusal(options[rule], `${words} ${room}`, visitor, () =>
    entryRefusal(room, options, visitor.user),
  )
}

/** Why nobody is offered this here, not even who may have it; `undefined`: it is offered. */
export function offerRefusal(deed: Deed, room: string, options: RoomOptions): HubRefusal | undefined {
  if (deed === 'presence' && !options.presence) {
    return new HubRefusal('NOT_OFFERED', `Nobody is told who is in ${room}.`)
  }
  if (deed === 'history' && options.historySize === 0) {
    return new HubRefusal('NOT_OFFERED', `What is said in ${room} is not kept.`)
  }
  return undefined
}

function ruleRefusal(
  rule: Rule,
  what: string,
  { user, isMember }: Visitor,
  atTheDoor: () => HubRefusal | undefined,
): HubRefusal | undefined {
  switch (rule) {
    case 'everybody':
      return isMember ? undefined : atTheDoor()
    case 'users':
      if (user === '') return needsUser(what)
      return isMember ? undefined : atTheDoor()
    case 'subscribers':
      return isMember ? undefined : notAllowed(`Only who is in the room may ${what}.`)
    default:
      return notAllowed(`Nobody may ${what} but the server.`)
  }
}

function needsUser(what: string): HubRefusal {
  return new HubRefusal('NEEDS_USER', `Only people who are known may ${what}: connect with a token.`)
}

function notAllowed(sentence: string): HubRefusal {
  return new HubRefusal('NOT_ALLOWED', sentence)
}
