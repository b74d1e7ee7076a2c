/**
 * Who is at the other end of a line: a program of the Centrifuge dialect says so with its first line, a command in JSON.
 * Everybody else, also whoever says nothing for a moment, is a person.
 */
import { isCommand } from '../chat/dialects/centrifuge/decode.ts'
import type { Ending } from '../connection/cause.ts'
import type { Connection } from '../connection/connection.ts'
import type { Handler } from '../connection/handler.ts'
import type { Line } from '../transports/lines.ts'

/** Programs speak as soon as they are connected: this is for what the network does to that. */
const patienceMs = 100

type LineHandler = Handler<Line, string>

export interface FirstLineChoices {
  readonly person: () => LineHandler
  readonly program: () => LineHandler
}

export class FirstLine implements LineHandler {
  readonly #choices: FirstLineChoices
  #chosen: LineHandler | undefined
  #cancel: (() => void) | undefined

  constructor(choices: FirstLineChoices) {
    this.#choices = choices
  }

  opened(connection: Connection<Line, string>): void {
    this.#cancel = connection.after(patienceMs, () => this.#choose(this.#choices.person(), connection))
  }

  message(line: Line, connection: Connection<Line, string>): void | Promise<void> {
    if (this.#chosen !== undefined) return this.#chosen.message(line, connection)
    const { person, program } = this.#choices
    const chosen = line.text !== undefined && isCommand(line.text) ? program() : person()
    const opened = this.#choose(chosen, connection)
    if (opened !== undefined) return opened.then(() => chosen.message(line, connection))
    return chosen.message(line, connection)
  }

  closed(ending: Ending, connection: Connection<Line, string>): void {
    // Whoever came and went without a word was a person, for the log; no room has heard of them.
    const chosen = this.#chosen ?? this.#choices.person()
    chosen.closed?.(ending, connection)
  }

  #choose(chosen: LineHandler, connection: Connection<Line, string>): void | Promise<void> {
    this.#cancel?.()
    this.#chosen = chosen
    return chosen.opened?.(connection)
  }
}
