import { afterEach, describe, expect, test } from 'vitest'
import { MemoryBroker } from '../../../src/broker/memory/memory.ts'
import { ManualClock } from '../connection/manual-clock.ts'

const clock = new ManualClock()
let broker: MemoryBroker
afterEach(() => broker.close())

describe('the broker in memory', () => {
  test('gives back a stream that keeps nothing and was not used for its time, and says so', async () => {
    broker = new MemoryBroker({ clock, streamTtlMs: 60_000 })
    const gaps: string[] = []
    broker.listen({
      publication: () => undefined,
      signal: () => undefined,
      gap: (room) => gaps.push(room),
    })
    await broker.subscribe('short')
    const short = await broker.publish('short', { data: 'a' }, { historySize: 1, historyTtlMs: 1_000 })
    const long = await broker.publish('long', { data: 'b' }, { historySize: 1 })
    clock.advance(59_000)
    expect(gaps).toEqual([])
    clock.advance(2_000)
    expect(gaps).toEqual(['short'])
    expect((await broker.history('short')).epoch).not.toBe(short.epoch)
    expect((await broker.history('long')).epoch).toBe(long.epoch)
  })

  test('refuses one idempotency key too many, and takes more when old ones are forgotten', async () => {
    broker = new MemoryBroker({ clock, maxIdempotencyKeys: 2 })
    const publish = (idempotencyKey: string) =>
      broker.publish('room', { data: 'a' }, { historySize: 10, idempotencyKey, idempotencyTtlMs: 5_000 })
    await publish('1')
    await publish('2')
    await expect(publish('3')).rejects.toMatchObject({ code: 'QUEUE_FULL' })
    expect((await publish('2')).isDuplicate).toBe(true)
    clock.advance(6_000)
    expect((await publish('3')).offset).toBe(3)
  })
})
