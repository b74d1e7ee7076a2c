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

let fanOuts: TurnWork[] = []
let spareFanOuts: TurnWork[] = []
let outboxes: TurnWork[] = []
let spareOutboxes: TurnWork[] = []
let isScheduled = false

/** Fans out at the end of this turn. The caller asks once a turn. */
export function fanOutAtTurnEnd(work: TurnWork): void {
  fanOuts.push(work)
  if (!isScheduled) schedule()
}

/** Writes at the end of this turn, after the fan-outs. The caller asks once a turn. */
export function writeAtTurnEnd(work: TurnWork): void {
  outboxes.push(work)
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
  for (const work of rooms) work.flush(nowMs)
  rooms.length = 0
  spareFanOuts = rooms

  const writes = outboxes
  outboxes = spareOutboxes
  for (const work of writes) work.flush(nowMs)
  writes.length = 0
  spareOutboxes = writes
}
