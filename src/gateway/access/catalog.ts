/**
 * What the server says of its commands: to which of its ACL categories each belongs. It is read when the server
 * is first reached, and again after each reconnect, since modules and renamed commands make it differ.
 */
import { traitsOf } from '../../redis/commands/traits.ts'
import type { RedisPool } from '../../redis/pool.ts'
import type { Reply } from '../../redis/resp/reply.ts'

/** Category names in capitals with their at sign, such as `@READ`. */
export type Categories = ReadonlySet<string>

export class Catalog {
  readonly #byName = new Map<string, Categories>()
  #containers: ReadonlySet<string> = new Set()
  #isLoading = false
  /** Counts up whenever the server has told: what was concluded before may be wrong. */
  edition = 0

  get isLoaded(): boolean {
    return this.#byName.size > 0
  }

  /** All commands, in capitals, without subcommands. */
  names(): string[] {
    return [...this.#byName.keys()].filter((name) => !name.includes('|')).sort()
  }

  /**
   * Categories of `GET` or `CONFIG|GET`, in capitals; `undefined`: there is no such command. Before the server
   * has told, only what every server agrees on: whether it reads or writes.
   */
  categoriesOf(name: string): Categories | undefined {
    if (this.isLoaded) return this.#byName.get(name)
    const [command, subcommand] = name.split('|')
    const traits = traitsOf(subcommand === undefined ? [command!] : [command!, subcommand])
    if (traits === undefined || traits.name !== name.replace('|', ' ')) return undefined
    return traits.isReadOnly ? read : traits.keys.length > 0 ? write : neither
  }

  /** Whether the server has subcommands of this command, which is given in capitals. */
  hasSubcommands(name: string): boolean {
    return this.#containers.has(name)
  }

  /** Reads it from the server now and whenever a connection was made anew. */
  follow(pool: RedisPool): void {
    const load = (): void => {
      if (this.#isLoading) return
      this.#isLoading = true
      pool
        .command('COMMAND')
        .then(
          (reply) => this.#learn(reply),
          () => {
            // Until it is told, the catalog knows less and denies more; the next connection tries again.
          },
        )
        .finally(() => {
          this.#isLoading = false
        })
    }
    pool.events.on('connect', load)
    load()
  }

  #learn(reply: Reply): void {
    if (!Array.isArray(reply)) return
    this.#byName.clear()
    for (const row of reply) this.#learnRow(row)
    this.#containers = new Set(
      [...this.#byName.keys()].filter((name) => name.includes('|')).map((name) => name.split('|', 1)[0]!),
    )
    this.edition++
  }

  #learnRow(row: Reply): void {
    if (!Array.isArray(row)) return
    const categories = row[6]
    const list = Array.isArray(categories) || categories instanceof Set ? [...categories] : []
    this.#byName.set(String(row[0]).toUpperCase(), new Set(list.map((word) => String(word).toUpperCase())))
    const subcommands = row[9]
    if (Array.isArray(subcommands)) for (const subcommand of subcommands) this.#learnRow(subcommand)
  }
}

const read: Categories = new Set(['@READ'])
const write: Categories = new Set(['@WRITE'])
const neither: Categories = new Set()
