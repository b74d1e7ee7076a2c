/**
 * A process that publishes until it is killed: `node publisher.ts FILE NAME DURABILITY`. Prints a line for each
 * acknowledgement: room, offset, epoch and data, separated by blanks. What the killer has not read was never
 * acknowledged to it.
 */
import { once } from 'node:events'
import type { Durability } from '../../../src/broker/sqlite/options.ts'
import { SqliteBroker } from '../../../src/broker/sqlite/sqlite.ts'

const [file = '', name = '', durability = 'normal'] = process.argv.slice(2)
const rooms = 5
const publishersPerRoom = 8

process.stdout.setMaxListeners(rooms * publishersPerRoom)
const broker = await SqliteBroker.open({ file, durability: durability as Durability })

async function publishForever(room: string, publisher: string): Promise<never> {
  for (let count = 1; ; count++) {
    const data = `${name}.${publisher}.${count}`
    const { offset, epoch } = await broker.publish(
      room,
      { data },
      { historySize: 1_000_000, idempotencyKey: data },
    )
    if (!process.stdout.write(`${room} ${offset} ${epoch} ${data}\n`)) await once(process.stdout, 'drain')
  }
}

await Promise.all(
  Array.from({ length: rooms * publishersPerRoom }, (_, index) =>
    publishForever(`room-${index % rooms}`, String(index)),
  ),
)
