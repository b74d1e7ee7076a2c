/** A map whose entries end. Expired ones are never seen, and memory is given back by sweeping, a few at a time. */
export class ExpiringMap<K, V> {
  readonly #entries = new Map<K, { value: V; expiresAtMs: number }>()
  #cursor: MapIterator<[K, { expiresAtMs: number }]> | undefined

  /** Entries, expired ones that nobody has swept yet among them. */
  get size(): number {
    return this.#entries.size
  }

  get(key: K, nowMs: number): V | undefined {
    const entry = this.#entries.get(key)
    return entry === undefined || entry.expiresAtMs <= nowMs ? undefined : entry.value
  }

  set(key: K, value: V, expiresAtMs: number): void {
    this.#entries.set(key, { value, expiresAtMs })
  }

  delete(key: K): void {
    this.#entries.delete(key)
  }

  values(nowMs: number): V[] {
    const found: V[] = []
    for (const { value, expiresAtMs } of this.#entries.values()) if (expiresAtMs > nowMs) found.push(value)
    return found
  }

  /** Looks at up to `count` entries, from where the last sweep stopped, and drops those that have expired. */
  sweep(nowMs: number, count: number): void {
    for (let seen = 0; seen < count; seen++) {
      this.#cursor ??= this.#entries.entries()
      const { done, value } = this.#cursor.next()
      if (done === true) {
        this.#cursor = undefined
        return
      }
      if (value[1].expiresAtMs <= nowMs) this.#entries.delete(value[0])
    }
  }
}
