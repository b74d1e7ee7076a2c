/**
 * The face of everything that carries out commands: a pool, a lease, a cluster. It turns method calls into
 * {@link Call}s and knows nothing of connections.
 */
import { createHash } from 'node:crypto'
import { Batch } from './batch.ts'
import {
  Call,
  type CallOptions,
  type CallReceiver,
  type Command,
  type Dispatcher,
  defaultCallOptions,
  requestAll,
} from './call.ts'
import { Commands, type Key } from './commands/commands.ts'
import type { Reshape } from './commands/shapes.ts'
import { BatchError, ReplyError, TransactionAbortedError } from './errors.ts'
import type { Argument } from './resp/encoder.ts'
import type { Reply } from './resp/reply.ts'

/** The values of a list of promises. */
export type Values<Promises extends readonly unknown[]> = {
  -readonly [Index in keyof Promises]: Awaited<Promises[Index]>
}

export interface ScriptInput {
  readonly keys?: readonly Key[]
  readonly args?: readonly Argument[]
  /** Sent as EVAL_RO: the script cannot write, and may be repeated and run on replicas. Default false. */
  readonly readOnly?: boolean
}

export class Client<Text extends string | Buffer = string> extends Commands<Text> {
  readonly #dispatcher: Dispatcher
  readonly #options: CallOptions

  constructor(dispatcher: Dispatcher, options: CallOptions = defaultCallOptions) {
    super()
    this.#dispatcher = dispatcher
    this.#options = options
  }

  /**
   * Sends any command by its words and gives the reply as the server meant it (maps as `Map`, sets as `Set`).
   *
   * Throws {@link ReplyError} for errors of the server; what else can go wrong is listed in `redisErrorCodes`.
   */
  command(...command: [name: string, ...words: Argument[]]): Promise<Reply> {
    return new Promise((resolve, reject) => {
      this.#dispatcher.dispatch(new Call(command, this.#options, { resolve, reject }))
    })
  }

  /**
   * The same for who sends so many commands that a promise for each is felt. The receiver is called once: where the reply
   * is read, where it becomes certain that none comes, or before this returns. It must not throw, and the command still
   * counts as in flight meanwhile.
   */
  commandInto(command: readonly Argument[], receiver: CallReceiver): void {
    this.#dispatcher.dispatch(new Call(command, this.#options, receiver))
  }

  /**
   * The same with other options for its calls: `with({ buffers: true }).get(key)`. Cheap; can be kept.
   */
  with<Buffers extends boolean | 'data' | undefined = undefined>(
    options: Partial<CallOptions> & { readonly buffers?: Buffers },
  ): Client<Buffers extends true | 'data' ? Buffer : Buffers extends false ? string : Text> {
    return new Client(this.#dispatcher, { ...this.#options, ...options })
  }

  /**
   * Sends several commands in one go, in order, and gives their values. Other callers' commands may run between
   * them (a transaction keeps them out). Commands that are merely called in the same turn share their way too;
   * a pipeline adds the order and one point of failure.
   *
   * Throws {@link BatchError} where the server refused some, with all results in it.
   */
  async pipeline<const Promises extends readonly unknown[]>(
    gather: (pipeline: Batch<Text>) => Promises,
  ): Promise<Values<Promises>> {
    const batch = new Batch<Text>('pipeline')
    const promises = gather(batch)
    try {
      const replies = await requestAll(this.#dispatcher, batch.seal(), this.#options)
      batch.settle(replies)
      refuseErrors('pipeline', replies)
    } catch (error) {
      batch.fail(error)
      throw error
    }
    return (await Promise.all(promises)) as Values<Promises>
  }

  /**
   * MULTI, the commands, EXEC, in one go: all are carried out with nothing between them, or none is. Gives the
   * values of what `gather` returns, or all replies if it returns nothing.
   *
   * Throws {@link TransactionAbortedError} where nothing was carried out, {@link BatchError} where single
   * commands failed (Redis carries out the others all the same), and `InterruptedError` with `sent: 'maybe'`
   * where it is unknown.
   */
  async transaction<const Promises extends readonly unknown[]>(
    gather: (transaction: Batch<Text>) => Promises,
  ): Promise<Values<Promises>>
  async transaction(gather: (transaction: Batch<Text>) => void): Promise<Reply[]>
  async transaction(gather: (transaction: Batch<Text>) => unknown): Promise<unknown[]> {
    const batch = new Batch<Text>('transaction')
    const promises = gather(batch)
    try {
      const commands = batch.seal()
      if (commands.length === 0) return []
      const all: Command[] = [['MULTI'], ...commands, ['EXEC']]
      const results = resultsOf(await requestAll(this.#dispatcher, all, this.#options, true))
      batch.settle(results)
      refuseErrors('transaction', results)
      return Array.isArray(promises) ? await Promise.all(promises) : results
    } catch (error) {
      batch.fail(error)
      throw error
    }
  }

  /**
   * Runs a Lua script: by its hash, and by its text where the server does not know it yet.
   *
   * @example await redis.script("return redis.call('GET', KEYS[1])", { keys: ['hello'] })
   */
  async script(lua: string, input: ScriptInput = {}): Promise<Reply> {
    const keys = input.keys ?? []
    const rest = [keys.length, ...keys, ...(input.args ?? [])]
    const suffix = input.readOnly === true ? '_RO' : ''
    try {
      return await this.command(`EVALSHA${suffix}`, hashOf(lua), ...rest)
    } catch (error) {
      if (!(error instanceof ReplyError) || error.kind !== 'NOSCRIPT') throw error
      return await this.command(`EVAL${suffix}`, lua, ...rest)
    }
  }

  protected override send<Value>(command: Command, reshape?: Reshape<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      const settle =
        reshape === undefined
          ? (resolve as (reply: Reply) => void)
          : (reply: Reply): void => {
              try {
                resolve(reshape(reply, command))
              } catch (error) {
                reject(error)
              }
            }
      this.#dispatcher.dispatch(new Call(command, this.#options, { resolve: settle, reject }))
    })
  }
}

/** The results that EXEC gave, out of the replies to MULTI, the commands and EXEC. */
function resultsOf(replies: readonly Reply[]): Reply[] {
  const result = replies.at(-1)
  if (Array.isArray(result)) return result
  const refusal = replies.find((reply) => reply instanceof ReplyError)
  if (result === null) throw new TransactionAbortedError('A watched key was changed before EXEC.')
  throw new TransactionAbortedError(
    `The server refused the transaction: ${refusal?.message ?? 'EXEC gave no list'}`,
    refusal,
  )
}

function refuseErrors(what: string, replies: readonly Reply[]): void {
  const failed = replies.filter((reply) => reply instanceof ReplyError)
  if (failed.length > 0) throw new BatchError(what, replies, failed)
}

const hashes = new Map<string, string>()
/** Programs have a handful of scripts; one that builds them from data must not fill memory. */
const MAX_HASHES = 1000

function hashOf(lua: string): string {
  const known = hashes.get(lua)
  if (known !== undefined) return known
  const hash = createHash('sha1').update(lua).digest('hex')
  if (hashes.size >= MAX_HASHES) hashes.clear()
  hashes.set(lua, hash)
  return hash
}
