/**
 * A bounded queue of those who wait for a connection, first come first served, each with the time at which it
 * gives up. Whoever has settled in the meantime (an abort) is passed over.
 */
import { Queue } from './queue.ts'

export interface Waiter {
  /** When it gives up, by `performance.now()`. */
  waitsUntilMs: number
  readonly isSettled: boolean
  fail(error: unknown): void
}

export class Waiting<Item extends Waiter> {
  readonly #queue = new Queue<Item>()

  get length(): number {
    return this.#queue.length
  }

  add(item: Item): void {
    this.#queue.add(item)
  }

  /** The one who has waited longest, and waits no more. */
  take(): Item | undefined {
    let item = this.#queue.take()
    while (item?.isSettled === true) item = this.#queue.take()
    return item
  }

  /** Fails everybody whose time is over. All wait for about the same time, so those are at the front. */
  expire(nowMs: number, error: () => unknown): void {
    for (let first = this.#queue.at(0); first !== undefined; first = this.#queue.at(0)) {
      if (!first.isSettled && first.waitsUntilMs > nowMs) return
      this.#queue.take()
      first.fail(error())
    }
  }

  failAll(error: () => unknown): void {
    for (const item of this.#queue.takeAll()) item.fail(error())
  }
}
