/** Items to be taken with `for await`, in a bounded queue until then. */
import { Queue } from '../connection/queue.ts'

export class Feed<Item> implements AsyncIterableIterator<Item> {
  readonly #maxQueue: number
  readonly #queue = new Queue<Item>()
  readonly #takers = new Queue<PromiseWithResolvers<IteratorResult<Item>>>()
  #end: { readonly error: unknown } | undefined

  /** `maxQueue`: most items that wait to be taken. */
  constructor(maxQueue: number) {
    this.#maxQueue = maxQueue
  }

  get isEnded(): boolean {
    return this.#end !== undefined
  }

  /** `false`: the queue is full; whoever adds decides what to do. To be called before its end. */
  add(item: Item): boolean {
    const taker = this.#takers.shift()
    if (taker !== undefined) {
      taker.resolve({ done: false, value: item })
      return true
    }
    if (this.#queue.length >= this.#maxQueue) return false
    this.#queue.push(item)
    return true
  }

  /** Makes room by letting go of the item that has waited longest. */
  dropOldest(): void {
    this.#queue.shift()
  }

  /** Ends it; what waits can still be taken, and then comes the error, if there is one. `false`: it had ended before. */
  end(error: unknown): boolean {
    if (this.#end !== undefined) return false
    this.#end = { error }
    for (const taker of this.#takers.takeAll()) {
      if (error === undefined) taker.resolve({ done: true, value: undefined })
      else taker.reject(error)
    }
    return true
  }

  next(): Promise<IteratorResult<Item>> {
    const item = this.#queue.shift()
    if (item !== undefined) return Promise.resolve({ done: false, value: item })
    if (this.#end !== undefined) {
      const { error } = this.#end
      this.#end = { error: undefined }
      return error === undefined ? Promise.resolve({ done: true, value: undefined }) : Promise.reject(error)
    }
    const taker = Promise.withResolvers<IteratorResult<Item>>()
    this.#takers.push(taker)
    return taker.promise
  }

  /** `for await` calls it when it is left. */
  return(): Promise<IteratorResult<Item>> {
    this.end(undefined)
    this.#queue.takeAll()
    return Promise.resolve({ done: true, value: undefined })
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
