/** One room's stream in memory: its position, and what it keeps, oldest first. */
import type { BrokerPublication, Content, History, HistoryOptions } from '../broker.ts'
import { newEpoch } from '../epoch.ts'
import { isRecovered, rangeOf } from '../recovery.ts'

interface Kept {
  readonly publication: BrokerPublication
  readonly expiresAtMs: number
}

export class MemoryStream {
  readonly epoch = newEpoch()
  offset = 0
  /** Offsets grow by one from its first to its last. */
  #kept: Kept[] = []
  /** Where in `#kept` the oldest stands; what is before it has been dropped. */
  #head = 0

  /** Publications that are kept, expired ones that nothing has dropped yet among them. */
  get length(): number {
    return this.#kept.length - this.#head
  }

  push(content: Content, time: number, size: number, expiresAtMs: number): BrokerPublication {
    const publication = { offset: ++this.offset, data: content.data, meta: content.meta, time }
    this.#kept.push({ publication, expiresAtMs })
    this.#drop(this.length - size)
    return publication
  }

  read(options: HistoryOptions, nowMs: number): History {
    const { offset, epoch } = this
    const { limit = Number.POSITIVE_INFINITY, isReversed = false } = options
    const { above, below } = rangeOf(this, options)
    const first = this.#kept[this.#head]?.publication.offset ?? offset + 1
    const low = Math.max(above + 1, first)
    const publications: BrokerPublication[] = []
    const step = isReversed ? -1 : 1
    for (
      let at = isReversed ? below - 1 : low;
      at >= low && at < below && publications.length < limit;
      at += step
    ) {
      const kept = this.#kept[this.#head + at - first]
      if (kept !== undefined && kept.expiresAtMs > nowMs) publications.push(kept.publication)
    }
    return { publications, offset, epoch, isRecovered: isRecovered(this, options, publications) }
  }

  clear(): void {
    this.#drop(this.length)
  }

  /** Drops what has expired, up to the first that has not. */
  dropExpired(nowMs: number): void {
    let count = 0
    while (count < this.length && this.#kept[this.#head + count]!.expiresAtMs <= nowMs) count++
    this.#drop(count)
  }

  #drop(count: number): void {
    if (count <= 0) return
    this.#head += count
    // Moved seldom, so that dropping costs the same however much is kept.
    if (this.#head * 2 > this.#kept.length) {
      this.#kept = this.#kept.slice(this.#head)
      this.#head = 0
    }
  }
}
