/** Operations on who is connected. */
import { z } from 'zod'
import type { SubscribeAnswer } from '../../../chat/handlers.ts'
import type { Target } from '../../../chat/target.ts'
import { boolValue, channel, client, data, expireAt, user } from '../fields.ts'
import { operation } from '../operation.ts'

const target = { user: user.optional(), client: client.optional() }
const needsTarget = {
  error: 'expected a user, a client, or both',
  path: ['user'],
}
const hasTarget = (request: { user?: string | undefined; client?: string | undefined }): boolean =>
  request.user !== undefined || request.client !== undefined

export const subscribe = operation({
  name: 'subscribe',
  summary: 'Subscribes sessions to a room that they need not have asked for',
  description:
    'Sessions that are subscribed already stay as they are. The subscription lives as long as the session.',
  request: z
    .strictObject({
      ...target,
      channel,
      info: data.optional().describe('JSON value about the client that this room’s members may see.'),
      data: data.optional().describe('JSON value for the client.'),
      expire_at: expireAt.optional(),
      override: z
        .strictObject({
          force_recovery: boolValue.optional().describe('It may recover what it missed.'),
          force_positioning: boolValue
            .optional()
            .describe('It gets all, and is told when that can’t be said.'),
          force_push_join_leave: boolValue.optional().describe('It is told who comes and goes.'),
        })
        .optional()
        .describe('Instead of what the room’s options say.'),
    })
    .refine(hasTarget, needsTarget),
  result: z.strictObject({}),
  example: { request: { user: 'ann', channel: 'news' }, result: {} },
  errors: ['limit-exceeded', 'expired'],
  run: async ({ chat }, request) => {
    const { info, expire_at, override } = request
    const answer: SubscribeAnswer = {
      ...(info === undefined ? {} : { info }),
      ...(request.data === undefined ? {} : { data: request.data }),
      ...expiryOf(expire_at),
      isRecoverable: override?.force_recovery?.value,
      isPositioned: override?.force_positioning?.value,
      joinLeave: override?.force_push_join_leave?.value,
    }
    await chat.subscribe(targetOf(request), request.channel, answer)
    return {}
  },
})

export const unsubscribe = operation({
  name: 'unsubscribe',
  summary: 'Ends subscriptions to a room',
  request: z.strictObject({ ...target, channel }).refine(hasTarget, needsTarget),
  result: z.strictObject({}),
  example: { request: { user: 'ann', channel: 'news' }, result: {} },
  run: async ({ chat }, request) => {
    chat.unsubscribe(targetOf(request), request.channel)
    return {}
  },
})

export const disconnect = operation({
  name: 'disconnect',
  summary: 'Ends connections',
  description:
    'Without a code of its own the client is told 3503, force disconnect, and stays away. Below 3500, and from 4000 to 4499, it comes back.',
  request: z
    .strictObject({
      ...target,
      whitelist: z.array(z.string()).max(10_000).optional().describe('Sessions of the user that stay.'),
      disconnect: z
        .strictObject({ code: z.int().min(3000).max(4999), reason: z.string().max(120) })
        .optional()
        .describe('What the client is told.'),
    })
    .refine(hasTarget, needsTarget),
  result: z.strictObject({}),
  example: { request: { user: 'ann' }, result: {} },
  run: async ({ chat }, request) => {
    chat.disconnect(targetOf(request), request.disconnect)
    return {}
  },
})

export const refresh = operation({
  name: 'refresh',
  summary: 'Prolongs connections, or lets them expire',
  request: z
    .strictObject({
      ...target,
      expired: z.boolean().optional().describe('It ends now.'),
      expire_at: expireAt.optional(),
    })
    .refine(hasTarget, needsTarget),
  result: z.strictObject({}),
  example: { request: { user: 'ann', expire_at: 1_800_000_000 }, result: {} },
  run: async ({ chat }, request) => {
    if (request.expired === true) chat.disconnect(targetOf(request), 'expired')
    else chat.refresh(targetOf(request), expiryOf(request.expire_at))
    return {}
  },
})

function targetOf(request: {
  readonly user?: string | undefined
  readonly client?: string | undefined
  readonly whitelist?: readonly string[] | undefined
}): Target {
  if (request.user === undefined) return { client: request.client! }
  return { user: request.user, client: request.client, except: request.whitelist }
}

function expiryOf(seconds: number | undefined): { expiresAt?: number } {
  return seconds === undefined || seconds === 0 ? {} : { expiresAt: seconds * 1000 }
}
