/**
 * Asks the nodes for the map of slots: whenever there is cause, one refresh at a time, with a pause between two.
 * A node that does not answer soon holds nothing up: the next one is asked then, and the first answer counts.
 */
import { performance } from 'node:perf_hooks'
import { RedialBackoff } from '../backoff.ts'
import { type CallOptions, defaultCallOptions, request } from '../call.ts'
import { ReplyError, UnavailableError } from '../errors.ts'
import type { PoolSettings, ServerSettings } from '../options.ts'
import { PoolEmitter } from '../pool-events.ts'
import { ServerPool } from '../server-pool.ts'
import { type Address, addressText, type Target } from '../url.ts'
import type { ClusterSettings } from './options.ts'
import { type ReadAddress, readShards, readSlots, type SlotMap } from './slot-map.ts'

/** A refresh waits so long after the last one: an outage gives cause with every command. */
const PAUSE_MS = 100
/** After so long without an answer the next node is asked too. */
const STAGGER_MS = 150
/** Limit of a whole refresh. */
const LIMIT_MS = 3000

export class Topology {
  readonly #settings: ClusterSettings
  /** Nodes that are known, the most promising first. */
  readonly #known: () => readonly Address[]
  readonly #onMap: (map: SlotMap) => void
  readonly #onFail: (error: unknown, retryInMs: number) => void
  readonly #backoff: RedialBackoff
  readonly #ending = new AbortController()
  #isRunning = false
  #timer: NodeJS.Timeout | undefined
  #endedAtMs = Number.NEGATIVE_INFINITY
  #pauseMs = PAUSE_MS
  #isWanted = false
  #lastError: unknown

  constructor(
    settings: ClusterSettings,
    known: () => readonly Address[],
    onMap: (map: SlotMap) => void,
    onFail: (error: unknown, retryInMs: number) => void,
    random: () => number,
  ) {
    this.#settings = settings
    this.#known = known
    this.#onMap = onMap
    this.#onFail = onFail
    this.#backoff = new RedialBackoff(settings.pool.maxBackoffMs, random)
  }

  /** The error of the last refresh; undefined: it succeeded, or there was none. */
  get lastError(): unknown {
    return this.#lastError
  }

  /** When the last refresh ended, by `performance.now()`. */
  get endedAtMs(): number {
    return this.#endedAtMs
  }

  /** Asks as soon as may be. One that is wanted while another runs comes after it: that one may have been too early. */
  refresh(): void {
    if (this.#ending.signal.aborted || this.#timer !== undefined) return
    if (this.#isRunning) {
      this.#isWanted = true
      return
    }
    const waitMs = this.#endedAtMs + this.#pauseMs - performance.now()
    if (waitMs <= 0) {
      void this.#run()
      return
    }
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      void this.#run()
    }, waitMs)
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#ending.abort(new UnavailableError('The pool is closing.'))
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    this.#isWanted = false
    try {
      const map = await this.#ask(this.#sources())
      this.#lastError = undefined
      this.#backoff.succeeded()
      this.#pauseMs = PAUSE_MS
      this.#ended()
      if (!this.#ending.signal.aborted) this.#onMap(map)
    } catch (error) {
      this.#lastError = error
      this.#pauseMs = this.#backoff.failed(performance.now())
      this.#ended()
      if (!this.#ending.signal.aborted) this.#onFail(error, this.#pauseMs)
    }
  }

  #ended(): void {
    this.#isRunning = false
    this.#endedAtMs = performance.now()
    if (this.#isWanted) this.refresh()
  }

  /** Nodes to ask: those that are known, and at last those that the user named. */
  #sources(): ServerSettings[] {
    const { node, seeds } = this.#settings
    const known = this.#known().map((address): ServerSettings => ({ ...node, address }))
    const byAddress = new Map([...known, ...seeds].map((server) => [addressText(server.address), server]))
    return [...byAddress.values()]
  }

  async #ask(sources: readonly ServerSettings[]): Promise<SlotMap> {
    using ending = new DisposableStack()
    const found = Promise.withResolvers<SlotMap>()
    const signal = AbortSignal.any([this.#ending.signal, AbortSignal.timeout(LIMIT_MS)])
    const failures: string[] = []
    let next = 0
    let stagger: NodeJS.Timeout | undefined
    ending.defer(() => clearTimeout(stagger))
    const askNext = (): void => {
      clearTimeout(stagger)
      const source = sources[next++]
      if (source === undefined || ending.disposed) return
      stagger = setTimeout(askNext, STAGGER_MS)
      const pool = askingPool(source, this.#settings.pool)
      ending.defer(() => pool.destroy())
      this.#askOne(source.address, pool, signal).then(found.resolve, (error: unknown) => {
        failures.push(
          `${addressText(source.address)}: ${error instanceof Error ? error.message : String(error)}`,
        )
        if (failures.length < sources.length) askNext()
        else
          found.reject(new UnavailableError(`No node told the slots of the cluster. ${failures.join('; ')}`))
      })
    }
    askNext()
    return await found.promise
  }

  async #askOne(address: Target['address'], pool: ServerPool, signal: AbortSignal): Promise<SlotMap> {
    const options: CallOptions = { ...defaultCallOptions, signal }
    const readAddress: ReadAddress = (host, port) => {
      const askedHost = 'host' in address ? address.host : '127.0.0.1'
      return this.#settings.mapAddress({ host: host ?? askedHost, port })
    }
    const map = await readMap(pool, options, this.#settings.node.isTls, readAddress)
    if (map.served === 0) throw new UnavailableError('The node knows of no slot that is served.')
    return map
  }
}

async function readMap(
  pool: ServerPool,
  options: CallOptions,
  isTls: boolean,
  readAddress: ReadAddress,
): Promise<SlotMap> {
  try {
    return readShards(await request(pool, ['CLUSTER', 'SHARDS'], options), isTls, readAddress)
  } catch (error) {
    // Not known before Redis 7, or not allowed.
    if (!(error instanceof ReplyError)) throw error
    return readSlots(await request(pool, ['CLUSTER', 'SLOTS'], options), readAddress)
  }
}

/** Enough to ask one question. A connection of its own, so that it waits behind nobody's commands. */
function askingPool(server: ServerSettings, settings: PoolSettings): ServerPool {
  const few: PoolSettings = { ...settings, size: 1, minIdle: 0, maxIdle: 1, eager: false, whenDown: 'fail' }
  return new ServerPool(() => server, few, new PoolEmitter())
}
