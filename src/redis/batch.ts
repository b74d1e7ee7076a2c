/**
 * Commands that are gathered by a function of the caller's and then sent in one go: the `p` of
 * `redis.pipeline(p => …)` and the `t` of `redis.transaction(t => …)`.
 *
 * Each method gives the promise of its own reply, so that types carry through; nothing is sent before the
 * function returns.
 */
import type { Command } from './call.ts'
import { Commands } from './commands/commands.ts'
import type { Reshape } from './commands/shapes.ts'
import { LeaseEndedError, ReplyError } from './errors.ts'
import type { Argument } from './resp/encoder.ts'
import type { Reply } from './resp/reply.ts'

interface Gathered {
  readonly command: Command
  readonly settle: (reply: Reply) => void
  readonly fail: (error: unknown) => void
}

export class Batch<Text extends string | Buffer = string> extends Commands<Text> {
  readonly #what: string
  readonly #gathered: Gathered[] = []
  #isSealed = false

  constructor(what: string) {
    super()
    this.#what = what
  }

  /** Any command by its words. */
  command(...command: [name: string, ...words: Argument[]]): Promise<Reply> {
    return this.send(command)
  }

  protected override send<Value>(command: Command, reshape?: Reshape<Value>): Promise<Value> {
    const promise = new Promise<Value>((resolve, reject) => {
      if (this.#isSealed) throw new LeaseEndedError(`The ${this.#what} is already on its way.`)
      this.#gathered.push({
        command,
        fail: reject,
        settle: (reply) => resolve(reshape === undefined ? (reply as Value) : reshape(reply, command)),
      })
    })
    // The batch reports failures as a whole: a promise that nobody looks at is no unhandled rejection.
    promise.catch(() => {})
    return promise
  }

  /** Ends the gathering. */
  seal(): readonly Command[] {
    this.#isSealed = true
    return this.#gathered.map((one) => one.command)
  }

  /** Hands out the replies. */
  settle(replies: readonly Reply[]): void {
    this.#gathered.forEach((one, index) => {
      const reply = replies[index]!
      if (reply instanceof ReplyError) {
        reply.command = String(one.command[0])
        one.fail(reply)
        return
      }
      try {
        one.settle(reply)
      } catch (error) {
        one.fail(error)
      }
    })
  }

  fail(error: unknown): void {
    for (const one of this.#gathered) one.fail(error)
  }
}
