/**
 * Looks from time to time whether all that is kept has also been heard here, in case a broker lost something on its
 * way without noticing: a room that stays behind its stream has lost its position.
 */
import type { Broker, Position } from '../broker/broker.ts'
import type { Clock } from '../connection/clock.ts'
import type { Room } from './room.ts'

export interface PositionCheckOptions {
  readonly intervalMs: number
  /** How long something that is kept may be on its way. */
  readonly graceMs: number
}

export const defaultPositionCheckOptions: PositionCheckOptions = {
  // Losses are rare: this is how long one may stay unnoticed, at the price of a reading a room.
  intervalMs: 25_000,
  graceMs: 5_000,
}

/** What is checked, and who is told. */
export interface PositionCheckTarget {
  readonly rooms: ReadonlyMap<string, Room>
  readonly broker: Broker
  lost(room: Room): void
  failed(error: unknown, room: string): void
}

export class PositionCheck {
  readonly #target: PositionCheckTarget
  readonly #options: PositionCheckOptions
  readonly #clock: Clock
  #cancel: (() => void) | undefined
  #isClosed = false

  constructor(target: PositionCheckTarget, options: PositionCheckOptions, clock: Clock) {
    this.#target = target
    this.#options = options
    this.#clock = clock
    this.#later()
  }

  close(): void {
    this.#isClosed = true
    this.#cancel?.()
  }

  #later(): void {
    if (this.#isClosed) return
    this.#cancel = this.#clock.after(this.#options.intervalMs, () => {
      void this.#check().then(() => this.#later())
    })
  }

  /** One room after the other: this is to be noticed by nobody. */
  async #check(): Promise<void> {
    const behind: { room: Room; position: Position }[] = []
    for (const room of [...this.#target.rooms.values()]) {
      if (this.#isClosed) return
      if (!room.isFollowed) continue
      const position = await this.#positionOf(room)
      if (position !== undefined && !room.hasReached(position)) behind.push({ room, position })
    }
    if (behind.length === 0) return
    await new Promise<void>((resolve) => {
      this.#cancel = this.#clock.after(this.#options.graceMs, resolve)
    })
    for (const { room, position } of behind) {
      if (this.#isClosed) return
      if (room.isFollowed && !room.hasReached(position)) this.#target.lost(room)
    }
  }

  async #positionOf(room: Room): Promise<Position | undefined> {
    try {
      return await this.#target.broker.history(room.name, { limit: 0 })
    } catch (error) {
      this.#target.failed(error, room.name)
      return undefined
    }
  }
}
