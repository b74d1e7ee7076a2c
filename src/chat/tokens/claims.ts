/**
 * What stands in tokens. Names and meanings are those that the Centrifugo server documents (centrifugal.dev, "Client JWT
 * authentication" and "Channel JWT authorization"), so that back ends which make tokens for it need no change;
 * `moderator` is our own.
 */
import { z } from 'zod'
import type { SubscribeAnswer } from '../handlers.ts'
import { TokenError } from './token-error.ts'

/** Seconds since the Unix epoch, as far as dates go. Who gives milliseconds is told. */
const time = z.number().min(0).max(253_402_300_799, 'a time in seconds since 1970')

const choice = z.object({ value: z.boolean() }).optional()

/** What a room's options are for one subscription. */
const override = z
  .object({
    /** The members of the room see who that is. Default: as the room has it. */
    presence: choice,
    /** The others are told when the client comes and goes. Default: as the room has it. */
    join_leave: choice,
    force_push_join_leave: choice,
    force_positioning: choice,
    force_recovery: choice,
  })
  .optional()

const subscription = z.object({ info: z.unknown().optional(), data: z.unknown().optional(), override })

const common = {
  /** Who that is; none, or empty: anonymous. */
  sub: z.string().max(255).default(''),
  exp: time.optional(),
  iat: time.optional(),
  /** When it ends what it was given for, where that is not when it expires; 0: never. */
  expire_at: time.optional(),
  info: z.unknown().optional(),
}

const connectionSchema = z.object({
  ...common,
  channels: z.array(z.string()).default([]),
  subs: z.record(z.string(), subscription).default({}),
  moderator: z.boolean().default(false),
  channel: z.undefined('none: this token is for one channel, and nobody connects with it').optional(),
})

const subscriptionSchema = z.object({
  ...common,
  channel: z.string().min(1),
  /** For one session alone. */
  client: z.string().default(''),
  override,
})

/** A connection token, checked. */
export interface ConnectionToken {
  /** Empty: anonymous. */
  readonly user: string
  readonly info: unknown
  readonly isModerator: boolean
  /** Channels that the server subscribes the client to. */
  readonly subscriptions: Readonly<Record<string, SubscribeAnswer>>
  /** Milliseconds since the Unix epoch; `undefined`: never. */
  readonly expiresAt: number | undefined
}

/** A subscription token, checked. */
export interface SubscriptionToken {
  readonly user: string
  readonly channel: string
  /** The session that alone may use it; empty: each of that user. */
  readonly client: string
  readonly answer: SubscribeAnswer
}

/** Throws {@link TokenError} where a claim is not what it should be. */
export function readConnectionToken(claims: unknown): ConnectionToken {
  const read = checked(connectionSchema, claims)
  const { sub, info, channels, subs, moderator } = read
  const listed = channels.map((channel) => [channel, {}] as const)
  const described = Object.entries(subs).map(([channel, one]) => [channel, answerOf(one)] as const)
  return {
    user: sub,
    info,
    // Without a name nobody is known, and so nobody keeps order.
    isModerator: moderator && sub !== '',
    subscriptions: Object.fromEntries([...listed, ...described]),
    expiresAt: endOf(read),
  }
}

/** Throws {@link TokenError} where a claim is not what it should be. */
export function readSubscriptionToken(claims: unknown): SubscriptionToken {
  const read = checked(subscriptionSchema, claims)
  const { sub, channel, client, info, override } = read
  const answer = { ...answerOf({ info, override }), expiresAt: endOf(read) }
  return { user: sub, channel, client, answer }
}

type Override = z.infer<typeof override>

function answerOf(one: { info?: unknown; data?: unknown; override?: Override }): SubscribeAnswer {
  const { info, data, override } = one
  return {
    info,
    data,
    isPositioned: override?.force_positioning?.value,
    isRecoverable: override?.force_recovery?.value,
    joinLeave: override?.force_push_join_leave?.value,
  }
}

function endOf({
  exp,
  expire_at,
}: {
  exp?: number | undefined
  expire_at?: number | undefined
}): number | undefined {
  const seconds = expire_at ?? exp
  return seconds === undefined || (seconds === 0 && expire_at === 0) ? undefined : seconds * 1000
}

function checked<T>(schema: z.ZodType<T>, claims: unknown): T {
  const result = schema.safeParse(claims)
  if (result.success) return result.data
  const faults = result.error.issues.map(({ path, message }) => `"${path.join('.')}": ${message}`)
  throw new TokenError('TOKEN_INVALID', `The token's claims are not as they should be: ${faults.join('; ')}.`)
}
