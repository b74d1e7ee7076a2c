/**
 * The pool of a master that sentinels watch over. Each dial asks them where it is, and finds out whether it is
 * one; news of a failover replaces all connections at once. What was in flight to the old master is reported as
 * with any lost connection; what waits, waits for the new one.
 */
import type { Call } from '../call.ts'
import type { ReplyError } from '../errors.ts'
import type { LeaseRecord } from '../lease.ts'
import type { ServerSettings } from '../options.ts'
import type { PoolBackend } from '../pool.ts'
import type { PoolEmitter } from '../pool-events.ts'
import { ServerPool } from '../server-pool.ts'
import type { PoolStats } from '../stats.ts'
import type { SubscribeOptions, Subscription, SubscriptionKind } from '../subscription.ts'
import { type Address, addressText } from '../url.ts'
import type { SentinelSettings } from './options.ts'
import { Sentinels } from './sentinels.ts'

export class SentinelPool implements PoolBackend {
  readonly #settings: SentinelSettings
  readonly #events: PoolEmitter
  readonly #sentinels: Sentinels
  readonly #pool: ServerPool
  /** Where the last dial went. */
  #master: string | undefined

  constructor(settings: SentinelSettings, events: PoolEmitter) {
    this.#settings = settings
    this.#events = events
    this.#sentinels = new Sentinels(settings, (master) => this.#hear(master))
    this.#pool = new ServerPool(() => this.#locate(), settings.pool, events)
  }

  dispatch(call: Call): void {
    this.#pool.dispatch(call)
  }

  follow(call: Call, refusal: ReplyError): boolean {
    return this.#pool.follow(call, refusal)
  }

  lease(signal: AbortSignal | undefined, site: string): Promise<LeaseRecord> {
    return this.#pool.lease(signal, site)
  }

  giveBack(record: LeaseRecord): Promise<void> {
    return this.#pool.giveBack(record)
  }

  subscribe(
    kind: SubscriptionKind,
    names: readonly string[],
    options: SubscribeOptions,
  ): Subscription<string | Buffer> {
    return this.#pool.subscribe(kind, names, options)
  }

  stats(): PoolStats {
    return this.#pool.stats()
  }

  async close(): Promise<void> {
    await this.#pool.close()
    this.#sentinels.close()
  }

  destroy(): void {
    this.#pool.destroy()
    this.#sentinels.close()
  }

  async #locate(): Promise<ServerSettings> {
    const address = await this.#sentinels.findMaster()
    this.#note(address)
    return { ...this.#settings.master, address }
  }

  /** A sentinel says where the master is. */
  #hear(address: Address): void {
    if (addressText(address) === this.#master) return
    this.#note(address)
    this.#pool.moved()
  }

  #note(address: Address): void {
    const text = addressText(address)
    if (text === this.#master) return
    this.#master = text
    this.#events.emit('topology', { detail: `The master of ${this.#settings.name} is ${text}.` })
  }
}
