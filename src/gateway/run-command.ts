/** One command of a request, on its way to Redis and back. */
import type { CallReceiver } from '../redis/call.ts'
import type { Client } from '../redis/client.ts'
import { traitsOf } from '../redis/commands/traits.ts'
import { ReplyError } from '../redis/errors.ts'
import type { RedisPool } from '../redis/pool.ts'
import type { Reply } from '../redis/resp/reply.ts'
import type { GatewayReply } from './exchange.ts'
import type { Word } from './word.ts'

/**
 * Answers a request with what becomes of its command. What `done` and `failed` throw, or their promises reject with, fails
 * the request's reply. Hot path: once a request, watched by the bench `gateway`; so it is one object, and no promise.
 */
export abstract class CommandAnswer implements CallReceiver {
  protected readonly reply: GatewayReply

  constructor(reply: GatewayReply) {
    this.reply = reply
  }

  /** A reply has come, the server's errors included. */
  protected abstract done(result: Reply): void | Promise<void>

  /** None has come. */
  protected abstract failed(error: unknown): void | Promise<void>

  /** Sends the command on the shared pool. */
  run(pool: RedisPool, words: readonly Word[]): void {
    // Only who may wait for long is told that its client has left: the others are answered before that matters.
    const client =
      traitsOf(words)?.canBlock === true
        ? pool.with({ buffers: 'data', signal: this.reply.closed })
        : clientOf(pool)
    client.commandInto(words, this)
  }

  resolve(result: Reply): void {
    try {
      this.#watch(this.done(result))
    } catch (error) {
      this.reply.fail(error)
    }
  }

  reject(error: unknown): void {
    if (error instanceof ReplyError) {
      this.resolve(error)
      return
    }
    try {
      this.#watch(this.failed(error))
    } catch (failure) {
      this.reply.fail(failure)
    }
  }

  #watch(answering: void | Promise<void>): void {
    if (answering !== undefined) answering.catch((error: unknown) => this.reply.fail(error))
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
