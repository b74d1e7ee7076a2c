/** Publications that are repeated because their reply was lost. */
import assert from 'node:assert/strict'
import { type BrokerPromise, dataOf, Ear, kept, publishAll, until } from './promise.ts'

export const idempotencyPromises: readonly BrokerPromise[] = [
  {
    sentence: 'a repeated key makes no second publication and gives the position of the first',
    async check(broker) {
      const ear = new Ear()
      broker.listen(ear)
      await broker.subscribe('room')
      const first = await broker.publish('room', { data: 'a' }, { ...kept, idempotencyKey: 'k' })
      await publishAll(broker, 'room', ['b'])
      const again = await broker.publish('room', { data: 'a' }, { ...kept, idempotencyKey: 'k' })
      assert.deepEqual(again, { ...first, isDuplicate: true })
      await publishAll(broker, 'room', ['c'])
      await until('c', () => ear.dataIn('room').includes('c'))
      assert.deepEqual(ear.dataIn('room'), ['a', 'b', 'c'])
      assert.deepEqual(dataOf(await broker.history('room')), ['a', 'b', 'c'])
    },
  },
  {
    sentence: 'repetitions that are under way at once make one publication',
    async check(broker) {
      const all = await Promise.all(
        Array.from({ length: 20 }, () =>
          broker.publish('room', { data: 'a' }, { ...kept, idempotencyKey: 'k' }),
        ),
      )
      assert.deepEqual(
        all.map(({ offset }) => offset),
        all.map(() => 1),
      )
      assert.equal(all.filter(({ isDuplicate }) => !isDuplicate).length, 1)
      assert.deepEqual(dataOf(await broker.history('room')), ['a'])
    },
  },
  {
    sentence: 'keys belong to their room',
    async check(broker) {
      const options = { ...kept, idempotencyKey: 'k' }
      for (const room of ['one', 'other']) {
        assert.equal((await broker.publish(room, { data: 'a' }, options)).isDuplicate, false)
      }
    },
  },
  {
    sentence: 'keys hold for what is not kept, too',
    async check(broker) {
      const ear = new Ear()
      broker.listen(ear)
      await broker.subscribe('room')
      await broker.publish('room', { data: 'a' }, { idempotencyKey: 'k' })
      const again = await broker.publish('room', { data: 'a' }, { idempotencyKey: 'k' })
      assert.deepEqual(again, { offset: 0, epoch: '', isDuplicate: true })
      await broker.publish('room', { data: 'b' })
      await until('b', () => ear.dataIn('room').includes('b'))
      assert.deepEqual(ear.dataIn('room'), ['a', 'b'])
    },
  },
  {
    sentence: 'a key is forgotten after its time',
    async check(broker) {
      const options = { ...kept, idempotencyKey: 'k', idempotencyTtlMs: 50 }
      await broker.publish('room', { data: 'a' }, options)
      const isNew = async () => !(await broker.publish('room', { data: 'a' }, options)).isDuplicate
      await until('the end of the key', isNew)
      assert.equal((await broker.history('room')).offset, 2)
    },
  },
]
