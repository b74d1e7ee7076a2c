/**
 * The embedded broker: one process, one SQLite file. Acknowledged means committed.
 *
 * Two threads work on the file, so that this one never waits for a disk: one writes, in groups; one reads.
 * docs/broker.md tells what it guarantees, and how the file is kept small and safe.
 */
import { systemClock } from '../../connection/clock.ts'
import type {
  Broker,
  BrokerListener,
  Content,
  History,
  HistoryOptions,
  PresenceEntry,
  PresenceStats,
  Published,
  PublishOptions,
} from '../broker.ts'
import { Delivery } from '../delivery.ts'
import { BrokerClosedError, StoreError } from '../errors.ts'
import { LocalPresence } from '../local-presence.ts'
import { GroupQueue } from './group-queue.ts'
import type { Response } from './messages.ts'
import { completeOptions, type SqliteBrokerOptions } from './options.ts'
import type { SearchOptions, SearchResult } from './search.ts'
import { errorOf, StoreThread } from './store-thread.ts'

const presenceSweepMs = 1_000
const presenceSweepCount = 10_000
/** How long a search waits for the index to catch up with what was just published. */
const catchUpMs = 200

export class SqliteBroker implements Broker {
  readonly #writer: StoreThread
  readonly #reader: StoreThread
  readonly #groups: GroupQueue
  readonly #delivery = new Delivery()
  readonly #presence = new LocalPresence(systemClock)
  #stopSweeping: () => void
  #failure: StoreError | undefined
  #closing: Promise<void> | undefined

  private constructor(writer: StoreThread, reader: StoreThread, options: SqliteBrokerOptions) {
    this.#writer = writer
    this.#reader = reader
    this.#groups = new GroupQueue({
      ...options,
      send: (group) => writer.send({ kind: 'group', group }),
      onMade: (room, publication, epoch) => this.#delivery.publication(room, publication, epoch),
    })
    const onBroken = (error: StoreError): void => {
      if (this.#failure !== undefined) return
      this.#failure = error
      this.#groups.broke(error)
      if (this.#closing === undefined) options.onFailure(error)
    }
    writer.listen((response) => this.#take(response), onBroken)
    reader.listen(() => undefined, onBroken)
    this.#stopSweeping = this.#sweepLater()
  }

  /**
   * Opens the store, and makes it if there is none.
   *
   * @throws OptionError an option cannot be
   * @throws StoreError `STORE_LOCKED`, `STORE_CORRUPT`, `STORE_VERSION` or `STORE_UNREADABLE`, with what to do
   */
  static async open(
    options: Partial<SqliteBrokerOptions> & { readonly file: string },
  ): Promise<SqliteBroker> {
    const complete = completeOptions(options)
    const { onFailure: _, ...threadOptions } = complete
    const writer = await StoreThread.start('writer', threadOptions)
    try {
      const reader = await StoreThread.start('reader', threadOptions)
      return new SqliteBroker(writer, reader, complete)
    } catch (error) {
      await writer.close()
      throw error
    }
  }

  /** Publications that wait to be committed. */
  get queued(): number {
    return this.#groups.queued
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
    return this.#groups.publish(room, content, options)
  }

  async signal(room: string, data: string): Promise<void> {
    this.#checkOpen()
    this.#delivery.signal(room, data)
  }

  async history(room: string, options: HistoryOptions = {}): Promise<History> {
    this.#checkOpen()
    const read = await this.#reader.call<History | undefined>('history', room, options)
    if (read !== undefined) return read
    await this.#groups.begin(room)
    const begun = await this.#reader.call<History | undefined>('history', room, options)
    if (begun === undefined) throw new StoreError('STORE_FAILED', `The stream of ${room} did not begin.`)
    return begun
  }

  async removeHistory(room: string): Promise<void> {
    this.#checkOpen()
    this.#groups.flushAll()
    await this.#writer.call('removeHistory', room)
  }

  /**
   * Searches kept publications for those that have all the words of `text`, or words that begin so; upper and
   * lower case and accents make no difference. Newest first.
   */
  async search(text: string, options: SearchOptions = {}): Promise<SearchResult> {
    this.#checkOpen()
    await this.#writer.call('catchUpIndex', catchUpMs)
    return await this.#reader.call<SearchResult>('search', text, options)
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

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#stopSweeping()
    await this.#groups.drained()
    await this.#reader.close()
    await this.#writer.close()
  }

  #checkOpen(): void {
    if (this.#closing !== undefined) throw new BrokerClosedError()
    if (this.#failure !== undefined) throw this.#failure
  }

  #take(response: Response): void {
    if (response.kind === 'committed') this.#groups.committed(response.result)
    else if (response.kind === 'failed') this.#groups.failed(errorOf(response.failure))
    else if (response.kind === 'forgotten') for (const room of response.rooms) this.#delivery.gap(room)
  }

  #sweepLater(): () => void {
    return systemClock.after(presenceSweepMs, () => {
      this.#presence.sweep(presenceSweepCount)
      this.#stopSweeping = this.#sweepLater()
    })
  }
}
