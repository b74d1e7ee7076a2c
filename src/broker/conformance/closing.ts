/** How a broker ends. */
import assert from 'node:assert/strict'
import { type BrokerPromise, kept, numbers } from './promise.ts'

export const closingPromises: readonly BrokerPromise[] = [
  {
    sentence: 'closing finishes what was taken and refuses what comes later with BROKER_CLOSED',
    async check(broker) {
      const taken = numbers(100).map((data) => broker.publish('room', { data }, kept))
      const closing = broker.close()
      const late = [
        broker.publish('room', { data: 'late' }, kept),
        broker.history('room'),
        broker.subscribe('room'),
        broker.signal('room', 'late'),
        broker.removeHistory('room'),
        broker.addPresence('room', { client: '1', user: 'ann' }, 1_000),
        broker.presence('room'),
      ]
      for (const promise of late) await assert.rejects(promise, { code: 'BROKER_CLOSED' })
      await closing
      assert.deepEqual(
        (await Promise.all(taken)).map(({ offset }) => offset),
        numbers(100).map(Number),
      )
      await broker.close()
    },
  },
]
