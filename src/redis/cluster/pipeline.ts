/**
 * A pipeline on a cluster: taken apart by slot, so that each part goes to its node in its order, and put together
 * from their replies. Of a slot that is moving some commands may be carried out and others redirected; only the
 * latter are sent again.
 */
import { Call, type Command, type Dispatcher } from '../call.ts'
import { ClusterError, RedisError, ReplyError } from '../errors.ts'
import type { Reply } from '../resp/reply.ts'
import { commandsOf, slotOfCommands } from './route.ts'

/** Commands of a pipeline whose keys are all in one slot. */
export class Part extends Call {}

/** Errors for which a command was not carried out and is sent again, elsewhere or later. */
const passing: ReadonlySet<string> = new Set(['MOVED', 'ASK', 'TRYAGAIN', 'CLUSTERDOWN'])

export class Pipeline {
  readonly #call: Call
  readonly #commands: readonly Command[]
  readonly #cluster: Dispatcher
  /** Told of redirections that come for a part of a part. */
  readonly #learn: (refusal: ReplyError) => void
  readonly #replies: Reply[] = []
  readonly #failures: unknown[] = []
  #parts = 0
  #hasReplies = false

  constructor(call: Call, cluster: Dispatcher, learn: (refusal: ReplyError) => void) {
    this.#call = call
    this.#commands = commandsOf(call)
    this.#cluster = cluster
    this.#learn = learn
  }

  /** Sends all parts; settles the call when all have come back. */
  start(): void {
    const places = new Map<number | undefined, number[]>()
    try {
      this.#commands.forEach((command, place) => {
        const slot = slotOfCommands([command])
        const others = places.get(slot)
        if (others === undefined) places.set(slot, [place])
        else others.push(place)
      })
    } catch (error) {
      this.#call.fail(error)
      return
    }
    this.#parts = places.size
    for (const part of places.values()) this.#send(part)
  }

  #send(places: readonly number[]): void {
    const [first, ...rest] = places.map((place) => this.#commands[place]!)
    const part = new Part(
      first!,
      this.#call.options,
      {
        resolve: (reply) => this.#answered(places, rest.length === 0 ? [reply] : (reply as Reply[])),
        reject: (error) => this.#failed(places, error),
      },
      rest.length === 0 ? undefined : rest,
    )
    this.#cluster.dispatch(part)
  }

  #answered(places: readonly number[], replies: readonly Reply[]): void {
    const again: number[] = []
    places.forEach((place, index) => {
      const reply = replies[index]!
      if (reply instanceof ReplyError && passing.has(reply.kind)) {
        this.#learn(reply)
        again.push(place)
      } else {
        this.#replies[place] = reply
      }
    })
    this.#hasReplies ||= again.length < places.length
    if (again.length > 0) this.#send(again)
    else this.#settled()
  }

  #failed(places: readonly number[], error: unknown): void {
    if (error instanceof ReplyError && places.length === 1) {
      this.#replies[places[0]!] = error
      this.#hasReplies = true
    } else {
      this.#failures.push(error)
    }
    this.#settled()
  }

  #settled(): void {
    this.#parts--
    if (this.#parts > 0) return
    const worst = this.#failures.find((error) => !isNotSent(error)) ?? this.#failures[0]
    if (worst === undefined) this.#call.succeed(this.#replies)
    else if (this.#hasReplies && isNotSent(worst)) {
      const why = worst instanceof Error ? worst.message : String(worst)
      this.#call.fail(
        new ClusterError(`Only some commands of the pipeline were carried out: ${why}`, worst, 'maybe'),
      )
    } else this.#call.fail(worst)
  }
}

function isNotSent(error: unknown): boolean {
  return error instanceof RedisError && error.sent === 'no'
}
