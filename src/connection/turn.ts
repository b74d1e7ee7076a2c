/**
 * The end of the event-loop turn, and of a read. Node reads every socket that is ready, one after the other, and then comes
 * to the check phase, where the turn's end runs: what the whole turn has produced leaves together.
 *
 * First the fan-outs (rooms hand each member one buffer with all of the turn's frames), then the outboxes
 * (each writes what it holds with one system call). Hot path: once a turn, watched by the bench `fanout`.
 *
 * What would gain nothing by waiting for other reads (the reply to a request, a command for a server that has nothing to
 * do) leaves when the read is handled that brought it. A turn in which all does so needs no end, which costs as many objects as
 * a fourth of an HTTP request (*measured*, 620 bytes of 2.5 KB).
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

  get isEmpty(): boolean {
    return this.#count === 0
  }

  /** What is added here meanwhile is flushed too. Work that throws all the same keeps no other from being done. */
  flush(nowMs: number): void {
    for (let index = 0; index < this.#count; index++) {
      const work = this.#works[index]!
      this.#works[index] = undefined
      try {
        work.flush(nowMs)
      } catch (error) {
        queueMicrotask(() => {
          throw error
        })
      }
    }
    this.#count = 0
  }
}

let fanOuts = new Pile()
let spareFanOuts = new Pile()
let outboxes = new Pile()
let spareOutboxes = new Pile()
let isScheduled = false

const readFanOuts = new Pile()
const readOutboxes = new Pile()
let isReading = false

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

/** The same at the end of the read that is being handled; without one, at the turn's. The caller asks once until then. */
export function fanOutAtReadEnd(work: TurnWork): void {
  if (isReading) readFanOuts.add(work)
  else fanOutAtTurnEnd(work)
}

/** The same at the end of the read that is being handled; without one, at the turn's. The caller asks once until then. */
export function writeAtReadEnd(work: TurnWork): void {
  if (isReading) readOutboxes.add(work)
  else writeAtTurnEnd(work)
}

/** A connection handles what was read. Returns whether it is to tell of the end: one read may bring another about. */
export function beginRead(): boolean {
  if (isReading) return false
  isReading = true
  return true
}

/** What was read is handled. Hot path: once a read, watched by the bench `gateway`. */
export function endRead(): void {
  if (readFanOuts.isEmpty && readOutboxes.isEmpty) {
    isReading = false
    return
  }
  const nowMs = performance.now()
  readFanOuts.flush(nowMs)
  // What is said while others are written to leaves at the end of the turn.
  isReading = false
  readOutboxes.flush(nowMs)
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
