import { ownText } from './word.ts'

/**
 * What became of requests, by command: plain counters, which a scrape of the metrics reads. Hot path (bench
 * `gateway`): a request costs one look-up by its command's name, as it was spelt, and three additions.
 */
export interface CommandCounts {
  /** Requests that were answered with 200; the others are in `others`. */
  ok: number
  readonly others: Map<number, number>
  /** The time from a request's arrival to its whole reply, of all of them together, in milliseconds. */
  totalMs: number
  /** So many took at most as long as the bound at the same place of {@link latencyBoundsMs}, and longer than the one before. */
  readonly buckets: number[]
  /** Commands that came in pipelines, transactions; these are requests of a name of their own. */
  batched: number
}

/** From what Redis takes on the same machine to its command deadline. */
export const latencyBoundsMs = [0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 1000, 10_000] as const

/** For requests that name no command, and for names that the server does not know: these could be anything, even secrets. */
export const noCommand = 'none'
export const otherCommand = 'other'

/** Spellings are kept for speed; whoever varies the case of letters must not fill memory. */
const maxSpellings = 1000

export class CommandMeter {
  readonly #isKnown: (name: string) => boolean
  readonly #byName = new Map<string, CommandCounts>()
  readonly #bySpelling = new Map<string, { readonly name: string; readonly counts: CommandCounts }>()

  /** `isKnown`: whether the server has a command of this name, which is in capitals. */
  constructor(isKnown: (name: string) => boolean) {
    this.#isKnown = isKnown
  }

  /** By the command's name in capitals, or what stands for it. */
  get counts(): ReadonlyMap<string, CommandCounts> {
    return this.#byName
  }

  /** Counts a request; gives the name that it is counted under. */
  count(spelling: string, status: number, durationMs: number): string {
    const { name, counts } = this.#bySpelling.get(spelling) ?? this.#find(spelling)
    if (status === 200) counts.ok++
    else counts.others.set(status, (counts.others.get(status) ?? 0) + 1)
    counts.totalMs += durationMs
    let place = 0
    while (place < latencyBoundsMs.length && durationMs > latencyBoundsMs[place]!) place++
    counts.buckets[place]!++
    return name
  }

  /** Counts a command that came with others. */
  countBatched(spelling: string): void {
    const { counts } = this.#bySpelling.get(spelling) ?? this.#find(spelling)
    counts.batched++
  }

  #find(spelling: string): { readonly name: string; readonly counts: CommandCounts } {
    const name = this.#nameOf(spelling)
    let counts = this.#byName.get(name)
    if (counts === undefined) {
      counts = {
        ...{ ok: 0, others: new Map(), totalMs: 0, batched: 0 },
        buckets: new Array<number>(latencyBoundsMs.length + 1).fill(0),
      }
      this.#byName.set(name, counts)
    }
    const found = { name, counts }
    // What is not known may be known later: the server tells its commands after the first requests have come.
    if (name !== otherCommand && this.#bySpelling.size < maxSpellings)
      this.#bySpelling.set(ownText(spelling), found)
    return found
  }

  #nameOf(spelling: string): string {
    if (spelling === '') return noCommand
    if (batches.has(spelling)) return spelling
    const name = spelling.toUpperCase()
    return this.#isKnown(name) ? name : otherCommand
  }
}

/** What several commands are in one request. */
const batches: ReadonlySet<string> = new Set(['pipeline', 'multi-exec'])
