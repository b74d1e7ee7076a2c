/**
 * Calls that are sent again: those whose connection died, where that can do no harm, and those that the server
 * did not want now.
 */
import { performance } from 'node:perf_hooks'
import type { Ending } from '../connection/cause.ts'
import type { Call } from './call.ts'
import { nameOf } from './commands/traits.ts'
import { InterruptedError, PoolClosedError, type ReplyError, type Sent } from './errors.ts'
import type { PoolSettings } from './options.ts'
import type { PoolEmitter } from './pool-events.ts'
import { FIRST_PAUSE_MS, LAST_PAUSE_MS } from './refusals.ts'
import { isRepeatable } from './sharing.ts'
import type { Counters } from './stats.ts'

export class Retry {
  readonly #settings: PoolSettings
  readonly #events: PoolEmitter
  readonly #counters: Counters
  readonly #random: () => number
  /** Called when a pause has ended and its call is on its way again. */
  readonly #resumed: () => void
  readonly #pauses = new Map<NodeJS.Timeout, Call>()

  constructor(
    settings: PoolSettings,
    events: PoolEmitter,
    counters: Counters,
    random: () => number,
    resumed: () => void,
  ) {
    this.#settings = settings
    this.#events = events
    this.#counters = counters
    this.#random = random
    this.#resumed = resumed
  }

  /** Calls that wait for the end of a pause. */
  get pausing(): number {
    return this.#pauses.size
  }

  /** Its connection ended. Not sent: sent again. Maybe sent: sent again only if that can do no harm. */
  afterEnd(call: Call, sent: Sent, ending: Ending | undefined): void {
    const mayRepeat = sent === 'no' || isRepeatable(call)
    if (call.home === undefined || !mayRepeat || call.repeats - call.refusals >= this.#settings.maxRepeats) {
      call.fail(new InterruptedError(nameOf(call.command), sent, ending))
      return
    }
    this.#note(call, ending?.cause ?? 'local', sent)
    call.home.dispatch(call)
  }

  /** The server refused it without carrying it out. Returns whether it is sent again, after a pause. */
  afterRefusal(call: Call, refusal: ReplyError): boolean {
    const { home } = call
    if (home === undefined) return false
    const nowMs = performance.now()
    if (call.patienceEndsAtMs === 0) call.patienceEndsAtMs = nowMs + this.#settings.waitTimeoutMs
    if (nowMs >= call.patienceEndsAtMs) return false
    this.redirect(call, refusal)
    const boundMs = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(call.refusals, 10), LAST_PAUSE_MS)
    const timer = setTimeout(
      () => {
        this.#pauses.delete(timer)
        home.dispatch(call)
        this.#resumed()
      },
      boundMs * (0.5 + this.#random() / 2),
    )
    this.#pauses.set(timer, call)
    return true
  }

  /** Makes a refused call ready to be sent elsewhere at once. */
  redirect(call: Call, refusal: ReplyError): void {
    call.refusals++
    this.#note(call, refusal.kind, 'no')
  }

  /** Ends all pauses; their calls fail. */
  close(): void {
    for (const [timer, call] of this.#pauses) {
      clearTimeout(timer)
      call.fail(new PoolClosedError())
    }
    this.#pauses.clear()
  }

  #note(call: Call, reason: string, sent: Sent): void {
    // What it held for this attempt, such as a connection of its own, is given back.
    const release = call.whenSettled
    call.whenSettled = undefined
    release?.()
    call.rewind()
    this.#counters.retries++
    this.#events.emit('retry', { command: nameOf(call.command), reason, sent })
  }
}
