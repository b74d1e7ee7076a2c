import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Centrifuge } from 'centrifuge'
import { afterEach, describe, expect, it } from 'vitest'
import { connected, rawClient, subscribed } from '../../integration/centrifuge/clients.ts'
import { until } from '../../integration/server/peers.ts'
import { run } from '../../integration/server/running.ts'
import { type LongwireProcess, startProcess } from './longwire-process.ts'

const folders: string[] = []
const processes: LongwireProcess[] = []
const clients: Centrifuge[] = []

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'longwire-kept-'))
  folders.push(path)
  return path
}

afterEach(async () => {
  for (const centrifuge of clients.splice(0)) centrifuge.disconnect()
  for (const each of processes.splice(0)) await each.kill()
  for (const path of folders.splice(0)) rmSync(path, { recursive: true, force: true })
})

/** Publishes until the connection is gone. What is acknowledged is noted; nothing is awaited before the next. */
async function publishUntilGone(port: number, first: number, acknowledged: Set<number>): Promise<void> {
  const raw = await rawClient(port)
  raw.send({ id: 1, connect: {} })
  await raw.reply(1)
  raw.socket.on('message', (data) => {
    for (const line of String(data).split('\n')) {
      const { id, publish } = JSON.parse(line) as { id?: number; publish?: object }
      if (id !== undefined && publish !== undefined) acknowledged.add(id)
    }
  })
  let number = first
  const before = acknowledged.size
  const more = (): void => {
    while (raw.socket.readyState === raw.socket.OPEN && number - first - (acknowledged.size - before) < 50) {
      raw.send({ id: number, publish: { channel: 'news', data: number++ } })
    }
  }
  raw.socket.on('message', more)
  more()
  await raw.closed
}

describe('Rooms in a folder', () => {
  it('survive a restart: offsets and epoch go on, and who was there recovers', async () => {
    const dataDir = folder()
    const first = await run({ store: 'sqlite', dataDir })
    const ann = await connected(first.httpPort)
    clients.push(ann)
    const { data, count } = await subscribed(ann, 'news', { recoverable: true })
    await ann.publish('news', 1)
    await count(1)
    const bob = await connected(first.httpPort)
    ann.disconnect()
    for (const number of [2, 3]) await bob.publish('news', number)
    bob.disconnect()
    await first.server.close()

    const second = await run({ store: 'sqlite', dataDir, port: first.httpPort })
    const recovered = new Promise<boolean>((resolve) =>
      ann.getSubscription('news')?.once('subscribed', (context) => resolve(context.recovered)),
    )
    ann.connect()
    expect(await recovered).toBe(true)
    await ann.publish('news', 4)
    await count(4)
    expect(data).toEqual([1, 2, 3, 4])
    await second.server.close()
  })

  // Four starts of the command.
  it('killed in the middle of publications lose and double none that was acknowledged', {
    timeout: 60_000,
  }, async () => {
    const dataDir = folder()
    const acknowledged = new Set<number>()
    let port = 0
    let ann: Centrifuge | undefined
    let data: unknown[] = []
    for (let round = 0; round < 3; round++) {
      const server = await startProcess(port, '--data', dataDir, '--history-size', '100000')
      processes.push(server)
      port = server.port
      if (ann === undefined) {
        ann = await connected(port)
        clients.push(ann)
        ;({ data } = await subscribed(ann, 'news', { recoverable: true }))
      }
      const before = acknowledged.size
      const gone = publishUntilGone(port, 1_000_000 * (round + 1), acknowledged)
      await until('some are acknowledged', () => acknowledged.size > before + 200)
      await server.kill()
      processes.length = 0
      await gone
    }
    const last = await startProcess(port, '--data', dataDir, '--history-size', '100000')
    processes.push(last)
    await until('all that was acknowledged is here', () => {
      const had = new Set(data)
      return [...acknowledged].every((number) => had.has(number))
    })
    expect(new Set(data).size).toBe(data.length)
    expect(data).toEqual([...(data as number[])].sort((a, b) => a - b))
  })
})
