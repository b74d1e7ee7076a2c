/**
 * Leaves a back end that is down alone: after some failures in a row nobody asks it for a while, so that clients are
 * answered at once instead of waiting, and it is not pressed while it comes back. Then one call finds out.
 */
import { Backoff } from '../../connection/backoff.ts'
import { type Clock, systemClock } from '../../connection/clock.ts'

/** Calls that fail in a row before a pause. One may be chance, five are not. */
const patience = 5
/** From a second, as a restart takes, to ten: clients themselves come back within twenty. */
const pauses = { firstMs: 1_000, maxMs: 10_000 }

type State =
  | { readonly kind: 'closed'; readonly failures: number }
  | { readonly kind: 'open'; readonly untilMs: number }
  | { readonly kind: 'probing' }

export class CircuitBreaker {
  readonly #backoff: Backoff
  readonly #clock: Clock
  #state: State = { kind: 'closed', failures: 0 }

  constructor(clock: Clock = systemClock, random: () => number = Math.random) {
    this.#clock = clock
    this.#backoff = new Backoff(pauses, random)
  }

  /** Nobody may ask, or only one does. */
  get isOpen(): boolean {
    return this.#state.kind !== 'closed'
  }

  /** Whether a call may be made. Whoever is told so says how it went. */
  mayTry(): boolean {
    const state = this.#state
    if (state.kind === 'closed') return true
    if (state.kind === 'probing' || this.#clock.now() < state.untilMs) return false
    this.#state = { kind: 'probing' }
    return true
  }

  /** The back end has answered, whatever it said. */
  succeeded(): void {
    this.#state = { kind: 'closed', failures: 0 }
    this.#backoff.reset()
  }

  /** It was not asked after all. */
  abandoned(): void {
    if (this.#state.kind === 'probing') this.#state = { kind: 'open', untilMs: this.#clock.now() }
  }

  /** The back end is away. */
  failed(): void {
    const state = this.#state
    // Calls that began before the pause end in it.
    if (state.kind === 'open') return
    const failures = state.kind === 'closed' ? state.failures + 1 : patience
    this.#state =
      failures < patience
        ? { kind: 'closed', failures }
        : { kind: 'open', untilMs: this.#clock.now() + this.#backoff.next() }
  }
}
