/** What has happened to a registry's connections so far, for metrics. Counts only grow. */
import type { Cause, Ending } from './cause.ts'
import type { RefusalReason } from './registry.ts'

/** Of all connections of one kind (`websocket`, `tcp`, …). */
export interface KindCounts {
  opened: number
  readonly closed: Map<Cause, number>
  /** Bytes of connections that have ended. */
  readBytes: number
  writtenBytes: number
}

export class RegistryCounts {
  readonly refused = new Map<RefusalReason, number>()
  readonly byKind = new Map<string, KindCounts>()

  noteRefusal(reason: RefusalReason): void {
    this.refused.set(reason, (this.refused.get(reason) ?? 0) + 1)
  }

  noteOpened(kind: string): void {
    this.#of(kind).opened++
  }

  noteClosed(kind: string, { cause, evidence }: Ending): void {
    const counts = this.#of(kind)
    counts.closed.set(cause, (counts.closed.get(cause) ?? 0) + 1)
    counts.readBytes += evidence.readBytes
    counts.writtenBytes += evidence.writtenBytes
  }

  #of(kind: string): KindCounts {
    let counts = this.byKind.get(kind)
    if (counts === undefined) {
      counts = { opened: 0, closed: new Map(), readBytes: 0, writtenBytes: 0 }
      this.byKind.set(kind, counts)
    }
    return counts
  }
}
