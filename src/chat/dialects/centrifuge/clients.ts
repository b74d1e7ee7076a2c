/** The clients that are connected to this process, by their id and by their user. */
import type { CentrifugeSession } from './session.ts'

export class Clients {
  readonly #byClient = new Map<string, CentrifugeSession>()
  readonly #byUser = new Map<string, Set<CentrifugeSession>>()

  get size(): number {
    return this.#byClient.size
  }

  /** How many different users there are; who is anonymous does not count. */
  get users(): number {
    return this.#byUser.size
  }

  [Symbol.iterator](): Iterator<CentrifugeSession> {
    return this.#byClient.values()
  }

  add(session: CentrifugeSession): void {
    this.#byClient.set(session.client, session)
    if (session.user === '') return
    const sessions = this.#byUser.get(session.user) ?? new Set()
    sessions.add(session)
    this.#byUser.set(session.user, sessions)
  }

  remove(session: CentrifugeSession): void {
    this.#byClient.delete(session.client)
    const sessions = this.#byUser.get(session.user)
    sessions?.delete(session)
    if (sessions?.size === 0) this.#byUser.delete(session.user)
  }

  client(client: string): CentrifugeSession | undefined {
    return this.#byClient.get(client)
  }

  /** All sessions of a user. */
  user(user: string): CentrifugeSession[] {
    return [...(this.#byUser.get(user) ?? [])]
  }
}
