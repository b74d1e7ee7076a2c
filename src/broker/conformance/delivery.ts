/** What the listener hears. */
import assert from 'node:assert/strict'
import type { BrokerPublication } from '../broker.ts'
import { type BrokerPromise, Ear, kept, numbers, publishAll, until } from './promise.ts'

export const deliveryPromises: readonly BrokerPromise[] = [
  {
    sentence: 'the listener hears each publication once, in the order of offsets, with its epoch',
    async check(broker) {
      const ear = new Ear()
      broker.listen(ear)
      await broker.subscribe('room')
      // Twice is as good as once.
      await broker.subscribe('room')
      const all = await Promise.all(numbers(200).map((data) => broker.publish('room', { data }, kept)))
      await until('200 publications', () => ear.publications.length >= 200)
      assert.deepEqual(ear.dataIn('room'), numbers(200))
      assert.deepEqual(
        ear.publications.map(({ publication }) => publication.offset),
        all.map(({ offset }) => offset),
      )
      assert.deepEqual(new Set(ear.publications.map(({ epoch }) => epoch)), new Set([all[0]?.epoch]))
      assert.deepEqual(
        ear.publications.map(({ publication }) => publication),
        (await broker.history('room')).publications,
      )
    },
  },
  {
    sentence: 'the listener hears nothing of other rooms, nor after it has unsubscribed',
    async check(broker) {
      const ear = new Ear()
      broker.listen(ear)
      await broker.subscribe('room')
      await broker.subscribe('last')
      await publishAll(broker, 'other', ['a'])
      await publishAll(broker, 'room', ['b'])
      await until('b', () => ear.dataIn('room').length === 1)
      await broker.unsubscribe('room')
      await publishAll(broker, 'room', ['c'])
      await broker.signal('room', 'd')
      await publishAll(broker, 'last', ['e'])
      await until('e', () => ear.dataIn('last').length === 1)
      assert.deepEqual(
        ear.publications.map(({ publication }) => publication.data),
        ['b', 'e'],
      )
      assert.deepEqual(ear.signals, [])
      await broker.unsubscribe('never subscribed')
    },
  },
  {
    sentence: 'what is not kept is heard too, with offset 0 and no epoch',
    async check(broker) {
      const ear = new Ear()
      broker.listen(ear)
      await broker.subscribe('room')
      await broker.publish('room', { data: 'a', meta: 'm', time: 7 })
      await until('a', () => ear.publications.length === 1)
      const publication = { offset: 0, data: 'a', meta: 'm', time: 7 }
      assert.deepEqual(ear.publications, [{ room: 'room', publication, epoch: '' }])
    },
  },
  {
    sentence: 'signals are heard in their order and are not kept',
    async check(broker) {
      const ear = new Ear()
      broker.listen(ear)
      await broker.subscribe('room')
      for (const data of numbers(20)) await broker.signal('room', data)
      await until('20 signals', () => ear.signals.length === 20)
      assert.deepEqual(
        ear.signals,
        numbers(20).map((data) => ({ room: 'room', data })),
      )
      assert.equal((await broker.history('room')).offset, 0)
    },
  },
  {
    sentence: 'there is one listener',
    async check(broker) {
      broker.listen(new Ear())
      assert.throws(() => broker.listen(new Ear()), { code: 'BROKER_LISTENER' })
    },
  },
  {
    sentence: 'what a listener publishes while it is told is heard after what it is told',
    async check(broker) {
      const heard: string[] = []
      const publication = (_room: string, { data }: BrokerPublication) => {
        if (data === 'a') void broker.publish('room', { data: 'b' }, kept)
        heard.push(data)
      }
      broker.listen({ publication, signal: () => undefined, gap: () => undefined })
      await broker.subscribe('room')
      await broker.publish('room', { data: 'a' }, kept)
      await until('both', () => heard.length === 2)
      assert.deepEqual(heard, ['a', 'b'])
    },
  },
  {
    sentence: 'between what history gives and what is heard after subscribing nothing is lost or doubled',
    async check(broker) {
      const count = 300
      const ear = new Ear()
      broker.listen(ear)
      const publishing = publishAll(broker, 'room', numbers(count))
      await until('a beginning', async () => (await broker.history('room', { limit: 0 })).offset >= 20)
      await broker.subscribe('room')
      const missed = await broker.history('room', {
        since: { offset: 10, epoch: (await broker.history('room')).epoch },
      })
      await publishing
      const live = () =>
        ear.publications.map(({ publication }) => publication).filter(({ offset }) => offset > missed.offset)
      await until('the end', () => missed.offset + live().length >= count)
      const all = [...missed.publications, ...live()].map(({ offset }) => offset)
      assert.deepEqual(
        all,
        Array.from({ length: count - 10 }, (_, index) => index + 11),
      )
      assert.equal(missed.isRecovered, true)
    },
  },
]
