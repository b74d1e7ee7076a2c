/**
 * Compares what was promised with what is: told of everything that publishers and subscribers see as they see it, and in
 * the end of what is kept. It keeps a name for each message and a number for each subscriber, however long it takes.
 */
import { type KeptMessage, type Message, nameOf } from './message.ts'
import { Violations } from './violations.ts'

export interface Position {
  readonly offset: number
  readonly epoch: string
}

export class Checker {
  readonly violations = new Violations()
  /** By offset: what whoever saw it first saw there. */
  readonly #order: (string | undefined)[] = []
  readonly #attempted = new Set<string>()
  readonly #acknowledged = new Set<string>()
  /** The last offset that each subscriber was given, in order. */
  readonly #had = new Map<string, number>()
  readonly #seen = new Set<string>()
  #epoch: string | undefined
  #repeated = 0
  #repeatedKept = 0
  #delivered = 0
  #recoveries = 0

  get counts() {
    return {
      attempted: this.#attempted.size,
      acknowledged: this.#acknowledged.size,
      /** Sent again because no acknowledgement had come. */
      repeated: this.#repeated,
      /** Of these, those that a subscriber had been given already: the acknowledgement was lost, not the message. */
      repeatedKept: this.#repeatedKept,
      delivered: this.#delivered,
      recoveries: this.#recoveries,
    }
  }

  // What publishers do and hear -----------------------------------------------------------------------------

  attempted(message: Message): void {
    const name = nameOf(message)
    if (this.#attempted.has(name)) {
      this.#repeated++
      if (this.#seen.has(name)) this.#repeatedKept++
    }
    this.#attempted.add(name)
  }

  acknowledged(message: Message): void {
    this.#acknowledged.add(nameOf(message))
  }

  // What subscribers hear -----------------------------------------------------------------------------------

  /** A subscriber is in for the first time: it is owed all that comes after this position. */
  began(subscriber: string, { offset, epoch }: Position): void {
    this.#had.set(subscriber, offset)
    this.#checkEpoch(subscriber, epoch)
  }

  /** It is in again, having asked for what it missed. */
  cameBack(subscriber: string, { epoch }: Pick<Position, 'epoch'>, isRecovered: boolean): void {
    this.#recoveries++
    this.#checkEpoch(subscriber, epoch)
    if (isRecovered) return
    this.violations.add('unrecovered', `${subscriber}, which had ${this.#had.get(subscriber)}`)
  }

  delivered(subscriber: string, message: KeptMessage): void {
    this.#delivered++
    const { offset } = message
    const had = this.#had.get(subscriber) ?? 0
    if (offset <= had) {
      this.violations.add('delivered-twice', `${subscriber} had ${had} and was given ${offset}`)
    } else if (offset > had + 1) {
      this.violations.add('missed', `${subscriber} had ${had} and was given ${offset}`)
    }
    this.#had.set(subscriber, Math.max(had, offset))
    this.#checkOrder(subscriber, message)
  }

  // The end -------------------------------------------------------------------------------------------------

  /** Who has not had all up to this offset. */
  behind(offset: number): string[] {
    return [...this.#had].flatMap(([subscriber, had]) => (had < offset ? [`${subscriber} has ${had}`] : []))
  }

  /** Checks that all that was acknowledged is kept once and in order. `source`: where it was read. */
  kept(source: string, messages: readonly KeptMessage[], epoch: string): void {
    this.#checkEpoch(source, epoch)
    const kept = new Set<string>()
    const lastOf = new Map<number, number>()
    for (const [index, message] of messages.entries()) {
      const { publisher, number, offset } = message
      const name = nameOf(message)
      const place = `${name} at ${offset} in ${source}`
      if (offset !== index + 1) this.violations.add('history-gap', `${place}, expected at ${index + 1}`)
      if (!this.#attempted.has(name)) this.violations.add('invented', place)
      const last = lastOf.get(publisher) ?? 0
      if (kept.has(name)) this.violations.add('doubled', place)
      else if (number < last) this.violations.add('publisher-order', `${place}, after ${publisher}:${last}`)
      lastOf.set(publisher, Math.max(last, number))
      kept.add(name)
      this.#checkOrder(source, message)
    }
    for (const name of this.#acknowledged) {
      if (!kept.has(name)) this.violations.add('lost', `${name} is not in ${source}`)
    }
  }

  /** Checks who is said to be present, given those who have to be. */
  present(expected: ReadonlySet<string>, found: ReadonlySet<string>): void {
    for (const client of found.difference(expected)) this.violations.add('presence', `${client} is gone`)
    for (const client of expected.difference(found)) this.violations.add('presence', `${client} is missing`)
  }

  #checkOrder(who: string, message: KeptMessage): void {
    const { offset } = message
    const name = nameOf(message)
    const before = this.#order[offset]
    if (before === undefined) {
      this.#order[offset] = name
      this.#seen.add(name)
    } else if (before !== name) {
      this.violations.add('order', `${who} has ${name} at ${offset}, where another has ${before}`)
    }
  }

  #checkEpoch(who: string, epoch: string): void {
    this.#epoch ??= epoch
    if (this.#epoch !== epoch) this.violations.add('epoch', `${who} found ${epoch} after ${this.#epoch}`)
  }
}
