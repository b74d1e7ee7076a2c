/** Reads what a moderator has typed after a command: whom, where, how long, why. */
import { durationExamples, durationMs } from '../../duration.ts'
import { HubRefusal } from '../../hub-refusal.ts'
import type { NamedTarget, Person } from '../../moderation/person.ts'
import type { SanctionKind } from '../../moderation/sanction.ts'
import { addressIn, checkedSubject, type Subject, subjectKey } from '../../moderation/subject.ts'
import type { PlainSession } from './session.ts'

/** Whom an order is for. */
export interface Whom {
  /** What the moderator calls them. */
  readonly name: string
  readonly subjects: readonly Subject[]
  /** Those of that name in the room; empty where it was a user or an address. */
  readonly people: readonly Person[]
  readonly target: NamedTarget | undefined
}

export interface Order {
  readonly whom: Whom
  /** In this room alone. */
  readonly here: boolean
  /** `undefined`: without an end. */
  readonly forMs: number | undefined
  readonly reason: string | undefined
}

/** Throws `HubRefusal` with a sentence for whoever typed it. */
export function readOrder(session: PlainSession, argument: string): Order {
  const { whom, rest } = readWhom(session, argument)
  const words = rest.split(' ').filter((word) => word !== '')
  const here = words[0]?.toLowerCase() === 'here'
  if (here) words.shift()
  const forMs = durationMs(words[0] ?? '')
  if (forMs !== undefined) words.shift()
  // A slip here would make an order without an end.
  else if (/^\d+[a-z]*$/i.test(words[0] ?? '')) {
    throw new HubRefusal('NAME', `${words[0]} is no length of time: write it as ${durationExamples}.`)
  }
  return { whom, here, forMs, reason: words.length === 0 ? undefined : words.join(' ') }
}

/** The subjects whose sanctions are to be lifted: by user, address, or what they are or were called. */
export function findLifted(session: PlainSession, kind: SanctionKind, argument: string): Subject[] {
  const { moderation, membership } = session
  const text = unquoted(argument)
  const user = text.startsWith(userPrefix) ? text.slice(userPrefix.length) : text
  const subject = subjectIn(text)
  const address = subject !== undefined && 'address' in subject ? subject.address : undefined
  const name = text.replace(/^@/, '')
  const found = moderation.list({ kind }).filter((sanction) => {
    if (sanction.name === name) return true
    return 'user' in sanction.subject ? sanction.subject.user === user : sanction.subject.address === address
  })
  const here = moderation.subjectsOf({ name, room: membership.room.name })
  const subjects = [...found.map((sanction) => sanction.subject), ...here]
  return [...new Map(subjects.map((subject) => [subjectKey(subject), subject])).values()]
}

const userPrefix = 'user:'

function readWhom(session: PlainSession, argument: string): { whom: Whom; rest: string } {
  const quoted = /^(@?)"([^"]+)"(?:\s+|$)(.*)$/s.exec(argument)
  if (quoted !== null) return { whom: named(session, `${quoted[1]}${quoted[2]}`), rest: quoted[3] ?? '' }
  const name = nameIn(session, argument)
  if (name !== undefined) return { whom: named(session, name), rest: argument.slice(name.length) }
  const [first = ''] = argument.split(/\s/, 1)
  const subject = subjectIn(first)
  if (subject === undefined) {
    throw new HubRefusal(
      'NAME',
      `Nobody here is called ${first}. /who lists who is here; who is away is named as user:ID, or by their address.`,
    )
  }
  const whom = { name: first, subjects: [subject], people: [], target: undefined }
  return { whom, rest: argument.slice(first.length) }
}

/** What stands for a user or an address by itself; `undefined`: neither. */
function subjectIn(text: string): Subject | undefined {
  if (text.startsWith(userPrefix)) return checkedSubject({ user: text.slice(userPrefix.length) })
  return addressIn(text.split('/', 1)[0] ?? '') === undefined ? undefined : checkedSubject({ address: text })
}

/** The name of somebody in the room with which the argument begins, as it stands there. */
function nameIn({ membership }: PlainSession, argument: string): string | undefined {
  const mark = argument.startsWith('@') ? 1 : 0
  const typed = argument.slice(mark)
  const names = new Set(membership.room.names)
  const found = [...names].filter((name) => typed === name || typed.startsWith(`${name} `))
  if (found.length > 1) {
    const choices = found.map((name) => `"${name}"`).join(' and ')
    throw new HubRefusal('NAME', `${choices} are here: put the one that you mean in quotation marks.`)
  }
  return found[0] === undefined ? undefined : argument.slice(0, mark + found[0].length)
}

/**
 * A name is not one person: whoever is known by a token is shown as `@Ann`, and means somebody else than an `Ann` whom
 * nobody knows.
 */
function named({ moderation, membership }: PlainSession, text: string): Whom {
  const room = membership.room.name
  const isMarked = text.startsWith('@')
  const name = isMarked ? text.slice(1) : text
  const isKnown = isMarked || moderation.find({ name, room, isKnown: false }).length === 0
  const target = { name, room, isKnown }
  const people = moderation.find(target)
  if (people.length === 0)
    throw new HubRefusal('NAME', `Nobody here is called ${text}. /who lists who is here.`)
  return { name, subjects: moderation.subjectsOf(target), people, target }
}

function unquoted(text: string): string {
  return /^(@?)"(.+)"$/s.exec(text)?.slice(1).join('') ?? text
}
