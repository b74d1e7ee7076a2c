import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SqliteBrokerOptions } from '../../../src/broker/sqlite/options.ts'
import { SqliteBroker } from '../../../src/broker/sqlite/sqlite.ts'
import { until } from '../server/peers.ts'

let folder: string
let file: string
const opened: SqliteBroker[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longwire-'))
  file = join(folder, 'store.db')
})
afterEach(async () => {
  for (const broker of opened.splice(0)) await broker.close()
  rmSync(folder, { recursive: true })
})

async function open(options: Partial<SqliteBrokerOptions> = {}): Promise<SqliteBroker> {
  const broker = await SqliteBroker.open({ file, ...options })
  opened.push(broker)
  return broker
}

function rows(table: string): number {
  const database = new DatabaseSync(file, { readOnly: true })
  const { count } = database.prepare(`SELECT count(*) AS count FROM ${table}`).get() as { count: number }
  database.close()
  return count
}

describe('The store at its start', () => {
  it('goes on where it ended: offsets, epochs, publications and keys', async () => {
    const before = await open()
    const options = { historySize: 10, idempotencyKey: 'k' }
    const first = await before.publish('room', { data: 'a', meta: 'm', time: 7 }, options)
    await before.close()
    const after = await open()
    expect((await after.history('room')).publications).toEqual([{ offset: 1, data: 'a', meta: 'm', time: 7 }])
    expect(await after.publish('room', { data: 'a' }, options)).toEqual({ ...first, isDuplicate: true })
    expect(await after.publish('room', { data: 'b' }, { historySize: 10 })).toEqual({
      offset: 2,
      epoch: first.epoch,
      isDuplicate: false,
    })
  })

  it('says that another has it open', async () => {
    await open()
    await expect(open()).rejects.toMatchObject({
      code: 'STORE_LOCKED',
      message: expect.stringContaining('is in use by another process'),
    })
  })

  it('says that the file is none of ours', async () => {
    writeFileSync(file, 'This is a letter, not a database. '.repeat(200))
    await expect(open()).rejects.toMatchObject({ code: 'STORE_CORRUPT' })
    rmSync(file)
    const other = new DatabaseSync(file)
    other.exec('CREATE TABLE theirs (a)')
    other.close()
    await expect(open()).rejects.toMatchObject({
      code: 'STORE_CORRUPT',
      message: expect.stringContaining('another program'),
    })
  })

  it('says that the file is damaged', async () => {
    const before = await open()
    for (let count = 0; count < 300; count++) {
      await before.publish('room', { data: 'x'.repeat(500) }, { historySize: 1_000 })
    }
    await before.close()
    const bytes = readFileSync(file)
    writeFileSync(file, bytes.fill(0xff, 4_096, bytes.length / 2))
    await expect(open()).rejects.toMatchObject({
      code: 'STORE_CORRUPT',
      message: expect.stringContaining('longwire restore'),
    })
  })

  it('says that a newer version wrote it, or that it cannot be made', async () => {
    await (await open()).close()
    const database = new DatabaseSync(file)
    database.exec('PRAGMA user_version = 99')
    database.close()
    await expect(open()).rejects.toMatchObject({ code: 'STORE_VERSION' })
    await expect(open({ file: join(folder, 'missing', 'store.db') })).rejects.toMatchObject({
      code: 'STORE_UNREADABLE',
    })
    mkdirSync(join(folder, 'folder'))
    await expect(open({ file: join(folder, 'folder') })).rejects.toMatchObject({ code: 'STORE_UNREADABLE' })
  })

  it('begins new epochs when the machine stopped while commits were not synced, and not otherwise', async () => {
    const before = await open()
    const { epoch } = await before.publish('room', { data: 'a' }, { historySize: 1 })
    await before.close()
    const openedBy = (value: string) => {
      const database = new DatabaseSync(file)
      database.prepare("UPDATE facts SET value = ? WHERE name = 'openSince'").run(value)
      database.close()
    }
    openedBy('full')
    const same = await open()
    expect((await same.history('room')).epoch).toBe(epoch)
    await same.close()
    openedBy('an earlier start of the machine')
    expect((await (await open()).history('room')).epoch).not.toBe(epoch)
  })
})

describe('The store', () => {
  it('deletes what was trimmed and what has expired', async () => {
    const broker = await open()
    await Promise.all(
      Array.from({ length: 2_000 }, (_, index) =>
        broker.publish('room', { data: `word ${index}` }, { historySize: 20 }),
      ),
    )
    await broker.publish('other', { data: 'short' }, { historySize: 20, historyTtlMs: 50 })
    await until('20 rows', () => rows('publications') === 20)
    expect((await broker.history('room')).publications).toHaveLength(20)
  })

  it('forgets streams that keep nothing and were not used for their time, and says so', async () => {
    const broker = await open({ streamTtlMs: 100 })
    const gaps: string[] = []
    broker.listen({ publication: () => undefined, signal: () => undefined, gap: (room) => gaps.push(room) })
    await broker.subscribe('empty')
    await broker.history('empty')
    await broker.publish('kept', { data: 'a' }, { historySize: 1 })
    await until('a gap', () => gaps.length > 0)
    expect(gaps).toEqual(['empty'])
    expect((await broker.history('kept')).offset).toBe(1)
  })

  it('finds kept publications by their words, newest first, page by page', async () => {
    const broker = await open()
    const keep = { historySize: 100 }
    await broker.publish('one', { data: '{"text":"Ein Café am Meer"}' }, keep)
    await broker.publish('other', { data: 'cafe latte' }, keep)
    await broker.publish('one', { data: '{"cafe":"not a word but a key"}' }, keep)
    await broker.publish('one', { data: 'the "cafeteria" AND (more' }, keep)
    const data = (result: { found: readonly { publication: { data: string } }[] }) =>
      result.found.map(({ publication }) => publication.data)
    expect(data(await broker.search('CAFE'))).toEqual([
      'the "cafeteria" AND (more',
      'cafe latte',
      '{"text":"Ein Café am Meer"}',
    ])
    expect(data(await broker.search('meer café', { room: 'one' }))).toEqual(['{"text":"Ein Café am Meer"}'])
    expect(data(await broker.search('latte', { room: 'one' }))).toEqual([])
    expect(data(await broker.search('" AND ('))).toEqual(['the "cafeteria" AND (more'])
    expect(data(await broker.search('" ('))).toEqual([])
    const page = await broker.search('cafe', { limit: 2 })
    expect(data(page)).toHaveLength(2)
    const next = await broker.search('cafe', { limit: 2, before: page.next })
    expect(data(next)).toEqual(['{"text":"Ein Café am Meer"}'])
    await broker.removeHistory('one')
    expect(data(await broker.search('cafe'))).toEqual(['cafe latte'])
  })
})
