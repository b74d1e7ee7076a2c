/**
 * All connections of one server: who is admitted, who is there, and how all of them end together.
 */
import type { Cause, Ending } from './cause.ts'
import { type Clock, systemClock } from './clock.ts'
import { LongwireError } from './errors.ts'
import { RegistryCounts } from './registry-counts.ts'
import { TokenBucket } from './token-bucket.ts'

/** What the registry needs of a connection; every `Connection` is one. */
export interface Member {
  readonly kind: string
  readonly remoteAddress: string
  readonly readBytes: number
  readonly writtenBytes: number
  /** Bytes that wait for the peer. */
  readonly queuedBytes: number
  readonly closed: Promise<Ending>
  /** The listener is told when everything is over, once; at once where it is already. */
  whenClosed(listener: (ending: Ending) => void): void
  close(cause: Cause, detail: string): void
  destroy(cause: Cause, detail: string): void
}

/** 0 means no limit. */
export interface RegistryLimits {
  /** Connections at once. */
  readonly connections: number
  /** Connections at once from one address. */
  readonly connectionsPerAddress: number
  /** New connections a second, with bursts of as many. */
  readonly handshakesPerSecond: number
}

export const unlimited: RegistryLimits = { connections: 0, connectionsPerAddress: 0, handshakesPerSecond: 0 }

/** Why a connection was not admitted: a closed list. */
export const refusals = {
  draining: 'This server is going away; connect again to reach another.',
  'too-many-connections': 'This server holds as many connections as it may.',
  'too-many-from-address': 'There are as many connections from this address as there may be.',
  'too-many-handshakes': 'Too many connections are being opened at once; try again shortly.',
} as const satisfies Record<string, string>

export type RefusalReason = keyof typeof refusals

export class RefusedError extends LongwireError {
  readonly reason: RefusalReason

  constructor(reason: RefusalReason) {
    super('REFUSED', refusals[reason])
    this.reason = reason
  }
}

/** A place that was admitted. It is given back with `release`, or taken by `register`. */
export interface Admission {
  /** The connection has come to be: it holds the place until it has closed. */
  register(member: Member): void
  /** It has not. */
  release(): void
}

export class Registry {
  /** What has happened so far, for metrics. */
  readonly counts = new RegistryCounts()
  readonly #limits: RegistryLimits
  readonly #handshakes: TokenBucket
  readonly #members = new Set<Member>()
  readonly #perAddress = new Map<string, number>()
  #admitted = 0
  #isDraining = false
  #emptyListeners: (() => void)[] = []

  constructor(limits: RegistryLimits = unlimited, clock: Clock = systemClock) {
    this.#limits = limits
    this.#handshakes = new TokenBucket(limits.handshakesPerSecond, limits.handshakesPerSecond, clock)
  }

  /** Connections that are registered. */
  get size(): number {
    return this.#members.size
  }

  /** Places taken, handshakes under way included. */
  get admitted(): number {
    return this.#admitted
  }

  /** Addresses that hold at least one place. */
  get addresses(): number {
    return this.#perAddress.size
  }

  get isDraining(): boolean {
    return this.#isDraining
  }

  [Symbol.iterator](): IterableIterator<Member> {
    return this.#members.values()
  }

  /** Gives a place to a new connection from this address. Throws {@link RefusedError}. */
  admit(address: string): Admission {
    try {
      return this.#admit(address)
    } catch (error) {
      if (error instanceof RefusedError) this.counts.noteRefusal(error.reason)
      throw error
    }
  }

  #admit(address: string): Admission {
    const { connections, connectionsPerAddress } = this.#limits
    const fromAddress = this.#perAddress.get(address) ?? 0
    if (this.#isDraining) throw new RefusedError('draining')
    if (connections > 0 && this.#admitted >= connections) throw new RefusedError('too-many-connections')
    if (connectionsPerAddress > 0 && fromAddress >= connectionsPerAddress) {
      throw new RefusedError('too-many-from-address')
    }
    if (!this.#handshakes.take()) throw new RefusedError('too-many-handshakes')
    this.#admitted++
    this.#perAddress.set(address, fromAddress + 1)
    return new Place(this, address)
  }

  /** For the place that the member has taken. */
  opened(member: Member, place: Admission): void {
    this.#members.add(member)
    this.counts.noteOpened(member.kind)
    member.whenClosed((ending) => {
      this.#members.delete(member)
      this.counts.noteClosed(member.kind, ending)
      place.release()
    })
    if (this.#isDraining) member.close('drain', refusals.draining)
  }

  /** For a place that is given back. */
  released(address: string): void {
    this.#admitted--
    const left = (this.#perAddress.get(address) ?? 1) - 1
    if (left === 0) this.#perAddress.delete(address)
    else this.#perAddress.set(address, left)
    if (this.#admitted > 0) return
    for (const listener of this.#emptyListeners.splice(0)) listener()
  }

  /**
   * Admits nobody any more, asks all peers to move, and resolves when all are gone: after `timeoutMs` those that
   * are left are cut. Returns how many were. A handler that never settles holds it no longer than its connection's
   * `closeTimeoutMs` after the cut.
   */
  async drain(timeoutMs: number): Promise<number> {
    this.#isDraining = true
    for (const member of this.#members) member.close('drain', refusals.draining)
    if (this.#admitted === 0) return 0
    const emptied = new Promise<void>((resolve) => this.#emptyListeners.push(resolve))
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timeoutMs)
    })
    await Promise.race([emptied, late])
    clearTimeout(timer)
    const left = [...this.#members]
    for (const member of left) member.destroy('drain', 'The drain took too long.')
    await Promise.all(left.map((member) => member.closed))
    return left.length
  }
}

/** One object and no function of its own: there is one for each connection. */
class Place implements Admission {
  readonly #registry: Registry
  readonly #address: string
  #isHeld = true

  constructor(registry: Registry, address: string) {
    this.#registry = registry
    this.#address = address
  }

  register(member: Member): void {
    this.#registry.opened(member, this)
  }

  release(): void {
    if (!this.#isHeld) return
    this.#isHeld = false
    this.#registry.released(this.#address)
  }
}
