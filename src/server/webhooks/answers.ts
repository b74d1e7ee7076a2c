/**
 * What a back end answers, in the shapes of Centrifugo's proxies, and what it means for handlers. Fields that are not
 * known here are ignored, as newer back ends may send more.
 */
import { z } from 'zod'
import { Disconnect } from '../../chat/dialects/centrifuge/disconnects.ts'
import { CommandError } from '../../chat/dialects/centrifuge/errors.ts'
import type { ConnectAnswer, Expiry, PublishAnswer, SubscribeAnswer } from '../../chat/handlers.ts'
import { WebhookError } from './errors.ts'

const seconds = z.int().min(0)
const flag = z.object({ value: z.boolean() })

const subscription = z.object({
  expire_at: seconds.optional(),
  info: z.unknown().optional(),
  data: z.unknown().optional(),
  override: z
    .object({
      force_recovery: flag.optional(),
      force_positioning: flag.optional(),
      force_push_join_leave: flag.optional(),
    })
    .optional(),
})

const connectResult = z.object({
  user: z.string().max(1_000).optional(),
  expire_at: seconds.optional(),
  info: z.unknown().optional(),
  data: z.unknown().optional(),
  channels: z.array(z.string()).optional(),
  subs: z.record(z.string(), subscription).optional(),
  meta: z.unknown().optional(),
})

const publishResult = z.object({
  data: z.unknown().optional(),
  skip_history: z.boolean().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  idempotency_key: z.string().max(256).optional(),
})

const rpcResult = z.object({ data: z.unknown().optional() })

const expiryResult = z.object({ expired: z.boolean().optional(), expire_at: seconds.optional() })

const commandError = z.object({
  code: z.int().min(100).max(65_535),
  message: z.string(),
  temporary: z.boolean().optional(),
})
const disconnect = z.object({ code: z.int().min(3000).max(4999), reason: z.string() })

/**
 * The result of an answer; `undefined`: it has none, so the back end has no opinion.
 *
 * @throws CommandError, Disconnect as the back end says, and `WebhookError` (`GARBAGE`) for another shape
 */
function resultOf<Schema extends z.ZodType>(answer: unknown, result: Schema): z.output<Schema> | undefined {
  const envelope = z.object({
    result: result.nullish(),
    error: commandError.nullish(),
    disconnect: disconnect.nullish(),
  })
  const parsed = envelope.safeParse(answer)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const place = issue!.path.length === 0 ? 'it' : issue!.path.join('.')
    throw new WebhookError('GARBAGE', `The answer is not of the agreed shape: ${place}: ${issue!.message}.`)
  }
  const { error, disconnect: end, result: found } = parsed.data
  if (end) throw new Disconnect(end)
  if (error) {
    const { code, message, temporary = false } = error
    throw new CommandError({ code, message, temporary })
  }
  return (found ?? undefined) as z.output<Schema> | undefined
}

/** `isRefreshed`: the back end is asked again when the connection's time is over. */
export function connectAnswerOf(answer: unknown, isRefreshed: boolean): ConnectAnswer | undefined {
  const result = resultOf(answer, connectResult)
  if (result === undefined) return undefined
  const { user, info, data, channels = [], subs = {}, meta } = result
  const wanted = [...channels.map((channel) => [channel, {}] as const), ...Object.entries(subs)]
  return {
    user,
    info,
    data,
    meta,
    ...expiryOf(result.expire_at),
    isProlongedByServer: isRefreshed,
    subscriptions: Object.fromEntries(wanted.map(([channel, one]) => [channel, subscriptionOf(one)])),
  }
}

export function subscribeAnswerOf(answer: unknown, isRefreshed: boolean): SubscribeAnswer | undefined {
  const result = resultOf(answer, subscription)
  return result && { ...subscriptionOf(result), isProlongedByServer: isRefreshed }
}

export function publishAnswerOf(answer: unknown): PublishAnswer | undefined {
  const result = resultOf(answer, publishResult)
  if (result === undefined) return undefined
  const { data, tags, skip_history: skipHistory, idempotency_key: idempotencyKey } = result
  return { data, tags, skipHistory, idempotencyKey }
}

/** What stands under `data`; `undefined`: the back end has no such method. A method without a result has `null`. */
export function rpcAnswerOf(answer: unknown): unknown {
  const result = resultOf(answer, rpcResult)
  return result && (result.data ?? null)
}

/** When it ends now; `undefined`: at once. */
export function expiryAnswerOf(answer: unknown): Expiry | undefined {
  const result = resultOf(answer, expiryResult)
  return result === undefined || result.expired === true ? undefined : expiryOf(result.expire_at)
}

function subscriptionOf({ expire_at, info, data, override }: z.output<typeof subscription>): SubscribeAnswer {
  return {
    info,
    data,
    ...expiryOf(expire_at),
    isRecoverable: override?.force_recovery?.value,
    isPositioned: override?.force_positioning?.value,
    joinLeave: override?.force_push_join_leave?.value,
  }
}

function expiryOf(secondsAt: number | undefined): Expiry {
  return secondsAt === undefined || secondsAt === 0 ? {} : { expiresAt: secondsAt * 1000 }
}
