/**
 * A first-in first-out queue in a ring: adding and taking cost the same however long it is, and it keeps no hold on
 * what was taken. Its owner bounds it. A hot path: every command of the Redis pool and every HTTP request passes through one.
 */
export class Queue<Item> {
  #ring: (Item | undefined)[] = emptyRing()
  #mask = leastSlots - 1
  #head = 0
  #length = 0

  get length(): number {
    return this.#length
  }

  push(item: Item): void {
    if (this.#length > this.#mask) this.#grow()
    this.#ring[(this.#head + this.#length) & this.#mask] = item
    this.#length++
  }

  /** The item so many places behind the first. */
  at(index: number): Item | undefined {
    return index < this.#length ? this.#ring[(this.#head + index) & this.#mask] : undefined
  }

  /** Takes the oldest; `undefined`: there is none. */
  shift(): Item | undefined {
    if (this.#length === 0) return undefined
    const item = this.#ring[this.#head]
    this.#ring[this.#head] = undefined
    this.#head = (this.#head + 1) & this.#mask
    this.#length--
    if (this.#length === 0 && this.#mask >= keptSlots) this.#reset()
    return item
  }

  /** All, oldest first; they stay. */
  toArray(): Item[] {
    return Array.from({ length: this.#length }, (_, index) => this.at(index) as Item)
  }

  /** Takes all, oldest first. */
  takeAll(): Item[] {
    const all = this.toArray()
    if (all.length > 0) this.#reset()
    return all
  }

  #grow(): void {
    const items: (Item | undefined)[] = this.toArray()
    const slots = 2 * (this.#mask + 1)
    while (items.length < slots) items.push(undefined)
    this.#ring = items
    this.#mask = slots - 1
    this.#head = 0
  }

  #reset(): void {
    this.#ring = emptyRing()
    this.#mask = leastSlots - 1
    this.#head = 0
    this.#length = 0
  }
}

/** A power of two, as all sizes of rings: the place after the last is found by a mask. */
const leastSlots = 4
/** A ring that has grown beyond this is let go of once it is empty. */
const keptSlots = 1024

function emptyRing(): undefined[] {
  return [undefined, undefined, undefined, undefined]
}
