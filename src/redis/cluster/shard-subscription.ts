/**
 * Shard channels of one slot, subscribed on the node that serves it, and on the next one when it moves. The user's
 * subscription stays; behind it there is one on a node at a time.
 */
import { ReplyError } from '../errors.ts'
import type { SubscribeOptions, Subscription } from '../subscription.ts'
import type { ClusterNode } from './nodes.ts'

type AnySubscription = Subscription<string | Buffer>

/** The first pause after a node would not take the subscription; it doubles up to the last. Milliseconds. */
const FIRST_PAUSE_MS = 20
const LAST_PAUSE_MS = 1000

/** What it needs of its cluster. */
export interface SlotFinder {
  /** The node that serves the slot now; undefined: none is known. */
  nodeOf(slot: number): ClusterNode | undefined
  /** A node refused something. */
  learn(refusal: ReplyError): void
}

export class ShardSubscription {
  readonly names: readonly string[]
  readonly #slot: number
  readonly #outer: AnySubscription
  readonly #options: SubscribeOptions
  readonly #finder: SlotFinder
  /** Called whenever the server has confirmed the names. */
  readonly #confirmed: () => void
  #node: ClusterNode | undefined
  #inner: AnySubscription | undefined
  #pause: NodeJS.Timeout | undefined
  #pauseMs = FIRST_PAUSE_MS
  /** The one that was confirmed last. */
  #arrivedWith: AnySubscription | undefined
  #isEnded = false

  constructor(
    slot: number,
    names: readonly string[],
    outer: AnySubscription,
    options: SubscribeOptions,
    finder: SlotFinder,
    confirmed: () => void,
  ) {
    this.names = names
    this.#slot = slot
    this.#outer = outer
    // The user's own signal ends the outer one, which ends this.
    this.#options = { buffers: outer.buffers, maxQueue: options.maxQueue ?? 1024 }
    this.#finder = finder
    this.#confirmed = confirmed
  }

  /** Goes to the node that serves the slot now, if it is not there. To be called when the map has changed. */
  follow(): void {
    if (this.#isEnded || this.#pause !== undefined) return
    const node = this.#finder.nodeOf(this.#slot)
    if (node === undefined || (node === this.#node && this.#inner?.isEnded === false)) return
    this.#leave()
    this.#node = node
    const inner = node.pool.subscribe('shard', this.names, this.#options)
    this.#inner = inner
    inner.on('gap', (gap) => this.#outer.emit('gap', gap))
    inner.on('subscribed', () => this.#arrived(inner))
    void this.#carry(inner)
  }

  /** The node does not serve this channel any more. */
  moved(name: string): void {
    if (!this.names.includes(name)) return
    this.#node = undefined
    this.follow()
  }

  /** Ends the user's subscription; messages that wait can still be taken. */
  close(): void {
    this.#outer.end(undefined)
  }

  /** The user's subscription has ended. */
  end(): void {
    this.#isEnded = true
    clearTimeout(this.#pause)
    this.#leave()
  }

  #leave(): void {
    const inner = this.#inner
    this.#inner = undefined
    inner?.close()
  }

  #arrived(inner: AnySubscription): void {
    if (inner !== this.#inner) return
    // What was published between two nodes is lost. Reconnects to the same node tell of their gaps themselves.
    if (this.#arrivedWith !== undefined && this.#arrivedWith !== inner) this.#outer.missed()
    this.#arrivedWith = inner
    this.#pauseMs = FIRST_PAUSE_MS
    this.#confirmed()
  }

  async #carry(inner: AnySubscription): Promise<void> {
    try {
      for await (const message of inner) this.#outer.deliver(message)
    } catch (error) {
      if (inner !== this.#inner) return
      if (!(error instanceof ReplyError)) {
        this.#outer.end(error)
        return
      }
      this.#finder.learn(error)
      if (error.kind !== 'MOVED' && error.kind !== 'CLUSTERDOWN') {
        this.#outer.end(error)
        return
      }
    }
    if (inner === this.#inner) this.#again()
  }

  /** The node would not, or does not any more. */
  #again(): void {
    if (this.#isEnded) return
    this.#inner = undefined
    this.#pause = setTimeout(() => {
      this.#pause = undefined
      this.follow()
    }, this.#pauseMs)
    this.#pauseMs = Math.min(this.#pauseMs * 2, LAST_PAUSE_MS)
  }
}
