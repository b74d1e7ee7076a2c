/**
 * All sanctions that hold, found by whom they are for and where. Those that have ended are never seen; their memory is
 * given back when room is needed, and when all are looked through. There is no timer.
 */
import { holds, longer, type Sanction, type SanctionKind, type SanctionName } from './sanction.ts'
import { SubjectIndex } from './subject-index.ts'

/** Who is looked for: a user that is empty is unknown. */
export interface Who {
  readonly user: string
  readonly remoteAddress: string
}

/** In place of a room: in all of them. */
const everywhere = ''

export class Sanctions implements Iterable<Sanction> {
  readonly #now: () => number
  readonly #indexes: Readonly<Record<SanctionKind, Map<string, SubjectIndex>>> = {
    mute: new Map(),
    ban: new Map(),
  }
  #size = 0

  /** `now` gives milliseconds since the Unix epoch. */
  constructor(now: () => number) {
    this.#now = now
  }

  /** How many there are, some that have ended among them. */
  get size(): number {
    return this.#size
  }

  *[Symbol.iterator](): IterableIterator<Sanction> {
    for (const places of Object.values(this.#indexes)) for (const index of places.values()) yield* index
  }

  /** Those that hold. */
  list(): Sanction[] {
    this.sweep()
    return [...this]
  }

  /** One that holds. */
  get({ kind, subject, room = everywhere }: SanctionName): Sanction | undefined {
    const sanction = this.#indexes[kind].get(room)?.get(subject)
    return sanction !== undefined && holds(sanction, this.#now()) ? sanction : undefined
  }

  /** In the place of one of the same name. */
  set(sanction: Sanction): void {
    const { kind, room = everywhere } = sanction
    const places = this.#indexes[kind]
    const index = places.get(room) ?? new SubjectIndex()
    places.set(room, index)
    this.#size -= index.size
    index.set(sanction)
    this.#size += index.size
  }

  delete({ kind, subject, room = everywhere }: SanctionName): void {
    const places = this.#indexes[kind]
    const index = places.get(room)
    if (index === undefined) return
    this.#size -= index.size
    index.delete(subject)
    this.#size += index.size
    if (index.size === 0) places.delete(room)
  }

  /** Forgets those that have ended. */
  sweep(): void {
    const now = this.#now()
    for (const sanction of [...this]) if (!holds(sanction, now)) this.delete(sanction)
  }

  /**
   * What stands in somebody's way, the one that holds longest: in this room or in all; without a room, what holds in all.
   */
  find(kind: SanctionKind, { user, remoteAddress }: Who, room?: string): Sanction | undefined {
    const places = this.#indexes[kind]
    if (places.size === 0) return undefined
    const now = this.#now()
    const inAll = places.get(everywhere)?.find(user, remoteAddress, now)
    const here = room === undefined ? undefined : places.get(room)?.find(user, remoteAddress, now)
    return longer(inAll, here)
  }
}
