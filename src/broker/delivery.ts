/**
 * What reaches this process's listener: the rooms that it has subscribed to, one call at a time, in the order in
 * which things happened. What a listener causes while it is told is told after.
 */
import { Queue } from '../connection/queue.ts'
import type { BrokerListener, BrokerPublication } from './broker.ts'
import { BrokerError } from './errors.ts'

export class Delivery {
  readonly #rooms = new Set<string>()
  /** Never longer than what one call of the listener causes. */
  readonly #waiting = new Queue<() => void>()
  #listener: BrokerListener | undefined
  #isTelling = false

  listen(listener: BrokerListener): void {
    if (this.#listener !== undefined) throw new BrokerError('BROKER_LISTENER', 'There is a listener already.')
    this.#listener = listener
  }

  subscribe(room: string): void {
    this.#rooms.add(room)
  }

  unsubscribe(room: string): void {
    this.#rooms.delete(room)
  }

  publication(room: string, publication: BrokerPublication, epoch: string): void {
    this.#deliver(room, (listener) => listener.publication(room, publication, epoch))
  }

  signal(room: string, data: string): void {
    this.#deliver(room, (listener) => listener.signal(room, data))
  }

  gap(room: string): void {
    this.#deliver(room, (listener) => listener.gap(room))
  }

  #deliver(room: string, tell: (listener: BrokerListener) => void): void {
    if (!this.#rooms.has(room)) return
    this.#waiting.push(() => {
      if (this.#listener !== undefined && this.#rooms.has(room)) tell(this.#listener)
    })
    if (this.#isTelling) return
    this.#isTelling = true
    try {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) next()
    } finally {
      this.#isTelling = false
    }
  }
}
