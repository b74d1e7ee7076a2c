/**
 * Bare SQLite in one thread, without anybody to serve: a transaction of one INSERT for each publisher, and nothing else. What
 * lies between this and a broker is what the broker promises beyond it, and the way to its clients.
 */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Meter } from './meter.ts'
import { data, roomOf, taskArguments } from './task-arguments.ts'

const { rooms, publishers, folder, isFull, warmupMs, measureMs } = taskArguments()

const database = new DatabaseSync(join(folder, 'bare.db'))
database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${isFull ? 'FULL' : 'NORMAL'};
  CREATE TABLE publications (id INTEGER PRIMARY KEY, room TEXT, offset INTEGER, data TEXT) STRICT;
  CREATE UNIQUE INDEX publications_by_offset ON publications (room, offset)`)
const insert = database.prepare('INSERT INTO publications VALUES (NULL, ?, ?, ?)')
const names = Array.from({ length: publishers }, (_, publisher) => roomOf(publisher, rooms))
const offsets = new Map<string, number>()

const meter = new Meter(warmupMs, measureMs)
while (!meter.isOver) {
  const startedMs = performance.now()
  database.exec('BEGIN')
  for (const room of names) {
    const offset = (offsets.get(room) ?? 0) + 1
    offsets.set(room, offset)
    insert.run(room, offset, data)
  }
  database.exec('COMMIT')
  meter.acknowledge(startedMs, performance.now(), publishers)
}
database.close()
meter.finish()
