/** Someone who asks for a lease and has not got it yet. */

import type { Member } from './member.ts'
import type { Waiter } from './waiting.ts'

export class LeaseRequest implements Waiter {
  waitsUntilMs: number
  isSettled = false
  readonly #resolve: (member: Member) => void
  readonly #reject: (error: unknown) => void
  readonly #signal: AbortSignal | undefined
  readonly #onAbort = (): void => this.fail(this.#signal?.reason)

  constructor(
    waitsUntilMs: number,
    signal: AbortSignal | undefined,
    resolve: (member: Member) => void,
    reject: (error: unknown) => void,
  ) {
    this.waitsUntilMs = waitsUntilMs
    this.#resolve = resolve
    this.#reject = reject
    this.#signal = signal
    if (signal?.aborted === true) this.fail(signal.reason)
    else signal?.addEventListener('abort', this.#onAbort, { once: true })
  }

  grant(member: Member): void {
    this.#settle()
    this.#resolve(member)
  }

  fail(error: unknown): void {
    if (this.isSettled) return
    this.#settle()
    this.#reject(error)
  }

  #settle(): void {
    this.isSettled = true
    this.#signal?.removeEventListener('abort', this.#onAbort)
  }
}
