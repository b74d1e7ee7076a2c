/** Operations that keep order: the orders of moderators, given by other programs. */
import { z } from 'zod'
import type { OrderTerms } from '../../../chat/moderation/order-terms.ts'
import { type Sanction, type SanctionKind, sanctionKinds } from '../../../chat/moderation/sanction.ts'
import type { Subject } from '../../../chat/moderation/subject.ts'
import { channel, client, expireAt } from '../fields.ts'
import { operation } from '../operation.ts'

const user = z.string().min(1).max(256).describe('The user, by the id in their token.')
const address = z.string().min(1).max(50).describe('An IP address, or a prefix such as 203.0.113.0/24.')
const kinds = Object.keys(sanctionKinds) as [SanctionKind, ...SanctionKind[]]
const kind = z.enum(kinds)
const place = channel.optional().describe('In this room alone; without one in all rooms.')
const reason = z.string().max(200).optional().describe('Told to whom it concerns.')
const by = z.string().min(1).max(256).default('server API').describe('Who gives the order.')

const subject = { user: user.optional(), address: address.optional() }
const needsSubject = { error: 'expected a user or an address, not both', path: ['user'] }
const hasSubject = (request: Asked): boolean =>
  (request.user === undefined) !== (request.address === undefined)

interface Asked {
  readonly user?: string | undefined
  readonly address?: string | undefined
}

const sanction = z.strictObject({
  kind,
  user: z.string().optional(),
  address: z.string().optional(),
  channel: z.string().optional(),
  until: z.int().optional().describe('Seconds since the Unix epoch; without one it has no end.'),
  reason: z.string().optional(),
  by: z.string(),
  at: z.int().describe('When it was set, in seconds since the Unix epoch.'),
})

const example = {
  kind: 'mute',
  user: 'ann',
  channel: 'news',
  until: 1_800_000_000,
  by: 'shop',
  at: 1_790_000_000,
}

function sanctioning(name: SanctionKind, summary: string) {
  return operation({
    name,
    summary,
    description:
      'Kept before it is answered, also over a restart. Replaces the one that the subject has there.',
    request: z
      .strictObject({ ...subject, channel: place, until: expireAt.optional(), reason, by })
      .refine(hasSubject, needsSubject),
    result: z.strictObject({
      sanction,
      num_sessions: z.int().describe('Sessions that it met; they were told, or had to go.'),
    }),
    example: {
      request: { user: 'ann', channel: 'news', until: 1_800_000_000, by: 'shop' },
      result: { sanction: { ...example, kind: name }, num_sessions: 1 },
    },
    errors: ['limit-exceeded', 'too-many-requests'],
    run: async ({ chat }, request) => {
      const { sanction: set, sessions } = await chat.moderation[name](subjectOf(request), termsOf(request))
      return { sanction: shown(set), num_sessions: sessions }
    },
  })
}

export const mute = sanctioning('mute', 'Lets somebody read and not publish')
export const ban = sanctioning('ban', 'Keeps somebody out, of a room or altogether')

export const kick = operation({
  name: 'kick',
  summary: 'Disconnects somebody, or takes them out of a room; they may come back',
  request: z
    .strictObject({ ...subject, client: client.optional(), channel: place, reason, by })
    .refine((request) => [request.user, request.address, request.client].filter(Boolean).length === 1, {
      error: 'expected a user, an address or a client, and one of them',
      path: ['user'],
    }),
  result: z.strictObject({ num_sessions: z.int() }),
  example: { request: { user: 'ann', reason: 'Mind your language.' }, result: { num_sessions: 1 } },
  run: async ({ chat }, request) => {
    const target = request.client === undefined ? subjectOf(request) : { client: request.client }
    const { channel: room, reason: why } = request
    return { num_sessions: chat.moderation.kick(target, { room, reason: why, by: request.by }) }
  },
})

export const lift = operation({
  name: 'lift',
  summary: 'Lifts sanctions',
  description: 'Of one kind or both, in one room or wherever they are. That there is none is no error.',
  request: z
    .strictObject({ ...subject, kind: kind.optional(), channel: channel.optional(), by })
    .refine(hasSubject, needsSubject),
  result: z.strictObject({ sanctions: z.array(sanction).describe('Those that were lifted.') }),
  example: { request: { user: 'ann', kind: 'mute' }, result: { sanctions: [example] } },
  errors: ['too-many-requests'],
  run: async ({ chat }, request) => {
    const { kind: which, channel: room } = request
    const lifted = await chat.moderation.lift(subjectOf(request), { kind: which, room, by: request.by })
    return { sanctions: lifted.map(shown) }
  },
})

export const sanctions = operation({
  name: 'sanctions',
  summary: 'Lists the sanctions that hold, the newest first',
  request: z
    .strictObject({
      ...subject,
      kind: kind.optional(),
      channel: channel.optional().describe('Those of this room.'),
    })
    .refine((request) => request.user === undefined || request.address === undefined, needsSubject),
  result: z.strictObject({ sanctions: z.array(sanction) }),
  example: { request: { kind: 'mute' }, result: { sanctions: [example] } },
  run: async ({ chat }, request) => {
    const isOfSomebody = request.user !== undefined || request.address !== undefined
    const filter = { kind: request.kind, room: request.channel }
    const found = chat.moderation.list(isOfSomebody ? { ...filter, subject: subjectOf(request) } : filter)
    return { sanctions: found.map(shown) }
  },
})

function subjectOf({ user: id, address: from }: Asked): Subject {
  return id === undefined ? { address: from! } : { user: id }
}

function termsOf(request: {
  readonly channel?: string | undefined
  readonly until?: number | undefined
  readonly reason?: string | undefined
  readonly by: string
}): OrderTerms {
  const { channel: room, until, reason: why } = request
  const end = until === undefined || until === 0 ? undefined : until * 1000
  return { room, until: end, reason: why, by: request.by }
}

function shown({
  kind: which,
  subject: whom,
  room,
  until,
  reason: why,
  by: who,
  at,
}: Sanction): z.output<typeof sanction> {
  return {
    kind: which,
    ...whom,
    ...(room === undefined ? {} : { channel: room }),
    ...(until === undefined ? {} : { until: Math.ceil(until / 1000) }),
    ...(why === undefined ? {} : { reason: why }),
    by: who,
    at: Math.floor(at / 1000),
  }
}
