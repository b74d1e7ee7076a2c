/**
 * Tells the back end what has happened: who came and went. Events wait in a bounded queue and are delivered in order and
 * at least once: a call that fails is repeated, under the same id, until the back end has taken it. When the queue is
 * full the oldest are dropped, and counted.
 */
import { randomUUID } from 'node:crypto'
import type { Backoff } from '../../connection/backoff.ts'
import { type Clock, systemClock } from '../../connection/clock.ts'
import type { Hook } from './caller.ts'
import type { WebhookCounts } from './counts.ts'
import { WebhookError } from './errors.ts'
import type { EventType } from './names.ts'

export interface WebhookEvent {
  /** The same when it is told again. */
  readonly id: string
  readonly type: EventType
  /** Milliseconds since the Unix epoch. */
  readonly time: number
  readonly client: string
  readonly user: string
  readonly transport: string
  /** Where somebody has subscribed or unsubscribed. */
  readonly channel?: string
  /** Why, where something ended. */
  readonly code?: number
  readonly reason?: string
}

export interface EventQueueOptions {
  readonly hook: Hook
  readonly call: (
    hook: Hook,
    body: object,
    headers: Readonly<Record<string, string>>,
    id: string,
  ) => Promise<unknown>
  /** Events that may wait. */
  readonly limit: number
  readonly counts: WebhookCounts
  readonly backoff: Backoff
  /** Told of a call that failed and is repeated, and of a first event that was dropped, for the log. */
  readonly failed: (error: WebhookError) => void
  readonly clock?: Clock
}

/** Events of one call. Some tens of kilobytes. */
const perCall = 100
/** Attempts at one call, half an hour of them: what is refused for so long is not wanted. */
const mostAttempts = 100

export class EventQueue {
  readonly #options: EventQueueOptions
  readonly #clock: Clock
  #events: WebhookEvent[] = []
  /** Of the first so many a call is under way, under this id: they are not dropped, and repeated as they are. */
  #underWay: { readonly id: string; readonly count: number } | undefined
  #running: Promise<void> | undefined
  #isClosed = false
  #wake: (() => void) | undefined

  constructor(options: EventQueueOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
  }

  get size(): number {
    return this.#events.length
  }

  add(event: Omit<WebhookEvent, 'id' | 'time'>): void {
    const { limit, counts } = this.#options
    const { type, ...more } = event
    this.#events.push({ id: randomUUID(), type, time: this.#clock.wallTime(), ...more })
    if (this.#events.length > limit) {
      this.#events.splice(this.#underWay?.count ?? 0, 1)
      counts.events.dropped++
    }
    this.#running ??= this.#run()
  }

  /** Delivers what waits; what is left after `timeoutMs` is dropped. Returns how many that were. */
  async close(timeoutMs: number): Promise<number> {
    const { counts } = this.#options
    const late = new Promise<void>((resolve) => this.#clock.after(timeoutMs, resolve))
    await Promise.race([this.#running, late])
    this.#isClosed = true
    this.#wake?.()
    const left = this.#events.length
    counts.events.dropped += left
    this.#events = []
    return left
  }

  async #run(): Promise<void> {
    const { hook, counts, backoff, failed } = this.#options
    // What comes in the same turn goes out together.
    await new Promise((resolve) => setImmediate(resolve))
    let attempts = 0
    while (this.#events.length > 0 && !this.#isClosed) {
      this.#underWay ??= { id: `${hook.name}_${randomUUID()}`, count: Math.min(this.#events.length, perCall) }
      const { id, count } = this.#underWay
      const failure = await this.#attempt(id, count)
      if (this.#isClosed) break
      if (failure === undefined || ++attempts >= mostAttempts) {
        this.#events.splice(0, count)
        this.#underWay = undefined
        counts.events[failure === undefined ? 'delivered' : 'dropped'] += count
        attempts = 0
      }
      if (failure === undefined) backoff.reset()
      else {
        failed(failure)
        await this.#pause(backoff.next())
      }
    }
    this.#underWay = undefined
    this.#running = undefined
  }

  /** Why the back end has not taken it; `undefined`: it has. */
  async #attempt(id: string, count: number): Promise<WebhookError | undefined> {
    const { hook, call } = this.#options
    try {
      await call(hook, { events: this.#events.slice(0, count) }, {}, id)
      return undefined
    } catch (error) {
      if (!(error instanceof WebhookError)) throw error
      // It said that it went well; what else it said matters to nobody.
      return error.code === 'GARBAGE' || error.code === 'TOO_LARGE' ? undefined : error
    }
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(delayMs, resolve)
      this.#wake = () => {
        cancel()
        resolve()
      }
    })
  }
}
