/**
 * A first-in first-out queue in a ring: adding and taking cost the same however long it is, and it keeps no
 * hold on what was taken. A hot path: every command passes through one.
 */
export class Queue<Item> {
  #ring: (Item | undefined)[] = new Array(16).fill(undefined)
  #mask = 15
  #head = 0
  #length = 0

  get length(): number {
    return this.#length
  }

  add(item: Item): void {
    if (this.#length > this.#mask) this.#grow()
    this.#ring[(this.#head + this.#length) & this.#mask] = item
    this.#length++
  }

  /** The item so many places behind the first. */
  at(index: number): Item | undefined {
    return index < this.#length ? this.#ring[(this.#head + index) & this.#mask] : undefined
  }

  take(): Item | undefined {
    if (this.#length === 0) return undefined
    const item = this.#ring[this.#head]
    this.#ring[this.#head] = undefined
    this.#head = (this.#head + 1) & this.#mask
    this.#length--
    return item
  }

  takeAll(): Item[] {
    const items: Item[] = []
    for (let item = this.take(); item !== undefined; item = this.take()) items.push(item)
    return items
  }

  #grow(): void {
    const size = this.#ring.length
    const ring = new Array<Item | undefined>(size * 2).fill(undefined)
    for (let index = 0; index < size; index++) ring[index] = this.#ring[(this.#head + index) & this.#mask]
    this.#ring = ring
    this.#mask = size * 2 - 1
    this.#head = 0
  }
}
