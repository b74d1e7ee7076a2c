/**
 * The sentinels of one master: asked all at once where it is, and listened to for failovers. Each is a server
 * with a small pool of its own; those that the others tell of are taken in.
 */
import { defaultCallOptions, requestAll } from '../call.ts'
import { PoolClosedError, UnavailableError } from '../errors.ts'
import { defaultPoolSettings, type PoolSettings, type ServerSettings } from '../options.ts'
import { PoolEmitter } from '../pool-events.ts'
import { ServerPool } from '../server-pool.ts'
import { type Address, addressText } from '../url.ts'
import { questions, readAnswer, type SentinelAnswer } from './answer.ts'
import type { SentinelSettings } from './options.ts'

/** How long others are waited for once one has answered: one that is cut off may tell of an old master. */
const GRACE_MS = 100
/** Limit of one sentinel's answer. */
const ANSWER_LIMIT_MS = 1000
/** Most sentinels that are taken in because others told of them. */
const MAX_FOUND = 16

export class Sentinels {
  readonly #settings: SentinelSettings
  readonly #poolSettings: PoolSettings
  /** Called with the master's address whenever a sentinel tells it unasked, or may have told it unheard. */
  readonly #onNews: (master: Address) => void
  readonly #pools = new Map<string, ServerPool>()
  #isClosed = false

  constructor(settings: SentinelSettings, onNews: (master: Address) => void) {
    this.#settings = settings
    this.#onNews = onNews
    this.#poolSettings = {
      ...defaultPoolSettings,
      size: 2,
      minIdle: 0,
      maxIdle: 1,
      maxIdleTimeMs: 10_000,
      whenDown: 'fail',
      connectTimeoutMs: ANSWER_LIMIT_MS,
      commandTimeoutMs: ANSWER_LIMIT_MS,
      waitTimeoutMs: ANSWER_LIMIT_MS,
      maxBackoffMs: settings.pool.maxBackoffMs,
    }
  }

  /** Where the master is, by the latest of the answers. Throws {@link UnavailableError} where none comes. */
  async findMaster(): Promise<Address> {
    if (this.#isClosed) throw new PoolClosedError()
    for (const sentinel of this.#settings.sentinels) this.#add(sentinel)
    const answers: SentinelAnswer[] = []
    const failures: string[] = []
    let grace: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      const asked = this.#pools.size
      for (const [address, pool] of this.#pools) {
        this.#ask(pool)
          .then(
            (answer) => {
              answers.push(answer)
              grace ??= setTimeout(resolve, GRACE_MS)
            },
            (error: unknown) => failures.push(`${address}: ${messageOf(error)}`),
          )
          .finally(() => {
            if (answers.length + failures.length === asked) resolve()
          })
      }
    })
    clearTimeout(grace)
    const [latest] = [...answers].sort((one, other) => other.epoch - one.epoch)
    if (latest === undefined) {
      throw new UnavailableError(
        `No sentinel could say where ${this.#settings.name} is. ${failures.join('; ')}`,
      )
    }
    for (const { others } of answers) for (const address of others) this.#addFound(address)
    return this.#settings.mapAddress(latest.master)
  }

  close(): void {
    this.#isClosed = true
    for (const pool of this.#pools.values()) pool.destroy()
    this.#pools.clear()
  }

  async #ask(pool: ServerPool): Promise<SentinelAnswer> {
    const { name } = this.#settings
    const options = { ...defaultCallOptions, timeoutMs: ANSWER_LIMIT_MS, idempotent: true }
    return readAnswer(name, await requestAll(pool, questions(name), options))
  }

  #addFound(told: Address): void {
    if (this.#pools.size >= this.#settings.sentinels.length + MAX_FOUND) return
    const like = this.#settings.sentinels[0]!
    this.#add({ ...like, address: this.#settings.mapAddress(told) })
  }

  #add(sentinel: ServerSettings): void {
    const key = addressText(sentinel.address)
    if (this.#isClosed || this.#pools.has(key)) return
    const pool = new ServerPool(() => sentinel, this.#poolSettings, new PoolEmitter())
    this.#pools.set(key, pool)
    void this.#listen(pool)
  }

  async #listen(pool: ServerPool): Promise<void> {
    const news = pool.subscribe('channel', ['+switch-master'], {})
    // After a reconnect something may have happened unheard.
    let isFirst = true
    news.on('subscribed', () => {
      if (!isFirst) this.#ask(pool).then(({ master }) => this.#tell(master), ignoreSilence)
      isFirst = false
    })
    try {
      for await (const { message } of news) {
        const [name, , , host, port] = String(message).split(' ')
        if (name === this.#settings.name && host !== undefined) this.#tell({ host, port: Number(port) })
      }
    } catch {
      // This sentinel may not be listened to. Each dial asks all the same, and lost connections lead to a dial.
    }
  }

  #tell(master: Address): void {
    if (!this.#isClosed) this.#onNews(this.#settings.mapAddress(master))
  }
}

function ignoreSilence(): void {
  // It will be asked again when it is connected again.
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
