/**
 * Names of commands that pass whatever their arguments are, so that most commands are looked up and not judged. Hot path:
 * once a command, watched by the bench `gateway`.
 */
import { traitsOf } from '../../redis/commands/traits.ts'
import type { CommandWords } from '../authorize.ts'
import type { Catalog } from './catalog.ts'
import type { CommandRules } from './verdict.ts'

export class PassingNames {
  readonly #catalog: Catalog
  /** Whether the rules look at no more than the name. */
  readonly #isByName: boolean
  readonly #names = new Set<string>()
  #edition = 0

  constructor(rules: CommandRules, catalog: Catalog) {
    this.#catalog = catalog
    this.#isByName = rules.keys === undefined && rules.channels === undefined && rules.database === undefined
  }

  /** Whether a command with this name has passed, and so the next one does too. */
  has(name: string | Buffer | undefined): boolean {
    return this.#edition === this.#catalog.edition && this.#names.has(name as string)
  }

  /**
   * The command has passed. Its name is kept as it was spelt, where nothing else of it was looked at: what has subcommands,
   * by our table or by the server's, is judged each time.
   */
  add(command: CommandWords): void {
    if (!this.#isByName || !this.#catalog.isLoaded) return
    if (this.#edition !== this.#catalog.edition) {
      this.#edition = this.#catalog.edition
      this.#names.clear()
    }
    const name = command[0]
    if (typeof name !== 'string') return
    const traits = traitsOf(command)
    // Spellings that the table has as they are: few, whatever clients send.
    const isKnown = traits !== undefined && (name === traits.name || name === traits.name.toLowerCase())
    if (isKnown && !traits.hasSubcommands && !this.#catalog.hasSubcommands(traits.name)) this.#names.add(name)
  }
}
