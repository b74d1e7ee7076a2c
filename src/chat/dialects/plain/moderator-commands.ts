/** The commands of moderators: one row for each. What was done is said in full, since a name alone does not say whom it hit. */
import { HubRefusal } from '../../hub-refusal.ts'
import type { OrderResult } from '../../moderation/moderation.ts'
import {
  endText,
  type Sanction,
  type SanctionKind,
  sanctionText,
  withReason,
} from '../../moderation/sanction.ts'
import { type Subject, subjectText } from '../../moderation/subject.ts'
import type { Command } from './commands.ts'
import { findLifted, readOrder, type Whom } from './order.ts'
import type { Reply } from './reply.ts'
import type { PlainSession } from './session.ts'

/** Whoever asks for a long list gets its newest, and the count. */
const sanctionsListed = 100

export const moderatorCommands: Readonly<Record<string, Command>> = {
  mute: {
    usage: '/mute NAME [here] [10m] [REASON]',
    help: 'lets somebody read and not speak, in all rooms or in this one',
    isForModerators: true,
    run: (session, argument) => sanction(session, 'mute', argument),
  },
  unmute: {
    usage: '/unmute NAME|USER|ADDRESS',
    help: 'lets them speak again, wherever they were muted',
    isForModerators: true,
    run: (session, argument) => lift(session, 'mute', argument),
  },
  kick: {
    usage: '/kick NAME [REASON]',
    help: 'disconnects somebody from this room, who may come back',
    isForModerators: true,
    run: kick,
  },
  ban: {
    usage: '/ban NAME|user:USER|ADDRESS [here] [1h] [REASON]',
    help: 'disconnects somebody, who may not come back, to any room or to this one',
    isForModerators: true,
    run: (session, argument) => sanction(session, 'ban', argument),
  },
  unban: {
    usage: '/unban NAME|USER|ADDRESS',
    help: 'lets them come back, wherever they were banned',
    isForModerators: true,
    run: (session, argument) => lift(session, 'ban', argument),
  },
  sanctions: {
    usage: '/sanctions',
    help: 'lists who is muted and banned',
    isForModerators: true,
    run: list,
  },
}

async function sanction(session: PlainSession, kind: SanctionKind, argument: string): Promise<Reply> {
  const { whom, here, forMs, reason } = readOrder(session, argument)
  checkWhom(session, kind, whom)
  const room = here ? session.membership.room.name : undefined
  const results: OrderResult[] = []
  for (const subject of whom.subjects) {
    const terms = { room, forMs, reason, name: whom.name, by: byOf(session) }
    results.push(await session.moderation[kind](subject, terms))
  }
  return done(
    kind,
    results.flatMap((result) => doneLines(whom, result)),
    { sanctions: results.map((result) => result.sanction) },
  )
}

function kick(session: PlainSession, argument: string): Reply {
  const { whom, here, forMs, reason } = readOrder(session, argument)
  if (whom.target === undefined)
    throw new HubRefusal('NAME', 'A kick is for somebody who is here, by their name.')
  if (here || forMs !== undefined) {
    throw new HubRefusal('NAME', 'A kick is for now and from this room; to keep somebody away, say /ban.')
  }
  checkWhom(session, 'kick', whom)
  const sessions = session.moderation.kick(whom.target, {
    room: session.membership.room.name,
    reason,
    by: byOf(session),
  })
  const text = withReason(`${whom.name} was disconnected`, { reason })
  return done('kick', [text, `It was ${connections(sessions)}; they may come back.`], { sessions })
}

async function lift(session: PlainSession, kind: SanctionKind, argument: string): Promise<Reply> {
  const lifted: Sanction[] = []
  for (const subject of findLifted(session, kind, argument)) {
    lifted.push(...(await session.moderation.lift(subject, { kind, by: byOf(session) })))
  }
  const command = `un${kind}`
  if (lifted.length === 0) {
    return done(command, [`There is no ${kind} of ${argument}. /sanctions lists those that there are.`], {
      lifted,
    })
  }
  return done(
    command,
    lifted.map((each) => `Lifted: ${sanctionText(each)}`),
    { lifted },
  )
}

function list({ moderation }: PlainSession): Reply {
  const sanctions = moderation.list()
  const lines = sanctions.slice(0, sanctionsListed).map(sanctionText)
  if (sanctions.length === 0) lines.push('Nobody is muted or banned.')
  if (sanctions.length > sanctionsListed) lines.push(`… and ${sanctions.length - sanctionsListed} more.`)
  return done('sanctions', lines, { sanctions: sanctions.slice(0, sanctionsListed) })
}

/** Moderators do not turn on each other or on themselves, be it by mistake. */
function checkWhom(session: PlainSession, order: SanctionKind | 'kick', whom: Whom): void {
  if (whom.people.some(({ isModerator }) => isModerator)) {
    throw new HubRefusal('NOT_ALLOWED', `${whom.name} is a moderator.`)
  }
  if (order !== 'ban') return
  for (const subject of whom.subjects) {
    const moderator = session.moderation.find(subject).find(({ isModerator }) => isModerator)
    if (moderator === undefined) continue
    const whose = moderator === session ? 'you are' : 'another moderator is'
    throw new HubRefusal(
      'NOT_ALLOWED',
      `A ban of ${subjectText(subject)} would shut out a moderator: ${whose} there too. /kick disconnects one person; behind a proxy, --trusted-proxy tells people's addresses apart.`,
    )
  }
}

function doneLines({ name, target }: Whom, { sanction, sessions }: OrderResult): string[] {
  const { kind, subject, room } = sanction
  const where = room === undefined ? 'in all rooms' : `in ${room}`
  const what = `${name} is ${kind === 'mute' ? 'muted' : 'banned'} ${where} ${endText(sanction)}`
  return [
    withReason(what, sanction),
    `${byWhat(subject, target !== undefined)} It found ${connections(sessions)}.`,
  ]
}

/** What a name came to. */
function byWhat(subject: Subject, isByName: boolean): string {
  if ('user' in subject) return `It holds for the user ${subject.user}.`
  const who = isByName ? 'Nobody knows who that is: it' : 'It'
  return `${who} holds for everybody at the address ${subject.address}.`
}

function connections(count: number): string {
  return count === 1 ? 'one connection here' : `${count} connections here`
}

function byOf({ user, membership }: PlainSession): string {
  return user === '' ? membership.name : user
}

function done(command: string, lines: readonly string[], more: Readonly<Record<string, unknown>>): Reply {
  return { data: { command, lines, ...more }, lines }
}
