/**
 * Who is at the other end of a line: a program of the Centrifuge dialect says so with its first line, a command in JSON.
 * Everybody else, also whoever says nothing for a moment, is a person; but one whose first line is a command when it comes
 * was a program that the network held up, and goes on as one: no room is told its commands.
 */
import { isCommand } from '../chat/dialects/centrifuge/decode.ts'
import type { Ending } from '../connection/cause.ts'
import type { Connection } from '../connection/connection.ts'
import type { Handler } from '../connection/handler.ts'
import type { Line } from '../transports/lines.ts'

/** Programs speak as soon as they are connected: this is for what the network does to that. */
const patienceMs = 100

type LineHandler = Handler<Line, string>

/** A person that has said nothing yet may turn out to be none. */
export interface GreetedPerson extends LineHandler {
  /** Leaves as if it had never come; nothing is heard of its connection any more. */
  leave(): void
}

export interface FirstLineChoices {
  readonly person: () => GreetedPerson
  readonly program: () => LineHandler
}

export class FirstLine implements LineHandler {
  readonly #choices: FirstLineChoices
  #chosen: LineHandler | undefined
  #greeted: GreetedPerson | undefined
  #hasHeard = false
  #cancel: (() => void) | undefined

  constructor(choices: FirstLineChoices) {
    this.#choices = choices
  }

  opened(connection: Connection<Line, string>): void {
    this.#cancel = connection.after(patienceMs, () => this.#greet(connection))
  }

  message(line: Line, connection: Connection<Line, string>): void | Promise<void> {
    if (this.#hasHeard) return this.#chosen?.message(line, connection)
    this.#hasHeard = true
    this.#cancel?.()
    // A program whose connection broke in the middle of its first command.
    if (line.isUnended === true && line.text?.startsWith('{') === true) return
    const isProgram = line.text !== undefined && isCommand(line.text)
    if (this.#greeted !== undefined && !isProgram) return this.#greeted.message(line, connection)
    this.#greeted?.leave()
    const { person, program } = this.#choices
    const chosen = isProgram ? program() : person()
    this.#chosen = chosen
    const opened = chosen.opened?.(connection)
    if (opened instanceof Promise) return opened.then(() => chosen.message(line, connection))
    return chosen.message(line, connection)
  }

  closed(ending: Ending, connection: Connection<Line, string>): void {
    // Whoever came and went without a word was a person, for the log; no room has heard of them.
    const chosen = this.#chosen ?? this.#choices.person()
    chosen.closed?.(ending, connection)
  }

  #greet(connection: Connection<Line, string>): void | Promise<void> {
    this.#greeted = this.#choices.person()
    this.#chosen = this.#greeted
    return this.#greeted.opened?.(connection)
  }
}
