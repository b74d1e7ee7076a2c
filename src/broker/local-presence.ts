/** Presence of brokers that serve one process: in memory, since every session ends with the process anyway. */
import type { Clock } from '../connection/clock.ts'
import type { PresenceEntry, PresenceStats } from './broker.ts'
import { ExpiringMap } from './expiring-map.ts'

export class LocalPresence {
  readonly #clock: Clock
  readonly #rooms = new Map<string, ExpiringMap<string, PresenceEntry>>()
  #cursor: MapIterator<[string, ExpiringMap<string, PresenceEntry>]> | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  add(room: string, entry: PresenceEntry, ttlMs: number): void {
    let clients = this.#rooms.get(room)
    if (clients === undefined) {
      clients = new ExpiringMap()
      this.#rooms.set(room, clients)
    }
    clients.set(entry.client, entry, this.#clock.now() + ttlMs)
  }

  remove(room: string, client: string): void {
    const clients = this.#rooms.get(room)
    clients?.delete(client)
    if (clients?.size === 0) this.#rooms.delete(room)
  }

  of(room: string): PresenceEntry[] {
    return this.#rooms.get(room)?.values(this.#clock.now()) ?? []
  }

  statsOf(room: string): PresenceStats {
    const entries = this.of(room)
    // Who is unknown is not the same person as others who are.
    const known = entries.filter(({ user }) => user !== '')
    const users = new Set(known.map(({ user }) => user)).size + entries.length - known.length
    return { clients: entries.length, users }
  }

  /** Drops those who have expired, of up to `count` rooms, from where the last sweep stopped. */
  sweep(count: number): void {
    const nowMs = this.#clock.now()
    for (let seen = 0; seen < count; seen++) {
      this.#cursor ??= this.#rooms.entries()
      const { done, value } = this.#cursor.next()
      if (done === true) {
        this.#cursor = undefined
        return
      }
      const [room, clients] = value
      clients.sweep(nowMs, clients.size)
      if (clients.size === 0) this.#rooms.delete(room)
    }
  }
}
