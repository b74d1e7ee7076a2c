/**
 * Gathers publications into groups. One group is at the store at a time; what comes meanwhile is the next. So
 * groups grow with the load: each commit carries what the one before it kept waiting.
 */
import { performance } from 'node:perf_hooks'
import { QueueFullError } from '../../connection/errors.ts'
import { Queue } from '../../connection/queue.ts'
import { type TurnWork, writeAtTurnEnd } from '../../connection/turn.ts'
import type { BrokerPublication, Content, Published, PublishOptions } from '../broker.ts'
import { defaultIdempotencyTtlMs } from '../broker.ts'
import { StoreError } from '../errors.ts'
import { emptyGroup, type Group, type GroupResult, outcomes } from './messages.ts'
import { Patience } from './patience.ts'

/** Publications of one group: a larger one would keep readers of the thread waiting, and gains nothing. */
const maxGroup = 2_048

export interface GroupQueueOptions {
  readonly maxQueued: number
  readonly maxQueuedLength: number
  readonly maxIdempotencyKeys: number
  /** Takes a group to the store. */
  readonly send: (group: Group) => void
  /** Hears of each publication that was made, in order, before its promise resolves. */
  readonly onMade: (room: string, publication: BrokerPublication, epoch: string) => void
}

interface Waiting {
  readonly resolve: (published: Published) => void
  readonly reject: (error: Error) => void
}

/** A group and those who wait for it. */
interface Batch {
  readonly group: Group
  readonly waiting: Waiting[]
  readonly begins: { readonly resolve: () => void; readonly reject: (error: Error) => void }[]
  readonly roomIndex: Map<string, number>
  length: number
}

export class GroupQueue implements TurnWork {
  readonly #options: GroupQueueOptions
  readonly #full = new Queue<Batch>()
  #filling = emptyBatch()
  #underWay = new Queue<Batch>()
  #queued = 0
  #queuedLength = 0
  #isFlushDue = false
  #patience: Patience | undefined
  /** Publications in the group that was committed last. */
  #lastGroup = 0
  #whenEmpty: (() => void)[] = []

  constructor(options: GroupQueueOptions) {
    this.#options = options
  }

  /** Publications that wait to be committed. */
  get queued(): number {
    return this.#queued
  }

  publish(room: string, content: Content, options: PublishOptions): Promise<Published> {
    return new Promise((resolve, reject) => {
      const { maxQueued, maxQueuedLength } = this.#options
      if (this.#queued >= maxQueued) throw new QueueFullError('queue of publications', maxQueued)
      if (this.#queuedLength >= maxQueuedLength) {
        throw new QueueFullError('queue of publications, in characters,', maxQueuedLength)
      }
      const batch = this.#batch()
      add(batch, room, content, options)
      batch.waiting.push({ resolve, reject })
      const length = lengthOf(content)
      batch.length += length
      this.#queued++
      this.#queuedLength += length
      this.#flushLater()
    })
  }

  /** Begins a room's stream if there is none. */
  begin(room: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const batch = this.#batch()
      batch.group.begins.push(room)
      batch.begins.push({ resolve, reject })
      this.#flushLater()
    })
  }

  /** Sends all that was taken, so that what is sent to the store next comes after it. */
  flushAll(): void {
    while (this.#sendNext());
  }

  /** Resolves when nothing waits any more. */
  async drained(): Promise<void> {
    this.flushAll()
    if (this.#underWay.length > 0) await new Promise<void>((resolve) => this.#whenEmpty.push(resolve))
  }

  /** At the end of the turn: `turnEndMs` is when that began. */
  flush(turnEndMs: number): void {
    this.#isFlushDue = false
    if (this.#underWay.length > 0) return
    const nowMs = performance.now()
    this.#patience ??= new Patience(nowMs - turnEndMs, nowMs, this.#lastGroup)
    if (this.#full.length === 0 && this.#patience.isWorthIt(this.#filling.waiting.length, nowMs)) {
      this.#flushLater()
      return
    }
    this.#patience = undefined
    this.#sendNext()
  }

  committed(result: GroupResult): void {
    const batch = this.#finished()
    const { group, waiting, begins } = batch
    for (const { resolve } of begins) resolve()
    for (let index = 0; index < waiting.length; index++) {
      const { resolve, reject } = waiting[index]!
      const offset = result.offset[index]!
      const epoch = result.epoch[index]!
      const outcome = result.outcome[index]!
      if (outcome === outcomes.tooManyKeys) {
        reject(new QueueFullError('memory of idempotency keys', this.#options.maxIdempotencyKeys))
        continue
      }
      if (outcome === outcomes.made) {
        const room = group.rooms[group.room[index]!]!
        const publication = {
          offset,
          data: group.data[index]!,
          meta: group.meta[index],
          time: group.time[index]!,
        }
        this.#options.onMade(room, publication, epoch)
      }
      resolve({ offset, epoch, isDuplicate: outcome === outcomes.duplicate })
    }
    this.#next()
  }

  failed(error: StoreError): void {
    const { waiting, begins } = this.#finished()
    for (const { reject } of [...waiting, ...begins]) reject(error)
    this.#next()
  }

  /** The store has ended: what it had is uncertain, what it had not is lost. */
  broke(error: StoreError): void {
    const message = `Whether this was kept is unknown: ${error.message}`
    const uncertain = new StoreError('STORE_UNCERTAIN', message, { cause: error })
    for (const { waiting, begins } of this.#underWay.takeAll()) {
      for (const { reject } of [...waiting, ...begins]) reject(uncertain)
    }
    for (const { waiting, begins } of [...this.#full.takeAll(), this.#filling]) {
      for (const { reject } of [...waiting, ...begins]) reject(error)
    }
    this.#filling = emptyBatch()
    this.#queued = 0
    this.#queuedLength = 0
    this.#next()
  }

  #batch(): Batch {
    if (this.#filling.waiting.length + this.#filling.begins.length >= maxGroup) {
      this.#full.push(this.#filling)
      this.#filling = emptyBatch()
    }
    return this.#filling
  }

  #flushLater(): void {
    // While a group is under way, its end sends the next.
    if (this.#isFlushDue || this.#underWay.length > 0) return
    this.#isFlushDue = true
    writeAtTurnEnd(this)
  }

  #finished(): Batch {
    const batch = this.#underWay.shift()
    if (batch === undefined) throw new Error('The store answered a group that it was not given.')
    this.#queued -= batch.waiting.length
    this.#lastGroup = batch.waiting.length
    this.#queuedLength -= batch.length
    return batch
  }

  #next(): void {
    // What is full goes at once. What is not waits for those who were just answered: to the end of this turn.
    if (this.#underWay.length === 0 && this.#full.length > 0) this.#sendNext()
    else this.#flushLater()
    if (this.#underWay.length > 0) return
    const told = this.#whenEmpty
    this.#whenEmpty = []
    for (const tell of told) tell()
  }

  #sendNext(): boolean {
    let batch = this.#full.shift()
    if (batch === undefined) {
      if (this.#filling.waiting.length + this.#filling.begins.length === 0) return false
      batch = this.#filling
      this.#filling = emptyBatch()
    }
    this.#underWay.push(batch)
    this.#options.send(batch.group)
    return true
  }
}

function emptyBatch(): Batch {
  return { group: emptyGroup(), waiting: [], begins: [], roomIndex: new Map(), length: 0 }
}

function lengthOf({ data, meta }: Content): number {
  return data.length + (meta?.length ?? 0)
}

function add({ group, roomIndex }: Batch, room: string, content: Content, options: PublishOptions): void {
  let at = roomIndex.get(room)
  if (at === undefined) {
    at = group.rooms.push(room) - 1
    roomIndex.set(room, at)
  }
  const nowMs = Date.now()
  const {
    historySize = 0,
    historyTtlMs,
    idempotencyKey,
    idempotencyTtlMs = defaultIdempotencyTtlMs,
  } = options
  group.room.push(at)
  group.data.push(content.data)
  group.meta.push(content.meta)
  group.time.push(Math.trunc(content.time ?? nowMs))
  group.size.push(historySize)
  group.expires.push(historyTtlMs === undefined ? 0 : nowMs + historyTtlMs)
  group.key.push(idempotencyKey)
  group.keyExpires.push(idempotencyKey === undefined ? 0 : nowMs + idempotencyTtlMs)
}
