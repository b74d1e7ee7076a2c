/** Operations on what is said in rooms. */
import { z } from 'zod'
import type { HistoryOptions, Position, Published } from '../../../broker/broker.ts'
import { CommandError } from '../../../chat/dialects/centrifuge/errors.ts'
import { encodePublication } from '../../../chat/dialects/centrifuge/formats.ts'
import { RawJson } from '../../../chat/dialects/centrifuge/protocol.ts'
import { Publication } from '../../../chat/publication.ts'
import { ApiError, failureOf } from '../errors.ts'
import { apiError, channel, channels, data, position, publication, published, publishing } from '../fields.ts'
import { type ApiServices, operation } from '../operation.ts'

const somewhere = { offset: 7, epoch: 'k3Jx' }
const hello = { text: 'hello' }

export const publish = operation({
  name: 'publish',
  summary: 'Publishes to a room',
  description: 'Answered when the publication is acknowledged: kept as safely as the store keeps anything.',
  request: z.strictObject({ channel, data, ...publishing }),
  result: published,
  example: { request: { channel: 'news', data: hello }, result: somewhere },
  errors: ['too-many-requests'],
  run: async ({ chat }, request) =>
    shown(await chat.publish(request.channel, request.data, optionsOf(request))),
})

export const broadcast = operation({
  name: 'broadcast',
  summary: 'Publishes the same data to many rooms',
  description:
    'What became of each stands in the order of the rooms; one that fails does not hold up the others.',
  request: z.strictObject({ channels, data, ...publishing }),
  result: z.strictObject({
    responses: z.array(z.union([z.strictObject({ result: published }), z.strictObject({ error: apiError })])),
  }),
  example: {
    request: { channels: ['news', 'no room'], data: hello },
    result: {
      responses: [
        { result: somewhere },
        {
          error: {
            code: 107,
            message: "A room's name begins with a letter or digit; then also _ . : and - may stand in it.",
          },
        },
      ],
    },
  },
  run: async ({ chat, failed }, request) => {
    const outcomes = await chat.broadcast(request.channels, request.data, optionsOf(request))
    return {
      responses: outcomes.map((outcome) => {
        if (outcome.status === 'fulfilled') return { result: shown(outcome.value) }
        const { reply, isOurs } = failureOf(outcome.reason)
        if (isOurs) failed(outcome.reason, 'broadcast')
        return { error: reply }
      }),
    }
  },
})

export const history = operation({
  name: 'history',
  summary: 'Reads what a room has kept',
  description:
    'Without a limit only where the stream stands; a limit of -1 asks for as many as one answer holds. With "since", what came after it, or with "reverse" what came before it.',
  request: z.strictObject({
    channel,
    limit: z.int().min(-1).default(0),
    since: position.optional(),
    reverse: z.boolean().default(false).describe('Newest first.'),
  }),
  result: z.strictObject({
    publications: z.array(publication),
    offset: z.int().min(0),
    epoch: z.string(),
  }),
  example: {
    request: { channel: 'news', limit: 1, reverse: true },
    result: { publications: [{ data: hello, offset: 7 }], ...somewhere },
  },
  errors: ['not-available', 'unrecoverable-position'],
  run: async ({ chat }, request) => {
    const most = chat.services.limits.historyPublications
    checkKeeps(chat, request.channel)
    const options = {
      limit: request.limit === -1 ? most : Math.min(request.limit, most),
      since: await sinceOf(chat, request),
      isReversed: request.reverse,
    } satisfies HistoryOptions
    const { publications, offset, epoch } = await chat.hub.history(request.channel, options)
    if (options.since !== undefined && options.since.epoch !== epoch) {
      throw new CommandError('unrecoverable-position')
    }
    const texts = publications.map(
      (one) => new RawJson(encodePublication(Publication.ordered(request.channel, one, one.offset))),
    )
    return { publications: texts, offset, epoch }
  },
})

export const historyRemove = operation({
  name: 'history_remove',
  summary: 'Forgets what a room has kept; its offsets go on',
  request: z.strictObject({ channel }),
  result: z.strictObject({}),
  example: { request: { channel: 'news' }, result: {} },
  errors: ['not-available'],
  run: async ({ chat }, request) => {
    checkKeeps(chat, request.channel)
    await chat.removeHistory(request.channel)
    return {}
  },
})

export const search = operation({
  name: 'search',
  summary: 'Finds kept messages by their words',
  description:
    'All words have to stand in a message, or words that begin so; upper and lower case and accents make no difference. Newest first. An answer with "next" has older ones: ask again with it as "before".',
  request: z.strictObject({
    query: z.string().trim().min(1).max(1_000).describe('Words.'),
    channel: channel.optional().describe('Only in this room.'),
    limit: z.int().min(1).max(1_000).default(20),
    before: z.int().min(1).optional().describe('Only what is older: "next" of the answer before.'),
  }),
  result: z.strictObject({
    found: z.array(
      publication.extend({
        channel: z.string(),
        epoch: z.string(),
        time: z.int().describe('When it was said, in milliseconds since the Unix epoch.'),
      }),
    ),
    next: z.int().optional(),
  }),
  example: {
    request: { query: 'hel', limit: 1 },
    result: {
      found: [{ channel: 'news', time: 1_790_000_000_000, data: hello, ...somewhere }],
      next: 41,
    },
  },
  errors: ['not-available'],
  run: async ({ search: find }, { query, channel: room, limit, before }) => {
    if (find === undefined) {
      throw new ApiError(
        'not-available',
        'Only the store "sqlite" can be searched: start the server with --data DIR.',
      )
    }
    const { found, next } = await find(query, { room, limit, before })
    const texts = found.map(({ room: name, epoch, publication: one }) => {
      const text = encodePublication(Publication.ordered(name, one, one.offset))
      const place = JSON.stringify({ channel: name, epoch, time: one.time })
      return new RawJson(`${place.slice(0, -1)},${text.slice(1)}`)
    })
    return { found: texts, ...(next === undefined ? {} : { next }) }
  },
})

type Publishing = z.output<z.ZodObject<typeof publishing>>

function optionsOf({
  skip_history,
  tags,
  idempotency_key,
}: Publishing): Parameters<ApiServices['chat']['publish']>[2] {
  return {
    ...(skip_history === undefined ? {} : { skipHistory: skip_history }),
    ...(tags === undefined ? {} : { tags }),
    ...(idempotency_key === undefined ? {} : { idempotencyKey: idempotency_key }),
  }
}

function shown({ offset, epoch }: Published): object {
  return offset === 0 ? {} : { offset, epoch }
}

function checkKeeps({ hub }: ApiServices['chat'], room: string): void {
  hub.checkRoom(room)
  if (hub.optionsOf(room).historySize > 0) return
  throw new ApiError('not-available', `The room ${room} keeps nothing: its history size is 0.`)
}

/** Who gives no epoch means the stream as it is. */
async function sinceOf(
  { hub }: ApiServices['chat'],
  request: { readonly channel: string; readonly since?: Position | undefined },
): Promise<Position | undefined> {
  const { since } = request
  if (since === undefined || since.epoch !== '') return since
  const { epoch } = await hub.history(request.channel, { limit: 0 })
  return { offset: since.offset, epoch }
}
