/**
 * A bounded queue of those who wait for a connection, first come first served, each with the time at which it
 * gives up. Whoever has settled in the meantime (an abort) is passed over.
 */
import { Queue } from '../connection/queue.ts'

export interface Waiter {
  /** When it gives up, by `performance.now()`. */
  waitsUntilMs: number
  readonly isSettled: boolean
  fail(error: unknown): void
}

export class Waiting<Item extends Waiter> {
  readonly #queue = new Queue<Item>()
  /** Nobody's time is over before. */
  #soonestMs = Number.POSITIVE_INFINITY

  get length(): number {
    return this.#queue.length
  }

  add(item: Item): void {
    this.#queue.push(item)
    if (item.waitsUntilMs < this.#soonestMs) this.#soonestMs = item.waitsUntilMs
  }

  /** The one who has waited longest, and waits no more. */
  take(): Item | undefined {
    let item = this.#queue.shift()
    while (item?.isSettled === true) item = this.#queue.shift()
    return item
  }

  /** Fails everybody whose time is over. Looks through the queue only if there may be one. */
  expire(nowMs: number, error: () => unknown): void {
    if (nowMs < this.#soonestMs) return
    this.#soonestMs = Number.POSITIVE_INFINITY
    for (const item of this.#queue.takeAll()) {
      if (item.isSettled) continue
      if (item.waitsUntilMs <= nowMs) item.fail(error())
      else this.add(item)
    }
  }

  /** Everybody who still waits; they are no longer in the queue. */
  takeAll(): Item[] {
    return [...this.#queue.takeAll()].filter((item) => !item.isSettled)
  }

  failAll(error: () => unknown): void {
    for (const item of this.#queue.takeAll()) if (!item.isSettled) item.fail(error())
  }
}
