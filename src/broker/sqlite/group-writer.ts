/** Writes publications of many rooms in one transaction. Hot path, watched by the bench `broker`. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Position } from '../broker.ts'
import { StoreError } from '../errors.ts'
import type { KeyTable } from './key-table.ts'
import { type Group, type GroupResult, outcomes } from './messages.ts'
import type { Retention } from './retention.ts'
import type { StreamRow, StreamTable } from './stream-table.ts'
import { runTransaction } from './transaction.ts'

const unkept: Position = { offset: 0, epoch: '' }

export class GroupWriter {
  readonly #database: DatabaseSync
  readonly #streams: StreamTable
  readonly #keys: KeyTable
  readonly #retention: Retention
  readonly #insert: StatementSync
  #lastId: number
  /** How many rows this group displaces, by stream. They are deleted after its commit. */
  readonly #trimmed = new Map<StreamRow, number>()

  constructor(
    database: DatabaseSync,
    streams: StreamTable,
    keys: KeyTable,
    retention: Retention,
    lastId: number,
  ) {
    this.#database = database
    this.#streams = streams
    this.#keys = keys
    this.#retention = retention
    this.#lastId = lastId
    this.#insert = database.prepare('INSERT INTO publications VALUES (?, ?, ?, ?, ?, ?, ?)')
  }

  /** The newest publication's id, over all rooms. */
  get lastId(): number {
    return this.#lastId
  }

  /**
   * Commits a group.
   *
   * @throws StoreError `STORE_FAILED`: nothing of it was kept; `STORE_UNCERTAIN`: unknown
   */
  write(group: Group): GroupResult {
    const result: GroupResult = { offset: [], epoch: [], outcome: [] }
    const lastId = this.#lastId
    try {
      if (isAllUnkept(group)) this.#writeAll(group, result)
      else runTransaction(this.#database, () => this.#writeAll(group, result))
      this.#keys.committed()
      for (const [row, rows] of this.#trimmed) this.#retention.trimmed(row, rows)
      return result
    } catch (error) {
      this.#lastId = lastId
      this.#streams.reset()
      this.#keys.rolledBack()
      throw error instanceof StoreError
        ? error
        : new StoreError('STORE_FAILED', `It was not kept: ${(error as Error).message}.`, { cause: error })
    } finally {
      this.#trimmed.clear()
    }
  }

  #writeAll(group: Group, result: GroupResult): void {
    const nowMs = Date.now()
    const rows: (StreamRow | undefined)[] = []
    for (const room of group.begins) this.#streams.findOrBegin(room, nowMs)
    for (let index = 0; index < group.data.length; index++) {
      const at = group.room[index]!
      const key = group.key[index]
      if (key !== undefined) {
        const before = this.#keys.find(group.rooms[at]!, key, nowMs)
        if (before !== undefined || this.#keys.isFull) {
          result.offset.push(before?.offset ?? 0)
          result.epoch.push(before?.epoch ?? '')
          result.outcome.push(before === undefined ? outcomes.tooManyKeys : outcomes.duplicate)
          continue
        }
      }
      let position = unkept
      if (group.size[index]! > 0) {
        rows[at] ??= this.#streams.findOrBegin(group.rooms[at]!, nowMs)
        position = this.#keep(rows[at], group, index)
      }
      if (key !== undefined) this.#keys.add(group.rooms[at]!, key, position, group.keyExpires[index]!)
      result.offset.push(position.offset)
      result.epoch.push(position.epoch)
      result.outcome.push(outcomes.made)
    }
    this.#streams.flush(nowMs)
  }

  #keep(row: StreamRow, group: Group, index: number): Position {
    const offset = ++row.offset
    const first = offset - group.size[index]! + 1
    if (first > row.first) {
      this.#trimmed.set(row, (this.#trimmed.get(row) ?? 0) + first - row.first)
      row.first = first
    }
    this.#streams.change(row)
    const expires = group.expires[index]!
    this.#insert.run(
      ++this.#lastId,
      row.id,
      offset,
      group.time[index]!,
      expires === 0 ? null : expires,
      group.data[index]!,
      group.meta[index] ?? null,
    )
    return { offset, epoch: row.epoch }
  }
}

function isAllUnkept({ size, key, begins }: Group): boolean {
  return begins.length === 0 && size.every((kept) => kept === 0) && key.every((word) => word === undefined)
}
