/**
 * What commands on a lease have made of its connection, so that it can be given back as it was, or be replaced.
 */
import type { Command } from './call.ts'
import { traitsOf } from './commands/traits.ts'

export class ConnectionState {
  readonly #database: number
  #isInTransaction = false
  #isWatching = false
  #selected: number | undefined
  #isBeyondRepair = false

  /** `database`: what the pool has selected. */
  constructor(database: number) {
    this.#database = database
  }

  /** Between MULTI and EXEC every command is queued, a ping too. */
  get isInTransaction(): boolean {
    return this.#isInTransaction
  }

  /** Notes a command that is being sent. */
  note(command: Command): void {
    const traits = traitsOf(command)
    if (traits?.takesConnection === undefined) return
    switch (traits.name) {
      case 'MULTI':
        this.#isInTransaction = true
        break
      case 'EXEC':
      case 'DISCARD':
        this.#isInTransaction = false
        this.#isWatching = false
        break
      case 'WATCH':
        this.#isWatching = true
        break
      case 'UNWATCH':
        this.#isWatching = false
        break
      case 'SELECT':
        this.#selected = Number(command[1])
        break
      default:
        this.#isBeyondRepair = true
    }
  }

  /** Commands that make the connection as it was; undefined: only a new one will do. */
  repair(): readonly Command[] | undefined {
    if (this.#isBeyondRepair) return undefined
    const commands: Command[] = []
    if (this.#isInTransaction) commands.push(['DISCARD'])
    else if (this.#isWatching) commands.push(['UNWATCH'])
    if (this.#selected !== undefined && this.#selected !== this.#database)
      commands.push(['SELECT', this.#database])
    return commands
  }
}
