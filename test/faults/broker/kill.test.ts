import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Durability } from '../../../src/broker/sqlite/options.ts'
import { SqliteBroker } from '../../../src/broker/sqlite/sqlite.ts'

const publisher = fileURLToPath(new URL('publisher.ts', import.meta.url))
const kills = 12

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longwire-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Lets a process publish, kills it some time after its first acknowledgement, and gives all it acknowledged. */
async function publishUntilKilled(file: string, name: string, durability: Durability): Promise<string[]> {
  const child = spawn(process.execPath, [publisher, file, name, durability])
  const exit = once(child, 'close')
  let printed = ''
  let complaints = ''
  child.stderr.on('data', (chunk) => {
    complaints += chunk
  })
  child.stdout.on('data', (chunk) => {
    if (printed === '') setTimeout(() => child.kill('SIGKILL'), Math.random() * 150)
    printed += chunk
  })
  const [, signal] = await exit
  expect(signal, complaints).toBe('SIGKILL')
  // What is after the last line end was cut off by the kill.
  return printed.slice(0, printed.lastIndexOf('\n')).split('\n')
}

describe('The store', () => {
  it.each<Durability>(['normal', 'full'])(
    'loses and doubles nothing that it acknowledged when its process is killed at any instant (%s)',
    { timeout: 120_000 },
    async (durability) => {
      const file = join(folder, 'store.db')
      const acknowledged: string[] = []
      for (let kill = 0; kill < kills; kill++) {
        acknowledged.push(...(await publishUntilKilled(file, `process-${kill}`, durability)))
      }
      const broker = await SqliteBroker.open({ file, durability })
      const kept = new Set<string>()
      for (const room of [0, 1, 2, 3, 4].map((number) => `room-${number}`)) {
        const { publications, offset, epoch } = await broker.history(room)
        // No gaps, no repetitions.
        expect(publications.map((one) => one.offset)).toEqual(
          Array.from({ length: offset }, (_, index) => index + 1),
        )
        const last = new Map<string, number>()
        for (const { data, offset: at } of publications) {
          const [process, by, count] = data.split('.') as [string, string, string]
          // Each publisher waits for its acknowledgement, so its own come one by one, none missing, none twice.
          expect(Number(count)).toBe((last.get(`${process}.${by}`) ?? 0) + 1)
          last.set(`${process}.${by}`, Number(count))
          kept.add(`${room} ${at} ${epoch} ${data}`)
        }
      }
      expect(acknowledged.length).toBeGreaterThan(kills)
      expect(acknowledged.filter((line) => !kept.has(line))).toEqual([])
      // The keys outlive the kill too.
      const [room = '', offset, epoch, data = ''] = acknowledged.at(-1)?.split(' ') ?? []
      const again = await broker.publish(room, { data }, { historySize: 1_000_000, idempotencyKey: data })
      expect(again).toEqual({ offset: Number(offset), epoch, isDuplicate: true })
      await broker.close()
    },
  )
})
