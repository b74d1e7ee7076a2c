/** When what was called leaves: writes to Redis are dear, and so is waiting. */
import { expect, test } from 'vitest'
import { Call, defaultCallOptions } from '../../../src/redis/call.ts'
import { RedisConnection } from '../../../src/redis/connection.ts'
import { MemoryTransport } from '../connection/memory-transport.ts'
import { opened } from '../connection/opened.ts'

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

/** Each word that it reads is a call. */
function caller(call: (key: string) => void): MemoryTransport {
  return opened((word) => call(word)).transport
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

test('a call that a read brings leaves with that read, while the server has nothing to do and calls come one by one', () => {
  const { transport, call, sent } = connected()
  const reader = caller(call)
  reader.sends('a;')
  expect(sent()).toEqual(['a'])
  transport.sends('+OK\r\n')
  reader.sends('b;')
  expect(sent()).toEqual(['a', 'b'])
})

test('what one read brings leaves with one write', () => {
  const { transport, call, sent } = connected()
  caller(call).sends('a;b;c;')
  expect(sent()).toEqual(['a', 'b', 'c'])
  expect(transport.writes).toBe(1)
})

test('once calls have come together they leave at the end of the turn, until one comes alone', async () => {
  const { transport, call, sent } = connected()
  const [one, other] = [caller(call), caller(call)]
  one.sends('a;')
  other.sends('b;')
  expect(sent()).toEqual(['a'])
  await endOfTurn()
  expect(sent()).toEqual(['a', 'b'])
  transport.sends('+OK\r\n+OK\r\n')

  one.sends('c;')
  other.sends('d;')
  expect(sent()).toEqual(['a', 'b'])
  await endOfTurn()
  expect(sent()).toEqual(['a', 'b', 'c', 'd'])
  expect(transport.writes).toBe(3)
  transport.sends('+OK\r\n+OK\r\n')

  one.sends('e;')
  expect(sent()).toEqual(['a', 'b', 'c', 'd'])
  await endOfTurn()
  expect(sent()).toEqual(['a', 'b', 'c', 'd', 'e'])
  transport.sends('+OK\r\n')

  one.sends('f;')
  expect(sent()).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
})

test('what the server has not taken yet is not written over by what comes after it', async () => {
  const { transport, call, sent } = connected()
  transport.stopsReading()
  call('a')
  await endOfTurn()
  call('b')
  await endOfTurn()
  expect(sent()).toEqual([])
  transport.reads()
  await endOfTurn()
  expect(sent()).toEqual(['a', 'b'])
})
