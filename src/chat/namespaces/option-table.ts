/**
 * The closed table of what a room's options may be: checks of what applications and configurations give, the JSON
 * schema and the documentation derive from it.
 */
import { z } from 'zod'
import { entryRules, offers, type RoomOptions, rules } from '../room-options.ts'

export interface RoomOptionRow<T> {
  readonly schema: z.ZodType<T>
  /** What it is, and who wants it otherwise than it is by default. */
  readonly description: string
}

const limit = z
  .int()
  .min(0)
  .max(2 ** 31 - 1)

export const roomOptionTable: { readonly [K in keyof RoomOptions]: RoomOptionRow<RoomOptions[K]> } = {
  historySize: {
    schema: z.int().min(0).max(1_000_000),
    description: 'Messages that each room keeps, so that members recover what they missed; 0: none.',
  },
  historyTtlMs: {
    schema: limit,
    description: 'How long a message is kept; 0: until newer ones displace it.',
  },
  recovery: {
    schema: z.enum(offers),
    description:
      'Whether subscribers recover what they missed: never, when they have asked for it, or always.',
  },
  positioning: {
    schema: z.enum(offers),
    description:
      'Whether subscribers are told when they may have missed something; who recovers is in any case.',
  },
  presence: { schema: z.boolean(), description: 'Whether anybody is told who is in a room.' },
  joinLeave: {
    schema: z.enum(offers),
    description:
      'Whether members are told who comes and goes: never, when they have asked for it, or always.',
  },
  delta: {
    schema: z.boolean(),
    description:
      'Whether messages may travel as differences from the one before, to clients that ask for it.',
  },
  subscribe: {
    schema: z.enum(entryRules),
    description:
      'Who may enter: everybody; users, who are known by a token; or nobody but with a token for the room.',
  },
  publish: {
    schema: z.enum(rules),
    description: 'Who may publish, of those who may enter: everybody, users, subscribers; or nobody.',
  },
  presenceFor: {
    schema: z.enum(rules),
    description:
      'Who may ask who is there, of those who may enter: everybody, users, subscribers; or nobody.',
  },
  historyFor: {
    schema: z.enum(rules),
    description:
      'Who may ask what was said, of those who may enter: everybody, users, subscribers; or nobody.',
  },
  members: { schema: limit, description: 'Members that a room may have at once; 0: no limit.' },
  publicationsPerSecond: {
    schema: z.number().min(0).max(1_000_000),
    description: 'Messages a second that a room takes from all its clients together; 0: no limit.',
  },
  publicationBytes: {
    schema: limit,
    description: 'Largest message of a client that a room takes, in bytes; 0: as large as messages may be.',
  },
}

/** The table's keys. */
export const roomOptionNames = Object.keys(roomOptionTable) as (keyof RoomOptions)[]

const someOptions = z.strictObject(
  Object.fromEntries(
    Object.entries(roomOptionTable).map(([name, { schema, description }]) => [
      name,
      (schema as z.ZodType).describe(description).optional(),
    ]),
  ),
)

/** What a namespace may be called: as the beginning of a room's name may be. */
export const namespaceName = z
  .string()
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N}\p{M}_.-]*$/u,
    'a name that begins with a letter or digit; then also _ . and - may stand in it',
  )

/** Options by namespace, each with what it has otherwise than rooms without one. */
export const namespaceTable = z.record(namespaceName, someOptions) as unknown as z.ZodType<NamespaceTable>

/** Some options of rooms. */
export const partialRoomOptions = someOptions as unknown as z.ZodType<Partial<RoomOptions>>

export type NamespaceTable = Readonly<Record<string, Partial<RoomOptions>>>
