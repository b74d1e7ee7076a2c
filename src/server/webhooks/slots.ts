/** A bound on what is under way at once; so many more may wait for their turn, first come, first served. */
import { WebhookError } from './errors.ts'

export class Slots {
  readonly #waiting: (() => void)[] = []
  readonly #most: number
  readonly #mostWaiting: number
  #taken = 0

  constructor(most: number, mostWaiting: number) {
    this.#most = most
    this.#mostWaiting = mostWaiting
  }

  get taken(): number {
    return this.#taken
  }

  get waiting(): number {
    return this.#waiting.length
  }

  /** Resolves with what gives the place back; it is to be called once. Rejects when `signal` aborts, or with `BUSY`. */
  async take(signal: AbortSignal): Promise<() => void> {
    if (this.#taken < this.#most) {
      this.#taken++
    } else {
      if (this.#waiting.length >= this.#mostWaiting) {
        throw new WebhookError('BUSY', `${this.#most} calls are under way, and ${this.#mostWaiting} wait.`)
      }
      await this.#turn(signal)
    }
    return () => this.#release()
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const proceed = (): void => {
        signal.removeEventListener('abort', giveUp)
        resolve()
      }
      const giveUp = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(proceed), 1)
        reject(new WebhookError('BUSY', `${this.#most} calls were under way for too long.`))
      }
      signal.addEventListener('abort', giveUp, { once: true })
      this.#waiting.push(proceed)
    })
  }

  /** The place passes to who waits longest. */
  #release(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#taken--
    else next()
  }
}
