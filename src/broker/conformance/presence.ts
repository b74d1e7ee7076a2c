/** Who is in a room. */
import assert from 'node:assert/strict'
import { type BrokerPromise, until } from './promise.ts'

const longMs = 3_600_000

export const presencePromises: readonly BrokerPromise[] = [
  {
    sentence: 'presence knows who came and who left, and what they say of themselves last',
    async check(broker) {
      assert.deepEqual(await broker.presence('room'), [])
      await broker.addPresence('room', { client: '1', user: 'ann', info: '{"a":1}' }, longMs)
      await broker.addPresence('room', { client: '2', user: 'bob' }, longMs)
      await broker.addPresence('room', { client: '1', user: 'ann', info: '{"a":2}' }, longMs)
      await broker.addPresence('other', { client: '3', user: 'eve' }, longMs)
      const there = (await broker.presence('room')).sort((one, other) => (one.client < other.client ? -1 : 1))
      assert.deepEqual(
        there.map(({ client, user, info }) => [client, user, info]),
        [
          ['1', 'ann', '{"a":2}'],
          ['2', 'bob', undefined],
        ],
      )
      await broker.removePresence('room', '1')
      await broker.removePresence('room', 'never there')
      await broker.removePresence('never there', '1')
      assert.deepEqual(
        (await broker.presence('room')).map(({ client }) => client),
        ['2'],
      )
    },
  },
  {
    sentence: 'presence counts clients and different users, and each unknown one as one',
    async check(broker) {
      for (const [client, user] of ['ann', 'ann', 'bob', '', ''].entries()) {
        await broker.addPresence('room', { client: String(client), user }, longMs)
      }
      assert.deepEqual(await broker.presenceStats('room'), { clients: 5, users: 4 })
      assert.deepEqual(await broker.presenceStats('empty'), { clients: 0, users: 0 })
    },
  },
  {
    sentence: 'who is not renewed is gone after their time',
    async check(broker) {
      await broker.addPresence('room', { client: '1', user: 'ann' }, 50)
      await broker.addPresence('room', { client: '2', user: 'bob' }, 50)
      await broker.addPresence('room', { client: '2', user: 'bob' }, longMs)
      await until('the end of 1', async () => (await broker.presence('room')).length === 1)
      assert.deepEqual(
        (await broker.presence('room')).map(({ client }) => client),
        ['2'],
      )
      assert.deepEqual(await broker.presenceStats('room'), { clients: 1, users: 1 })
    },
  },
]
