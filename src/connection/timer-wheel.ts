/**
 * One timer for all connections: a hashed timing wheel (Varghese and Lauck, 1987). Setting, moving and
 * cancelling cost the same however many timers there are, and thousands of connections that each move their
 * deadline on every message cost one system timer.
 *
 * A timer fires at the first tick at or after its time, so up to one tick late and never early. While no timer
 * is set nothing ticks.
 */
import { type Clock, systemClock } from './clock.ts'

const slotCount = 1024

/** Whoever owns a timer is told here when its time has come. Must not throw. */
export interface TimerOwner {
  timerDue(timer: WheelTimer): void
}

export class TimerWheel {
  readonly clock: Clock
  readonly tickMs: number
  readonly #slots: (WheelTimer | undefined)[] = new Array(slotCount).fill(undefined)
  readonly #startedAtMs: number
  #tick = 0
  #size = 0
  #cancelTick: (() => void) | undefined

  /** `tickMs`: how exact it is. 50 ms is far below any deadline a network peer can notice. */
  constructor(clock: Clock = systemClock, tickMs = 50) {
    this.clock = clock
    this.tickMs = tickMs
    this.#startedAtMs = clock.now()
  }

  /** Timers that are set. */
  get size(): number {
    return this.#size
  }

  /** Sets the timer, or moves it if it is set already. `delayMs` from now. */
  set(timer: WheelTimer, delayMs: number): void {
    if (this.#size === 0) this.#catchUp()
    const dueTick = Math.max(
      this.#tick + 1,
      Math.ceil((this.clock.now() - this.#startedAtMs + delayMs) / this.tickMs),
    )
    if (timer.dueTick === dueTick) return
    if (timer.dueTick >= 0) this.#unlink(timer)
    timer.dueTick = dueTick
    const slot = dueTick % slotCount
    const first = this.#slots[slot]
    timer.next = first
    if (first !== undefined) first.previous = timer
    this.#slots[slot] = timer
    this.#size++
    if (this.#cancelTick === undefined) this.#awaitTick()
  }

  cancel(timer: WheelTimer): void {
    if (timer.dueTick < 0) return
    this.#unlink(timer)
    if (this.#size === 0) {
      this.#cancelTick?.()
      this.#cancelTick = undefined
    }
  }

  #unlink(timer: WheelTimer): void {
    const { next, previous } = timer
    if (previous === undefined) this.#slots[timer.dueTick % slotCount] = next
    else previous.next = next
    if (next !== undefined) next.previous = previous
    timer.next = undefined
    timer.previous = undefined
    timer.dueTick = -1
    this.#size--
  }

  /** Nothing was set for a while: the ticks in between have nothing to tell. */
  #catchUp(): void {
    this.#tick = Math.max(this.#tick, this.#tickAt(this.clock.now()))
  }

  #tickAt(nowMs: number): number {
    return Math.floor((nowMs - this.#startedAtMs) / this.tickMs)
  }

  /** Wakes at the start of the next tick, not a tick from now: else a timer could be two ticks late. */
  #awaitTick(): void {
    const sinceStartMs = this.clock.now() - this.#startedAtMs
    const nextTickMs = (this.#tickAt(this.clock.now()) + 1) * this.tickMs
    this.#cancelTick = this.clock.after(Math.ceil(nextTickMs - sinceStartMs), this.#run)
  }

  readonly #run = (): void => {
    this.#cancelTick = undefined
    const reached = this.#tickAt(this.clock.now())
    // After a long stall (a suspended machine) one round sees every slot.
    if (reached - this.#tick > slotCount) this.#tick = reached - slotCount
    while (this.#tick < reached) {
      this.#tick++
      this.#fireSlot(this.#tick % slotCount, reached)
    }
    if (this.#size > 0 && this.#cancelTick === undefined) this.#awaitTick()
  }

  #fireSlot(slot: number, reached: number): void {
    const due: WheelTimer[] = []
    for (let timer = this.#slots[slot]; timer !== undefined; timer = timer.next) {
      if (timer.dueTick <= reached) due.push(timer)
    }
    for (const timer of due) {
      // One that fired before it may have cancelled or moved it.
      if (timer.dueTick < 0 || timer.dueTick > reached) continue
      this.#unlink(timer)
      timer.owner.timerDue(timer)
    }
  }
}

/** A timer on a wheel. Plain fields, since there is one for each connection. */
export class WheelTimer {
  readonly owner: TimerOwner
  /** The wheel's: the tick it is due at, -1 while it isn't set. */
  dueTick = -1
  next: WheelTimer | undefined = undefined
  previous: WheelTimer | undefined = undefined

  constructor(owner: TimerOwner) {
    this.owner = owner
  }
}

/** The wheel that everything in this process shares unless told otherwise. */
export const sharedWheel = new TimerWheel()
