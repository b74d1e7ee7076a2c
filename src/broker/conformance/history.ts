/** What is kept, for how long, and how it is read. */
import assert from 'node:assert/strict'
import { type BrokerPromise, dataOf, kept, numbers, publishAll, until } from './promise.ts'

export const historyPromises: readonly BrokerPromise[] = [
  {
    sentence: 'a stream keeps the newest publications, as many as the last one said',
    async check(broker) {
      await publishAll(broker, 'room', numbers(30), { historySize: 10 })
      assert.deepEqual(dataOf(await broker.history('room')), numbers(30).slice(20))
      await broker.publish('room', { data: '31' }, { historySize: 3 })
      assert.deepEqual(dataOf(await broker.history('room')), ['29', '30', '31'])
      await broker.publish('room', { data: '32' }, { historySize: 10 })
      assert.deepEqual(dataOf(await broker.history('room')), ['29', '30', '31', '32'])
    },
  },
  {
    sentence: 'what has outlived its time is gone, and offset and epoch stay',
    async check(broker) {
      await broker.publish('room', { data: 'a' }, { historySize: 10, historyTtlMs: 100 })
      const { epoch } = await broker.publish('room', { data: 'b' }, { historySize: 10, historyTtlMs: 100 })
      await broker.publish('other', { data: 'c' }, { historySize: 10, historyTtlMs: 3_600_000 })
      await until('the end of a and b', async () => (await broker.history('room')).publications.length === 0)
      const read = await broker.history('room')
      assert.deepEqual([read.offset, read.epoch], [2, epoch])
      assert.deepEqual(dataOf(await broker.history('other')), ['c'])
      const next = await broker.publish('room', { data: 'd' }, kept)
      assert.deepEqual([next.offset, next.epoch], [3, epoch])
    },
  },
  {
    sentence: 'limit cuts short what is given: the oldest, or reversed the newest',
    async check(broker) {
      await publishAll(broker, 'room', numbers(9))
      assert.deepEqual(dataOf(await broker.history('room', { limit: 3 })), ['1', '2', '3'])
      assert.deepEqual(dataOf(await broker.history('room', { limit: 3, isReversed: true })), ['9', '8', '7'])
      const position = await broker.history('room', { limit: 0 })
      assert.deepEqual([position.publications, position.offset], [[], 9])
    },
  },
  {
    sentence: 'pages follow each other in both directions',
    async check(broker) {
      await publishAll(broker, 'room', numbers(10))
      const { epoch } = await broker.history('room')
      for (const isReversed of [false, true]) {
        const pages: string[][] = []
        let since = { offset: isReversed ? 11 : 0, epoch }
        for (;;) {
          const page = await broker.history('room', { since, limit: 4, isReversed })
          assert.equal(page.isRecovered, true)
          const last = page.publications.at(-1)
          if (last === undefined) break
          pages.push(dataOf(page))
          since = { offset: last.offset, epoch }
        }
        const all = isReversed ? numbers(10).reverse() : numbers(10)
        assert.deepEqual(pages, [all.slice(0, 4), all.slice(4, 8), all.slice(8)])
      }
    },
  },
  {
    sentence: 'reading a room that does not exist begins its stream',
    async check(broker) {
      const read = await broker.history('room')
      assert.deepEqual(read, { publications: [], offset: 0, epoch: read.epoch, isRecovered: true })
      assert.notEqual(read.epoch, '')
      assert.equal((await broker.publish('room', { data: 'a' }, kept)).epoch, read.epoch)
      const { offset, epoch } = read
      const missed = await broker.history('room', { since: { offset, epoch } })
      assert.deepEqual([dataOf(missed), missed.isRecovered], [['a'], true])
    },
  },
  {
    sentence: 'removed history is gone, and offset and epoch stay',
    async check(broker) {
      await publishAll(broker, 'room', numbers(3))
      const before = await broker.history('room')
      await broker.removeHistory('room')
      const after = await broker.history('room')
      assert.deepEqual([after.publications, after.offset, after.epoch], [[], 3, before.epoch])
      await publishAll(broker, 'room', ['4'])
      assert.deepEqual(dataOf(await broker.history('room')), ['4'])
      await broker.removeHistory('no such room')
    },
  },
]
