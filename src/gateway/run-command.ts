/** One command of a request, on its way to Redis and back. */
import type { Client } from '../redis/client.ts'
import { traitsOf } from '../redis/commands/traits.ts'
import { ReplyError } from '../redis/errors.ts'
import type { RedisPool } from '../redis/pool.ts'
import type { Reply } from '../redis/resp/reply.ts'
import type { GatewayReply } from './exchange.ts'
import type { Word } from './word.ts'

/** What becomes of a reply of Redis's, or of what came instead of one. */
export interface CommandAnswers {
  /** A reply has come, the server's errors included. */
  readonly done: (result: Reply) => void | Promise<void>
  /** None has come. */
  readonly failed: (error: unknown) => void
}

/**
 * Sends the command on the shared pool and answers with what comes of it. What an answer throws, or its promise rejects
 * with, fails the request's reply. Hot path: once a request, watched by the bench `gateway`; so there is no promise.
 */
export function runCommand(
  pool: RedisPool,
  words: readonly Word[],
  reply: GatewayReply,
  { done, failed }: CommandAnswers,
): void {
  // Only who may wait for long is told that its client has left: the others are answered before that matters.
  const client =
    traitsOf(words)?.canBlock === true ? pool.with({ buffers: 'data', signal: reply.closed }) : clientOf(pool)
  client.commandInto(
    words,
    (result) => answer(reply, done, result),
    (error) =>
      error instanceof ReplyError ? answer<Reply>(reply, done, error) : answer(reply, failed, error),
  )
}

function answer<Value>(reply: GatewayReply, by: (value: Value) => void | Promise<void>, value: Value): void {
  try {
    const answering = by(value)
    if (answering !== undefined) answering.catch((error: unknown) => reply.fail(error))
  } catch (error) {
    reply.fail(error)
  }
}

const clients = new WeakMap<RedisPool, Client<Buffer>>()

/** One client for all requests that need nothing special. */
function clientOf(pool: RedisPool): Client<Buffer> {
  let client = clients.get(pool)
  if (client === undefined) {
    client = pool.with({ buffers: 'data' })
    clients.set(pool, client)
  }
  return client
}
