/** When a reader is told that it has all it missed, and when not. */
import assert from 'node:assert/strict'
import type { Broker } from '../broker.ts'
import { type BrokerPromise, dataOf, kept, numbers, publishAll, until } from './promise.ts'

/** A room with publications 1 to 20 of which 11 to 20 are kept; gives its epoch. */
async function trimmedRoom(broker: Broker): Promise<string> {
  await publishAll(broker, 'room', numbers(20), { historySize: 10 })
  return (await broker.history('room', { limit: 0 })).epoch
}

export const recoveryPromises: readonly BrokerPromise[] = [
  {
    sentence: 'who missed 0, 1 or all that is kept recovers exactly that',
    async check(broker) {
      const epoch = await trimmedRoom(broker)
      for (const offset of [20, 19, 15, 10]) {
        const read = await broker.history('room', { since: { offset, epoch } })
        assert.deepEqual([dataOf(read), read.isRecovered], [numbers(20).slice(offset), true])
      }
    },
  },
  {
    sentence: 'who missed what was trimmed does not recover, and gets what there is',
    async check(broker) {
      const epoch = await trimmedRoom(broker)
      for (const offset of [9, 0]) {
        const read = await broker.history('room', { since: { offset, epoch } })
        assert.deepEqual([dataOf(read), read.isRecovered], [numbers(20).slice(10), false])
      }
      await broker.removeHistory('room')
      const behind = await broker.history('room', { since: { offset: 19, epoch } })
      assert.deepEqual([behind.publications, behind.isRecovered], [[], false])
      const abreast = await broker.history('room', { since: { offset: 20, epoch } })
      assert.deepEqual([abreast.publications, abreast.isRecovered], [[], true])
    },
  },
  {
    sentence: 'who missed what has outlived its time does not recover',
    async check(broker) {
      await publishAll(broker, 'room', ['1'])
      await broker.publish('room', { data: '2' }, { ...kept, historyTtlMs: 50 })
      await publishAll(broker, 'room', ['3'])
      const isGone = async () => !dataOf(await broker.history('room')).includes('2')
      await until('the end of 2', isGone)
      const { epoch } = await broker.history('room')
      const recovered = async (offset: number) =>
        (await broker.history('room', { since: { offset, epoch } })).isRecovered
      assert.deepEqual([await recovered(0), await recovered(1), await recovered(2)], [false, false, true])
    },
  },
  {
    sentence: 'who comes from another epoch or from the future does not recover',
    async check(broker) {
      const epoch = await trimmedRoom(broker)
      const other = await broker.history('room', { since: { offset: 15, epoch: 'another' } })
      assert.deepEqual([dataOf(other), other.isRecovered], [numbers(20).slice(10), false])
      const ahead = await broker.history('room', { since: { offset: 21, epoch } })
      assert.deepEqual([ahead.publications, ahead.isRecovered], [[], false])
    },
  },
  {
    sentence: 'a limit shortens what is given and does not make it a loss',
    async check(broker) {
      const epoch = await trimmedRoom(broker)
      const part = await broker.history('room', { since: { offset: 12, epoch }, limit: 3 })
      assert.deepEqual([dataOf(part), part.isRecovered, part.offset], [['13', '14', '15'], true, 20])
      const lost = await broker.history('room', { since: { offset: 5, epoch }, limit: 3 })
      assert.deepEqual([dataOf(lost), lost.isRecovered], [['11', '12', '13'], false])
    },
  },
]
