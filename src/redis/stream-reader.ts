/**
 * A member of a consumer group: entries of streams, one after the other, each delivered at least once and
 * acknowledged by whoever has dealt with it.
 *
 * What makes it survive: the server keeps what was delivered and not acknowledged. So at the start, and after every
 * connection that broke while entries may have been on their way, the reader first takes what is pending for its
 * consumer and was not seen by this reader; then it waits for what is new. Entries that other consumers took and
 * left lying can be claimed.
 *
 * Source: https://redis.io/docs/latest/develop/data-types/streams/
 */
import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { RedialBackoff } from './backoff.ts'
import type { Client } from './client.ts'
import type { StreamEntry } from './commands/shapes.ts'
import { PoolClosedError, RedisError, ReplyError } from './errors.ts'

export interface GroupOptions {
  readonly stream: string
  readonly group: string
  /** This reader's name in the group. One reader at a time may use a name. */
  readonly consumer: string
  /** Where a group that does not exist begins: `$`: with what comes now; `0`: with the oldest. Default `$`. */
  readonly from?: string
  /** Most entries of one read. Default 64. */
  readonly count?: number
  /** How long one read waits, in milliseconds. Default 5 s. */
  readonly blockMs?: number
  /** Takes over entries that any consumer left unacknowledged for so long; 0: never. Default 0. */
  readonly claimAfterMs?: number
  /** Ends the reading. */
  readonly signal?: AbortSignal
}

/** An entry of the group. Unacknowledged ones come again, to this consumer or to one that claims them. */
export interface GroupEntry {
  readonly id: string
  readonly fields: Record<string, string>
  /** Says that it is dealt with. May be repeated. */
  ack(): Promise<void>
}

/** Longest pause between two attempts while the server is down, in milliseconds. */
const MAX_PAUSE_MS = 2000

export class StreamReader {
  readonly #client: Client
  readonly #options: Required<Omit<GroupOptions, 'signal'>> & { readonly signal: AbortSignal | undefined }
  /** Delivered by this reader and not acknowledged: not delivered again by it. */
  readonly #delivered = new Set<string>()
  readonly #backoff: RedialBackoff

  constructor(client: Client, options: GroupOptions, random: () => number = Math.random) {
    this.#options = { from: '$', count: 64, blockMs: 5000, claimAfterMs: 0, signal: undefined, ...options }
    this.#client = options.signal === undefined ? client : client.with({ signal: options.signal })
    this.#backoff = new RedialBackoff(MAX_PAUSE_MS, random)
  }

  /**
   * The entries. Ends with the signal or the pool; throws what the server refuses for good (a key that is no
   * stream, missing rights).
   */
  async *entries(): AsyncGenerator<GroupEntry, void, undefined> {
    const { signal } = this.#options
    while (!isOver(signal)) {
      try {
        await this.#createGroup()
        yield* this.#pending()
        yield* this.#fresh()
      } catch (error) {
        if (isOver(signal) || error instanceof PoolClosedError) return
        if (!isPassing(error)) throw error
        await delay(
          this.#backoff.failed(performance.now()),
          undefined,
          signal === undefined ? {} : { signal },
        ).catch(() => {
          // The signal ends the loop.
        })
      }
    }
  }

  async #createGroup(): Promise<void> {
    const { stream, group, from } = this.#options
    try {
      await this.#client
        .with({ idempotent: true })
        .command('XGROUP', 'CREATE', stream, group, from, 'MKSTREAM')
    } catch (error) {
      if (!(error instanceof ReplyError && error.kind === 'BUSYGROUP')) throw error
    }
  }

  /** What was delivered to this consumer before and never acknowledged. */
  async *#pending(): AsyncGenerator<GroupEntry, void, undefined> {
    for (let after = '0'; ; ) {
      const entries = await this.#read(after)
      yield* this.#deliver(entries)
      const last = entries.at(-1)
      if (last === undefined) return
      after = last.id
    }
  }

  /** What comes in. Never ends by itself. */
  async *#fresh(): AsyncGenerator<GroupEntry, void, undefined> {
    const { blockMs, claimAfterMs, signal } = this.#options
    let claimsAtMs = 0
    while (!isOver(signal)) {
      if (claimAfterMs > 0 && performance.now() >= claimsAtMs) {
        claimsAtMs = performance.now() + claimAfterMs
        yield* this.#claim()
      }
      const waitMs = claimAfterMs > 0 ? Math.min(blockMs, claimAfterMs) : blockMs
      const entries = await this.#read('>', waitMs)
      this.#backoff.succeeded()
      yield* this.#deliver(entries)
    }
  }

  /** Takes over what others left lying. */
  async *#claim(): AsyncGenerator<GroupEntry, void, undefined> {
    const { stream, group, consumer, count, claimAfterMs } = this.#options
    for (let cursor = '0-0'; ; ) {
      const claimed = await this.#client.xautoclaim(
        stream,
        group,
        consumer,
        String(claimAfterMs),
        cursor,
        'COUNT',
        count,
      )
      yield* this.#deliver(claimed.entries)
      if (claimed.cursor === '0-0') return
      cursor = claimed.cursor
    }
  }

  /** One read behind the id (`>`: what nobody got yet), waiting for so long; undefined: not at all. */
  async #read(after: string, blockMs?: number): Promise<StreamEntry<string>[]> {
    const { stream, group, consumer, count } = this.#options
    const wait = blockMs === undefined ? [] : ['BLOCK', blockMs]
    const [found] = await this.#client.xreadgroup(
      group,
      consumer,
      'COUNT',
      count,
      ...wait,
      'STREAMS',
      stream,
      after,
    )
    return found?.entries ?? []
  }

  *#deliver(entries: readonly StreamEntry<string>[]): Generator<GroupEntry, void, undefined> {
    const { stream, group } = this.#options
    for (const { id, fields } of entries) {
      // Deleted while it was pending: nothing is left to deal with.
      if (fields === undefined || this.#delivered.has(id)) continue
      this.#delivered.add(id)
      yield {
        id,
        fields,
        ack: async () => {
          // Twice is as good as once.
          await this.#client.with({ idempotent: true }).xack(stream, group, id)
          this.#delivered.delete(id)
        },
      }
    }
  }
}

/** Whether trying again can help: connections come back, and a group that was deleted is made anew. */
function isPassing(error: unknown): boolean {
  if (error instanceof ReplyError) return error.kind === 'NOGROUP' || error.kind === 'UNBLOCKED'
  return error instanceof RedisError && error.sent !== undefined
}

function isOver(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true
}
