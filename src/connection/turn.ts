/**
 * The end of the event-loop turn. Node reads every socket that is ready, one after the other, and then comes
 * to the check phase, where this runs: what the whole turn has produced leaves together.
 *
 * First the fan-outs (rooms hand each member one buffer with all of the turn's frames), then the outboxes
 * (each writes what it holds with one system call). Hot path: once a turn, watched by the bench `fanout`.
 */
import { performance } from 'node:perf_hooks'

export interface TurnWork {
  /** `nowMs` is the same for all of the turn (the system's monotonic clock). Must not throw. */
  flush(nowMs: number): void
}

/** Work of one turn. Emptied without shrinking: an array that is cut to nothing is allocated anew in the next turn. */
class Pile {
  readonly #works: (TurnWork | undefined)[] = []
  #count = 0

  add(work: TurnWork): void {
    this.#works[this.#count++] = work
  }

  /** Nothing is added meanwhile. */
  flush(nowMs: number): void {
    for (let index = 0; index < this.#count; index++) {
      const work = this.#works[index]!
      this.#works[index] = undefined
      work.flush(nowMs)
    }
    this.#count = 0
  }
}

let fanOuts = new Pile()
let spareFanOuts = new Pile()
let outboxes = new Pile()
let spareOutboxes = new Pile()
let isScheduled = false

/** Fans out at the end of this turn. The caller asks once a turn. */
export function fanOutAtTurnEnd(work: TurnWork): void {
  fanOuts.add(work)
  if (!isScheduled) schedule()
}

/** Writes at the end of this turn, after the fan-outs. The caller asks once a turn. */
export function writeAtTurnEnd(work: TurnWork): void {
  outboxes.add(work)
  if (!isScheduled) schedule()
}

function schedule(): void {
  isScheduled = true
  setImmediate(runTurnEnd)
}

function runTurnEnd(): void {
  isScheduled = false
  const nowMs = performance.now()
  const rooms = fanOuts
  fanOuts = spareFanOuts
  rooms.flush(nowMs)
  spareFanOuts = rooms

  const writes = outboxes
  outboxes = spareOutboxes
  writes.flush(nowMs)
  spareOutboxes = writes
}
