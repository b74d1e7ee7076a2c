/** Fields that several operations have. */
import { z } from 'zod'

/** Channels of one broadcast. */
const maxChannels = 10_000

const text = z.string().min(1).max(1_000)

export const channel = text.describe('The room.')
export const channels = z.array(text).min(1).max(maxChannels).describe('The rooms.')
export const user = text.describe('All sessions of this user.')
export const client = text.describe('One session; with a user it has to be one of theirs.')

/** Any JSON value. Absent, it has to be `undefined`, which JSON has not. */
export const data = z
  .unknown()
  .refine((value) => value !== undefined, {
    error: 'Invalid input: expected a JSON value, received undefined',
  })
  .describe('Any JSON value. Numbers that a double cannot hold are kept as they are written.')

/** What a publication may say beside its content. */
export const publishing = {
  skip_history: z.boolean().optional().describe('Not kept, even where the room keeps what is said.'),
  tags: z
    .record(z.string(), z.string())
    .optional()
    .describe('Words for programs that stand beside the data.'),
  idempotency_key: z
    .string()
    .min(1)
    .max(256)
    .optional()
    .describe('A second publication to the room with the same key, within five minutes, is not made again.'),
  delta: z
    .boolean()
    .optional()
    .describe(
      'Accepted, and of no effect: whether data travel as differences is the room’s and the client’s.',
    ),
}

/** A point in time, as the Centrifuge protocol writes it. */
export const expireAt = z.int().min(0).describe('Seconds since the Unix epoch; 0: never.')

export const position = z.strictObject({
  offset: z.int().min(0),
  epoch: z.string().default('').describe('Empty: the stream as it is.'),
})

/** An answer of yes or no in an object of its own, as the Centrifugo API has it. */
export const boolValue = z.strictObject({ value: z.boolean() })

/** Where an acknowledged publication stands; empty where the room keeps nothing. */
export const published = z.strictObject({
  offset: z.int().min(1).optional(),
  epoch: z.string().optional(),
})

export const clientInfo = z.strictObject({
  client: z.string(),
  user: z.string().describe('Empty: anonymous.'),
  conn_info: z.unknown().optional().describe('What is known of the person.'),
  chan_info: z.unknown().optional().describe('What is known of the person in this room.'),
})

export const publication = z.strictObject({
  offset: z.int().min(1).optional(),
  data: z.unknown(),
  info: clientInfo.optional().describe('Who published it, where that was a client.'),
  tags: z.record(z.string(), z.string()).optional(),
})

export const apiError = z.strictObject({
  code: z.int().describe('Of the table of errors; from 400 on an application’s own.'),
  message: z.string().describe('What was wrong, or what to do.'),
})

/** What is wrong, for people; the codes are those of the client protocol. */
export type ApiErrorReply = z.output<typeof apiError>
