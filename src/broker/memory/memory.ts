/** The broker that keeps everything in this process's memory: for tests and throw-away use. */
import { type Clock, systemClock } from '../../connection/clock.ts'
import { QueueFullError } from '../../connection/errors.ts'
import {
  type Broker,
  type BrokerListener,
  type Content,
  defaultIdempotencyTtlMs,
  type History,
  type HistoryOptions,
  type PresenceEntry,
  type PresenceStats,
  type Published,
  type PublishOptions,
} from '../broker.ts'
import { Delivery } from '../delivery.ts'
import { BrokerClosedError } from '../errors.ts'
import { ExpiringMap } from '../expiring-map.ts'
import { LocalPresence } from '../local-presence.ts'
import { MemoryStream } from './stream.ts'

export interface MemoryBrokerOptions {
  /** How long a stream that keeps nothing is remembered after its last use. After that its epoch is another. */
  readonly streamTtlMs: number
  /** Idempotency keys remembered at a time; a publication with one more is refused. */
  readonly maxIdempotencyKeys: number
  readonly clock: Clock
}

export const defaultMemoryBrokerOptions: MemoryBrokerOptions = {
  // As long as a device that was put away may come back and resume.
  streamTtlMs: 30 * 24 * 3_600_000,
  // About 200 MB with keys of usual length.
  maxIdempotencyKeys: 1_000_000,
  clock: systemClock,
}

/** Idle streams, old keys and absent clients are looked for this often, so many of each. */
const sweepIntervalMs = 1_000
const sweepCount = 10_000

export class MemoryBroker implements Broker {
  readonly #options: MemoryBrokerOptions
  readonly #delivery = new Delivery()
  readonly #presence: LocalPresence
  readonly #streams = new Map<string, { stream: MemoryStream; usedAtMs: number }>()
  readonly #keys = new ExpiringMap<string, Published>()
  #cursor: MapIterator<[string, { stream: MemoryStream; usedAtMs: number }]> | undefined
  #stopSweeping: () => void
  #isClosed = false

  constructor(options: Partial<MemoryBrokerOptions> = {}) {
    this.#options = { ...defaultMemoryBrokerOptions, ...options }
    this.#presence = new LocalPresence(this.#options.clock)
    this.#stopSweeping = this.#sweepLater()
  }

  listen(listener: BrokerListener): void {
    this.#delivery.listen(listener)
  }

  async subscribe(room: string): Promise<void> {
    this.#checkOpen()
    this.#delivery.subscribe(room)
  }

  async unsubscribe(room: string): Promise<void> {
    this.#delivery.unsubscribe(room)
  }

  async publish(room: string, content: Content, options: PublishOptions = {}): Promise<Published> {
    this.#checkOpen()
    const { clock, maxIdempotencyKeys } = this.#options
    const { historySize = 0, historyTtlMs = Number.POSITIVE_INFINITY, idempotencyKey } = options
    const nowMs = clock.now()
    const key = idempotencyKey === undefined ? undefined : JSON.stringify([room, idempotencyKey])
    if (key !== undefined) {
      const before = this.#keys.get(key, nowMs)
      if (before !== undefined) return before
      if (this.#keys.size >= maxIdempotencyKeys)
        throw new QueueFullError('memory of idempotency keys', maxIdempotencyKeys)
    }
    const time = content.time ?? clock.wallTime()
    const stream = historySize > 0 ? this.#stream(room) : undefined
    const publication = stream?.push(content, time, historySize, nowMs + historyTtlMs) ?? {
      offset: 0,
      data: content.data,
      meta: content.meta,
      time,
    }
    const position = { offset: publication.offset, epoch: stream?.epoch ?? '' }
    if (key !== undefined) {
      const ttlMs = options.idempotencyTtlMs ?? defaultIdempotencyTtlMs
      this.#keys.set(key, { ...position, isDuplicate: true }, nowMs + ttlMs)
    }
    this.#delivery.publication(room, publication, position.epoch)
    return { ...position, isDuplicate: false }
  }

  async signal(room: string, data: string): Promise<void> {
    this.#checkOpen()
    this.#delivery.signal(room, data)
  }

  async history(room: string, options: HistoryOptions = {}): Promise<History> {
    this.#checkOpen()
    return this.#stream(room).read(options, this.#options.clock.now())
  }

  async removeHistory(room: string): Promise<void> {
    this.#checkOpen()
    this.#streams.get(room)?.stream.clear()
  }

  async addPresence(room: string, entry: PresenceEntry, ttlMs: number): Promise<void> {
    this.#checkOpen()
    this.#presence.add(room, entry, ttlMs)
  }

  async removePresence(room: string, client: string): Promise<void> {
    this.#checkOpen()
    this.#presence.remove(room, client)
  }

  async presence(room: string): Promise<PresenceEntry[]> {
    this.#checkOpen()
    return this.#presence.of(room)
  }

  async presenceStats(room: string): Promise<PresenceStats> {
    this.#checkOpen()
    return this.#presence.statsOf(room)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#stopSweeping()
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new BrokerClosedError()
  }

  #stream(room: string): MemoryStream {
    const usedAtMs = this.#options.clock.now()
    const known = this.#streams.get(room)
    if (known !== undefined) {
      known.usedAtMs = usedAtMs
      return known.stream
    }
    const stream = new MemoryStream()
    this.#streams.set(room, { stream, usedAtMs })
    return stream
  }

  #sweepLater(): () => void {
    return this.#options.clock.after(sweepIntervalMs, () => {
      const nowMs = this.#options.clock.now()
      this.#keys.sweep(nowMs, sweepCount)
      this.#presence.sweep(sweepCount)
      this.#sweepStreams(nowMs)
      this.#stopSweeping = this.#sweepLater()
    })
  }

  #sweepStreams(nowMs: number): void {
    for (let seen = 0; seen < sweepCount; seen++) {
      this.#cursor ??= this.#streams.entries()
      const { done, value } = this.#cursor.next()
      if (done === true) {
        this.#cursor = undefined
        return
      }
      const [room, { stream, usedAtMs }] = value
      stream.dropExpired(nowMs)
      if (stream.length > 0 || usedAtMs + this.#options.streamTtlMs > nowMs) continue
      this.#streams.delete(room)
      this.#delivery.gap(room)
    }
  }
}
