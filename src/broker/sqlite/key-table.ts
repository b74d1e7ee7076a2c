/**
 * The idempotency keys of a store. Rows are only appended, so that writing one touches no random page; they are
 * found by hashes in memory, 48 bits of SHA-1, and each hit is compared with its row.
 */
import { hash } from 'node:crypto'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Position } from '../broker.ts'

interface KeyRow extends Position {
  readonly room: string
  readonly key: string
  readonly expires: number
}

export class KeyTable {
  readonly #maxKeys: number
  readonly #byHash = new Map<number, number>()
  /** Keys whose hash another has: id by room and key. */
  readonly #others = new Map<string, number>()
  #nextId = 1
  #sweptTo = 0
  /** What a rollback takes back. */
  #added: {
    readonly name: string
    readonly hash: number
    readonly isOther: boolean
    before: number | undefined
  }[] = []
  readonly #find: StatementSync
  readonly #insert: StatementSync
  readonly #page: StatementSync
  readonly #delete: StatementSync

  constructor(database: DatabaseSync, maxKeys: number) {
    this.#maxKeys = maxKeys
    this.#find = database.prepare('SELECT room, key, offset, epoch, expires FROM idempotency WHERE id = ?')
    this.#insert = database.prepare('INSERT INTO idempotency VALUES (?, ?, ?, ?, ?, ?, ?)')
    this.#page = database.prepare(
      'SELECT id, hash, room, key, expires FROM idempotency WHERE id > ? ORDER BY id LIMIT ?',
    )
    this.#delete = database.prepare('DELETE FROM idempotency WHERE id = ?')
    for (const row of database.prepare('SELECT id, hash, room, key FROM idempotency ORDER BY id').iterate()) {
      const { id, hash: hashed, room, key } = row as { id: number; hash: number; room: string; key: string }
      if (this.#byHash.has(hashed)) this.#others.set(nameOf(room, key), id)
      else this.#byHash.set(hashed, id)
      this.#nextId = id + 1
    }
  }

  get isFull(): boolean {
    return this.#byHash.size + this.#others.size >= this.#maxKeys
  }

  find(room: string, key: string, nowMs: number): Position | undefined {
    const name = nameOf(room, key)
    for (const id of [this.#byHash.get(hashOf(name)), this.#others.get(name)]) {
      if (id === undefined) continue
      const row = this.#find.get(id) as unknown as KeyRow | undefined
      if (row?.room === room && row.key === key && row.expires > nowMs) return row
    }
    return undefined
  }

  /** Inside of a transaction. The key is not there, or has expired. */
  add(room: string, key: string, { offset, epoch }: Position, expires: number): void {
    const name = nameOf(room, key)
    const hashed = hashOf(name)
    const id = this.#nextId++
    this.#insert.run(id, hashed, room, key, offset, epoch, expires)
    const isOther = this.#byHash.has(hashed)
    const before = isOther ? this.#others.get(name) : undefined
    if (isOther) this.#others.set(name, id)
    else this.#byHash.set(hashed, id)
    this.#added.push({ name, hash: hashed, isOther, before })
  }

  committed(): void {
    this.#added = []
  }

  rolledBack(): void {
    for (const { name, hash: hashed, isOther, before } of this.#added.reverse()) {
      if (!isOther) this.#byHash.delete(hashed)
      else if (before === undefined) this.#others.delete(name)
      else this.#others.set(name, before)
    }
    this.#added = []
  }

  /** Looks at up to `count` keys from where the last sweep stopped, and deletes the expired, in a transaction. */
  sweep(nowMs: number, count: number): void {
    const rows = this.#page.all(this.#sweptTo, count) as unknown as (KeyRow & { id: number; hash: number })[]
    for (const { id, hash: hashed, room, key, expires } of rows) {
      if (expires > nowMs) continue
      this.#delete.run(id)
      if (this.#byHash.get(hashed) === id) this.#byHash.delete(hashed)
      const name = nameOf(room, key)
      if (this.#others.get(name) === id) this.#others.delete(name)
    }
    this.#sweptTo = rows.length < count ? 0 : (rows.at(-1)?.id ?? 0)
  }
}

function nameOf(room: string, key: string): string {
  return `${room.length} ${room}${key}`
}

function hashOf(name: string): number {
  return hash('sha1', name, 'buffer').readUIntBE(0, 6)
}
