/** Someone who needs the map of the cluster before there is one. */
import type { Waiter } from '../waiting.ts'

export class MapWaiter implements Waiter {
  waitsUntilMs = 0
  readonly #whose: Pick<Waiter, 'isSettled' | 'fail'>
  /** Called when the map is there. */
  readonly go: () => void

  constructor(whose: Pick<Waiter, 'isSettled' | 'fail'>, go: () => void) {
    this.#whose = whose
    this.go = go
  }

  get isSettled(): boolean {
    return this.#whose.isSettled
  }

  fail(error: unknown): void {
    this.#whose.fail(error)
  }
}
