/** Order, position and content of publications. */
import assert from 'node:assert/strict'
import { type BrokerPromise, dataOf, kept, numbers, publishAll } from './promise.ts'

export const orderPromises: readonly BrokerPromise[] = [
  {
    sentence: 'offsets of a room grow by one from 1, in one epoch',
    async check(broker) {
      const first = await broker.publish('room', { data: 'a' }, kept)
      const second = await broker.publish('room', { data: 'b' }, kept)
      const third = await broker.publish('room', { data: 'c' }, kept)
      assert.deepEqual([first.offset, second.offset, third.offset], [1, 2, 3])
      assert.notEqual(first.epoch, '')
      assert.equal(new Set([first.epoch, second.epoch, third.epoch]).size, 1)
      assert.equal(first.isDuplicate, false)
    },
  },
  {
    sentence: 'rooms count on their own, in epochs of their own',
    async check(broker) {
      const one = await broker.publish('one', { data: 'a' }, kept)
      const other = await broker.publish('other', { data: 'b' }, kept)
      assert.deepEqual([one.offset, other.offset], [1, 1])
      assert.notEqual(one.epoch, other.epoch)
      assert.deepEqual(dataOf(await broker.history('one')), ['a'])
    },
  },
  {
    sentence: 'publications of one process to one room are ordered as they were made, waited for or not',
    async check(broker) {
      const rooms = ['a', 'b', 'c']
      const published = await Promise.all(
        numbers(300).map((data, index) => broker.publish(rooms[index % 3]!, { data }, kept)),
      )
      for (const [index, room] of rooms.entries()) {
        const expected = numbers(300).filter((_, place) => place % 3 === index)
        assert.deepEqual(dataOf(await broker.history(room)), expected)
        const offsets = published.filter((_, place) => place % 3 === index).map(({ offset }) => offset)
        assert.deepEqual(offsets, numbers(100).map(Number))
      }
    },
  },
  {
    sentence: 'data, meta and time come back as they were given, and the room may have any name',
    async check(broker) {
      const texts = [
        '',
        '{"a":[1,"ü"]}',
        'line\nline\r\n',
        '日本語 🎉',
        'nul\0nul',
        "'; --",
        'x'.repeat(200_000),
      ]
      for (const [index, text] of texts.entries()) {
        const room = `room ${text.slice(0, 100)}`
        const content = { data: text, meta: text, time: 1_700_000_000_000 + index }
        const { offset } = await broker.publish(room, content, kept)
        assert.deepEqual((await broker.history(room)).publications, [{ ...content, offset }])
      }
    },
  },
  {
    sentence: 'without meta there is none, and the time is when the broker took it',
    async check(broker) {
      const beforeMs = Date.now()
      await broker.publish('room', { data: 'a' }, kept)
      const { publications } = await broker.history('room')
      assert.equal(publications[0]?.meta, undefined)
      const time = publications[0]?.time ?? 0
      // Another machine's clock may be a little off.
      assert.ok(time > beforeMs - 60_000 && time < Date.now() + 60_000, `time is ${time}`)
    },
  },
  {
    sentence: 'what is not kept has no offset and leaves the stream as it was',
    async check(broker) {
      await publishAll(broker, 'room', ['a', 'b'])
      const before = await broker.history('room')
      assert.deepEqual(await broker.publish('room', { data: 'c' }), {
        offset: 0,
        epoch: '',
        isDuplicate: false,
      })
      assert.deepEqual(await broker.history('room'), before)
    },
  },
  {
    sentence: 'more than it can queue is refused with QUEUE_FULL, and what was not refused is kept',
    async check(broker) {
      const data = 'x'.repeat(1_000)
      const all = await Promise.allSettled(
        Array.from({ length: 60_000 }, () => broker.publish('room', { data }, kept)),
      )
      const acknowledged = all.filter(({ status }) => status === 'fulfilled').length
      for (const outcome of all)
        if (outcome.status === 'rejected') assert.equal(outcome.reason.code, 'QUEUE_FULL')
      const { offset } = await broker.history('room', { limit: 0 })
      assert.equal(offset, acknowledged)
      assert.equal((await broker.publish('room', { data }, kept)).offset, acknowledged + 1)
    },
  },
]
