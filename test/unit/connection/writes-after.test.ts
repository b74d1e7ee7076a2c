/** When what a connection has to say leaves: with the turn, or with the read that brought it. */
import { expect, test } from 'vitest'
import { OptionError } from '../../../src/connection/errors.ts'
import { connectionOptions } from '../../../src/connection/options.ts'
import { opened, turn } from './opened.ts'

test('as a rule all that a turn has produced leaves at its end', async () => {
  const { connection, transport } = opened((word) => void connection.send(word))
  transport.sends('a;')
  transport.sends('b;')
  expect(transport.taken).toBe('')
  await turn()
  expect(transport.taken).toBe('a;b;')
  expect(transport.writes).toBe(1)
})

test('after a read: what it brought leaves with one write when it is handled', () => {
  const { connection, transport } = opened((word) => void connection.send(word), { writesAfter: 'read' })
  transport.sends('a;b;')
  expect(transport.taken).toBe('a;b;')
  expect(transport.writes).toBe(1)
  transport.sends('c;')
  expect(transport.taken).toBe('a;b;c;')
})

test('after a read: also what it brought for others', () => {
  const others = Array.from({ length: 3 }, () => opened(undefined, { writesAfter: 'read' }))
  const { transport } = opened((word) => {
    for (const { connection } of others) connection.send(word)
  })
  transport.sends('a;b;')
  expect(others.map((other) => other.transport.taken)).toEqual(['a;b;', 'a;b;', 'a;b;'])
  expect(others.map((other) => other.transport.writes)).toEqual([1, 1, 1])
})

test('after a read: what no read has brought leaves at the end of the turn', async () => {
  const { connection, transport } = opened(undefined, { writesAfter: 'read' })
  connection.send('a')
  connection.send('b')
  expect(transport.taken).toBe('')
  await turn()
  expect(transport.taken).toBe('a;b;')
  expect(transport.writes).toBe(1)
})

test('after a read: what a handler says later, when its promise goes on, leaves at the end of that turn', async () => {
  const { connection, transport } = opened(
    async (word) => {
      await turn()
      connection.send(word)
    },
    { writesAfter: 'read' },
  )
  transport.sends('a;')
  expect(transport.taken).toBe('')
  await expect.poll(() => transport.taken).toBe('a;')
})

test('after a read: a peer that takes nothing is sent nothing more, and who waits for room is told when it takes again', async () => {
  const told: string[] = []
  const { connection, transport } = opened(
    (word) => {
      connection.send(word)
      void connection.writable().then(() => told.push(word))
    },
    { writesAfter: 'read', overflow: 'wait', outboxBytes: 2 },
  )
  transport.stopsReading()
  transport.sends('a;')
  transport.sends('b;')
  await turn()
  expect(transport.taken).toBe('')
  expect(told).toEqual([])
  transport.reads()
  await turn()
  expect(transport.taken).toBe('a;')
  expect(told).toEqual(['a', 'b'])
})

test('a handler that throws keeps neither its own connection nor others from being written to', async () => {
  const other = opened(undefined, { writesAfter: 'read' })
  const { transport, connection } = opened(
    () => {
      other.connection.send('told')
      throw new Error('broken')
    },
    { writesAfter: 'read' },
  )
  transport.sends('a;')
  expect(other.transport.taken).toBe('told;')
  await turn()
  expect(connection.ending?.cause).toBe('handler-error')
  other.connection.send('and on')
  await turn()
  expect(other.transport.taken).toBe('told;and on;')
})

test('names the moments there are, when it is given another', () => {
  const never = { writesAfter: 'never' as 'turn' }
  expect(() => connectionOptions(never)).toThrow(OptionError)
  expect(() => connectionOptions(never)).toThrow(/writesAfter.*one of turn, read/)
})
