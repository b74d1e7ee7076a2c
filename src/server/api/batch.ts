/** Many calls in one request, one after the other or side by side. */
import { z } from 'zod'
import { answer } from './answer.ts'
import { apiError } from './fields.ts'
import type { ApiServices } from './operation.ts'
import { operations } from './operations/table.ts'

/** Calls of one batch. */
export const maxCommands = 1_000

const byName = new Map(operations.map((one) => [one.name, one]))

/** A command is an object with one field: the operation's name, and its request. */
const command = z
  .record(z.string(), z.unknown())
  .refine((value) => Object.keys(value).length === 1 && byName.has(Object.keys(value)[0]!), {
    error: `expected an object with one field that is an operation: ${[...byName.keys()].join(', ')}`,
  })

export const batchRequest = z.strictObject({
  commands: z.array(command).min(1).max(maxCommands),
  parallel: z
    .boolean()
    .default(false)
    .describe(
      'Side by side, in no particular order. Else each begins when the one before has been answered.',
    ),
})

export const batchReply = z.strictObject({
  replies: z.array(z.union([z.strictObject({ error: apiError }), z.record(z.string(), z.unknown())])),
})

export type BatchRequest = z.output<typeof batchRequest>

/** The replies in the order of the commands: `{"publish": result}`, or `{"error": …}`. */
export async function runBatch(
  { commands, parallel }: BatchRequest,
  services: ApiServices,
): Promise<{ readonly replies: readonly object[] }> {
  if (parallel) return { replies: await Promise.all(commands.map((one) => reply(one, services))) }
  const replies: object[] = []
  for (const one of commands) replies.push(await reply(one, services))
  return { replies }
}

async function reply(one: Readonly<Record<string, unknown>>, services: ApiServices): Promise<object> {
  const [name, parameters] = Object.entries(one)[0]!
  const outcome = await answer(byName.get(name)!, parameters, services)
  return 'error' in outcome ? outcome : { [name]: outcome.result }
}
