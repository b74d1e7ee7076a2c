/** The connections of a pool, by what they are used for. */
import type { RedisConnection } from './connection.ts'
import type { Member, Role } from './member.ts'

export class Members {
  readonly #all = new Map<RedisConnection, Member>()
  /** Those that carry shared calls. Kept apart, since every turn looks through them. */
  #shared: Member[] = []

  get size(): number {
    return this.#all.size
  }

  /** Those that count towards the pool's size. */
  get regular(): number {
    return this.count((member) => !member.isOverflow && !member.isObsolete)
  }

  get shared(): readonly Member[] {
    return this.#shared
  }

  [Symbol.iterator](): IterableIterator<Member> {
    return this.#all.values()
  }

  of(connection: RedisConnection): Member | undefined {
    return this.#all.get(connection)
  }

  add(member: Member): void {
    this.#all.set(member.connection, member)
  }

  remove(member: Member): void {
    this.#all.delete(member.connection)
    this.setRole(member, 'retiring')
  }

  setRole(member: Member, role: Role): void {
    member.role = role
    this.#shared = this.#shared.filter((one) => one !== member)
    if (role === 'shared' && !member.isOverflow && this.#all.has(member.connection)) this.#shared.push(member)
  }

  count(condition: (member: Member) => boolean): number {
    let count = 0
    for (const member of this.#all.values()) if (condition(member)) count++
    return count
  }

  /** The shared connection with the least in flight. */
  leastBusy(): Member | undefined {
    let best: Member | undefined
    for (const member of this.#shared) {
      if (best === undefined || member.connection.inFlight < best.connection.inFlight) best = member
    }
    return best
  }

  /** One that could be leased now. */
  free(): Member | undefined {
    for (const member of this.#all.values()) {
      const isAvailable = member.role === 'shared' || member.role === 'reserved'
      if (isAvailable && member.connection.inFlight === 0 && member.connection.isOpen) return member
    }
    return undefined
  }
}
