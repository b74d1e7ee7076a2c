/**
 * What a room has heard since somebody began to catch up, up to a bound: so nothing falls between the history
 * that was read and the moment from which a member is live. While nobody catches up, nothing is noted.
 */
import { Queue } from '../connection/queue.ts'
import type { Publication } from './publication.ts'

/** Reading a history takes milliseconds: whoever is further behind then reads it again. */
const defaultLimit = 1_000

export class NotedPublications {
  readonly #limit: number
  #noted: Queue<Publication> | undefined
  #droppedOffset = 0
  #losses = 0

  constructor(limit = defaultLimit) {
    this.#limit = limit
  }

  /** Counts how often what was noted turned out to have gaps: what was read before that is not to be joined to it. */
  get losses(): number {
    return this.#losses
  }

  /** Of no effect if it notes already. */
  start(): void {
    this.#noted ??= new Queue()
  }

  stop(): void {
    this.#noted = undefined
    this.#droppedOffset = 0
  }

  add(publication: Publication): void {
    if (this.#noted === undefined) return
    this.#noted.push(publication)
    if (this.#noted.length > this.#limit) this.#droppedOffset = this.#noted.shift()!.offset
  }

  /** Publications were missed. */
  lose(): void {
    this.#losses++
    this.#droppedOffset = 0
    if (this.#noted !== undefined) this.#noted = new Queue()
  }

  /** What was noted above `offset`, in order; `undefined`: some of it has been dropped at the bound. */
  above(offset: number): Publication[] | undefined {
    if (this.#droppedOffset > offset) return undefined
    return this.#noted?.toArray().filter((publication) => publication.offset > offset) ?? []
  }
}
