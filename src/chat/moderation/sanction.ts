/** A sanction: what somebody may not do, where, and until when. A value; setting another in its place changes it. */
import { type Subject, subjectKey, subjectText } from './subject.ts'

export const sanctionKinds = {
  mute: 'May read, and not publish or change its name.',
  ban: 'May not connect; in one room: may not enter it.',
} as const

export type SanctionKind = keyof typeof sanctionKinds

export interface Sanction {
  readonly kind: SanctionKind
  readonly subject: Subject
  /** Without one it holds in all rooms. */
  readonly room?: string | undefined
  /** When it ends, in milliseconds since the Unix epoch. Without one it has no end. */
  readonly until?: number | undefined
  /** What they were called when it was set. */
  readonly name?: string | undefined
  /** Told to whom it concerns. */
  readonly reason?: string | undefined
  /** Who set it: a user, a name in a room, a program. */
  readonly by: string
  /** When it was set, in milliseconds since the Unix epoch. */
  readonly at: number
}

/** Which sanction: there is one of a kind for a subject in a place. */
export type SanctionName = Pick<Sanction, 'kind' | 'subject' | 'room'>

/** The same for all names that mean the same. A room's name has no space. */
export function sanctionKey({ kind, subject, room = '' }: SanctionName): string {
  return `${kind} ${room} ${subjectKey(subject)}`
}

/** Whether it holds at this time, in milliseconds since the Unix epoch. At its end it does not any more. */
export function holds({ until }: Sanction, now: number): boolean {
  return until === undefined || until > now
}

/** Of two that hold, the one that holds longer. */
export function longer(one: Sanction | undefined, other: Sanction | undefined): Sanction | undefined {
  if (one === undefined || other === undefined) return one ?? other
  const end = ({ until = Number.POSITIVE_INFINITY }: Sanction): number => until
  return end(other) > end(one) ? other : one
}

/** For people, in a list: `ban of user ann in lobby until …, by tom: spam`. */
export function sanctionText(sanction: Sanction): string {
  const { kind, subject, room, by, name } = sanction
  const where = room === undefined ? 'all rooms' : room
  const who = name === undefined ? subjectText(subject) : `${subjectText(subject)} (${name})`
  return withReason(`${kind} of ${who} in ${where} ${endText(sanction)}, by ${by}`, sanction)
}

/** When it ends, for people: `until 2026-01-31 09:30:00 UTC`, `without an end`. */
export function endText({ until }: Pick<Sanction, 'until'>): string {
  if (until === undefined) return 'without an end'
  return `until ${new Date(until).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** A sentence, and why. */
export function withReason(sentence: string, { reason }: Pick<Sanction, 'reason'>): string {
  return reason === undefined ? `${sentence}.` : `${sentence}: ${reason}`
}
