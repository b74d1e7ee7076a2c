/** All subscriptions to shard channels of a cluster: taken apart by slot, and moved with their slots. */
import { PoolClosedError } from '../errors.ts'
import { slotOf } from '../slot.ts'
import { type SubscribeOptions, Subscription } from '../subscription.ts'
import { ShardSubscription, type SlotFinder } from './shard-subscription.ts'

export class ShardSubscriptions {
  readonly #finder: SlotFinder
  readonly #parts = new Set<ShardSubscription>()
  #isClosed = false

  constructor(finder: SlotFinder) {
    this.#finder = finder
  }

  /** Begins to listen; `ready` settles when each slot's node has confirmed. */
  subscribe(names: readonly string[], options: SubscribeOptions): Subscription<string | Buffer> {
    const { signal } = options
    const onAbort = (): void => outer.end(signal?.reason)
    const parts: ShardSubscription[] = []
    const outer = new Subscription<string | Buffer>('shard', names, options, () => {
      signal?.removeEventListener('abort', onAbort)
      for (const part of parts) {
        this.#parts.delete(part)
        part.end()
      }
    })
    const unconfirmed = new Set<ShardSubscription>()
    for (const [slot, some] of Map.groupBy(names, slotOf)) {
      const part: ShardSubscription = new ShardSubscription(slot, some, outer, options, this.#finder, () => {
        unconfirmed.delete(part)
        if (unconfirmed.size === 0) outer.confirm()
      })
      parts.push(part)
      unconfirmed.add(part)
    }
    if (this.#isClosed) outer.end(new PoolClosedError())
    else if (signal?.aborted === true) outer.end(signal.reason)
    else {
      signal?.addEventListener('abort', onAbort, { once: true })
      for (const part of parts) {
        this.#parts.add(part)
        part.follow()
      }
    }
    return outer
  }

  /** There is a new map. */
  follow(): void {
    for (const part of [...this.#parts]) part.follow()
  }

  /** A node does not serve the channel any more. */
  moved(name: string): void {
    for (const part of [...this.#parts]) part.moved(name)
  }

  /** Ends all; messages that wait can still be taken. */
  close(): void {
    this.#isClosed = true
    for (const part of [...this.#parts]) part.close()
  }
}
