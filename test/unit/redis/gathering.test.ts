/** When what was called leaves: writes to Redis are dear, and so is waiting. */
import { expect, test } from 'vitest'
import { Call, defaultCallOptions } from '../../../src/redis/call.ts'
import { RedisConnection } from '../../../src/redis/connection.ts'
import { MemoryTransport } from '../connection/memory-transport.ts'

const endOfTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

function connected() {
  const transport = new MemoryTransport()
  const none = (): void => undefined
  const connection = new RedisConnection(
    transport,
    { commandTimeoutMs: 10_000, pingTimeoutMs: 1_000, maxReplyBytes: 1e6 },
    { connectionIdle: none, connectionPush: none, connectionRefused: none, connectionEnded: none },
  )
  const call = (...keys: string[]): void => {
    for (const key of keys) {
      connection.dispatch(new Call(['GET', key], defaultCallOptions, { resolve: none, reject: none }))
    }
  }
  const sent = (): string[] => [...transport.taken.matchAll(/GET\r\n\$1\r\n(\w)/g)].map(([, key]) => key!)
  return { transport, connection, call, sent }
}

test('all calls of a turn leave at its end with one write, while nothing is awaited', async () => {
  const { transport, call, sent } = connected()
  call('a', 'b', 'c')
  expect(sent()).toEqual([])
  await endOfTurn()
  expect(sent()).toEqual(['a', 'b', 'c'])
  expect(transport.writes).toBe(1)
})

test('several calls gather for one turn more while earlier ones are awaited, and no longer', async () => {
  const { transport, call, sent } = connected()
  call('a')
  await endOfTurn()
  call('b', 'c')
  await endOfTurn()
  expect(sent()).toEqual(['a'])
  call('d')
  await endOfTurn()
  expect(sent()).toEqual(['a', 'b', 'c', 'd'])
  expect(transport.writes).toBe(2)
})

test('a call alone does not wait for others, whatever is awaited', async () => {
  const { transport, call, sent } = connected()
  call('a')
  await endOfTurn()
  call('b')
  await endOfTurn()
  expect(sent()).toEqual(['a', 'b'])
  expect(transport.writes).toBe(2)
})
