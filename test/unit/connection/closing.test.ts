import { describe, expect, test } from 'vitest'
import { ConnectionClosedError } from '../../../src/connection/errors.ts'
import { gate, opened, turn } from './opened.ts'

describe('closed comes exactly once, with the cause, when', () => {
  test('the peer ends', async () => {
    const { transport, connection, endings } = opened()
    transport.sends('one;')
    transport.ends()
    const ending = await connection.closed
    expect(ending.cause).toBe('peer-closed')
    expect(ending.evidence).toMatchObject({ readBytes: 4, queuedBytes: 0, inboxMessages: 0 })
    expect(endings).toEqual([ending])
    expect(transport.taken).toBe('bye:peer-closed;')
  })

  test('the peer says in its protocol that it is closing', async () => {
    const words: string[] = []
    const { transport, connection, endings } = opened((word) => void words.push(word))
    transport.sends('one;!quit;')
    expect(connection.ending).toMatchObject({ cause: 'peer-closed', detail: 'The peer quits.' })
    transport.ends()
    await connection.closed
    expect(words).toEqual(['one'])
    expect(endings).toHaveLength(1)
  })

  test('the connection breaks', async () => {
    const { transport, connection, endings } = opened()
    const error = new Error('read ECONNRESET')
    transport.breaks(error)
    expect(await connection.closed).toMatchObject({ cause: 'peer-reset', error })
    expect(endings).toHaveLength(1)
  })

  test.each([
    ['!bad', 'protocol'],
    ['!big', 'message-too-large'],
  ])('the peer sends %s', async (word, cause) => {
    const { transport, connection, endings } = opened()
    transport.sends(`fine;${word};lost;`)
    transport.ends()
    expect((await connection.closed).cause).toBe(cause)
    expect(transport.taken).toBe(`bye:${cause};`)
    expect(endings).toHaveLength(1)
  })

  test('the handler throws', async () => {
    const error = new Error('no')
    const { transport, connection, endings } = opened(() => {
      throw error
    })
    transport.sends('one;two;')
    transport.ends()
    expect(await connection.closed).toMatchObject({ cause: 'handler-error', error })
    expect(endings).toHaveLength(1)
  })

  test('the handler rejects', async () => {
    const error = new Error('no')
    const { transport, connection, endings } = opened(async () => {
      throw error
    })
    transport.sends('one;two;')
    await turn()
    transport.ends()
    expect(await connection.closed).toMatchObject({ cause: 'handler-error', error })
    expect(endings).toHaveLength(1)
  })

  test('nothing is heard within the read deadline, pings included', async () => {
    const { transport, connection, clock, endings } = opened(undefined, {
      pingIntervalMs: 1000,
      readDeadlineMs: 2500,
    })
    clock.advance(500)
    transport.sends('one;')
    clock.advance(2400)
    await turn()
    expect(transport.taken).toBe('ping;ping;')
    expect(connection.isOpen).toBe(true)
    clock.advance(150)
    const ending = await connection.closed
    expect(ending.cause).toBe('read-deadline')
    expect(ending.evidence.lastReadAt).toBe(1_000_500)
    expect(endings).toHaveLength(1)
    expect(transport.isDestroyed).toBe(true)
    expect(transport.taken).toBe('ping;ping;')
  })

  test('a write is stuck for longer than the write deadline, on the clock of the wheel', async () => {
    const { transport, connection, clock, endings } = opened(undefined, { writeDeadlineMs: 1000 })
    transport.stopsReading()
    clock.advance(5000)
    connection.send('one')
    await turn()
    clock.advance(990)
    expect(connection.isOpen).toBe(true)
    clock.advance(30)
    expect((await connection.closed).cause).toBe('write-deadline')
    expect(endings).toHaveLength(1)
    expect(endings[0]?.evidence).toMatchObject({ queuedBytes: 4, lastWriteAt: 1_005_000 })
  })

  test('a write is stuck after the peer has ended its side', async () => {
    const { transport, connection, clock } = opened(() => new Promise(() => {}), { writeDeadlineMs: 1000 })
    transport.stopsReading()
    connection.send('one')
    transport.sends('slow;')
    transport.ends()
    await turn()
    clock.advance(1050)
    expect(connection.ending?.cause).toBe('write-deadline')
  })

  test('the outbox is full', async () => {
    const { transport, connection, clock, endings } = opened(undefined, { outboxBytes: 10 })
    transport.stopsReading()
    connection.send('12345678')
    await turn()
    expect(connection.send('1234')).toBe(false)
    expect(connection.ending).toMatchObject({ cause: 'outbox-full', evidence: { queuedBytes: 9 } })
    clock.advance(2050)
    await connection.closed
    expect(endings).toHaveLength(1)
  })

  test('the program closes it', async () => {
    const { transport, connection, endings } = opened()
    connection.send('last')
    connection.close('kicked', 'Enough.')
    connection.close('local', 'Too late to say.')
    transport.ends()
    expect(await connection.closed).toMatchObject({ cause: 'kicked', detail: 'Enough.' })
    expect(transport.taken).toBe('last;bye:kicked;')
    expect(endings).toHaveLength(1)
    connection.close()
    connection.destroy()
    await turn()
    expect(endings).toHaveLength(1)
  })

  test('the program cuts it: nothing more is sent', async () => {
    const { transport, connection, endings } = opened()
    connection.send('never')
    connection.destroy()
    expect((await connection.closed).cause).toBe('local')
    await turn()
    expect(transport.taken).toBe('')
    expect(endings).toHaveLength(1)
  })
})

test('goodbye comes after what was queued, also when the peer reads late and has ended its side already', async () => {
  const { transport, connection } = opened()
  transport.stopsReading()
  connection.send('one')
  await turn()
  connection.send('two')
  connection.close()
  transport.ends()
  await turn()
  transport.reads()
  await connection.closed
  expect(transport.taken).toBe('one;two;bye:local;')
})

test('a closing connection that cannot flush is cut after closeTimeoutMs', async () => {
  const { transport, connection, clock } = opened(undefined, { closeTimeoutMs: 500 })
  transport.stopsReading()
  connection.send('one')
  await turn()
  connection.close()
  clock.advance(490)
  expect(transport.isDestroyed).toBe(false)
  clock.advance(30)
  expect(transport.isDestroyed).toBe(true)
  expect((await connection.closed).cause).toBe('local')
})

test('a handler that never settles keeps closed back no longer than closeTimeoutMs', async () => {
  const { transport, connection, clock, endings } = opened(() => new Promise(() => {}), {
    closeTimeoutMs: 500,
  })
  transport.sends('one;')
  transport.breaks()
  await turn()
  expect(endings).toHaveLength(0)
  clock.advance(520)
  expect((await connection.closed).cause).toBe('peer-reset')
  expect(endings).toHaveLength(1)
})

test('closed, as a promise too, comes after the last handler has finished', async () => {
  const log: string[] = []
  const { passed, open } = gate()
  const { transport, connection } = opened(async () => {
    await passed
    log.push('handled')
  })
  transport.sends('one;')
  transport.breaks()
  await turn()
  void connection.closed.then(() => log.push('closed'))
  await turn()
  open()
  await connection.closed
  expect(log).toEqual(['handled', 'closed'])
})

test('who asked to be told is told once, after the handler, and at once where all is over already', async () => {
  const told: string[] = []
  const { transport, connection, endings } = opened()
  for (const name of ['one', 'other']) {
    connection.whenClosed(({ cause }) => told.push(`${name}: ${cause}, the handler: ${endings.length}`))
  }
  transport.breaks()
  await connection.closed
  expect(told).toEqual(['one: peer-reset, the handler: 1', 'other: peer-reset, the handler: 1'])
  connection.whenClosed(({ cause }) => told.push(`late: ${cause}`))
  expect(told.slice(2)).toEqual(['late: peer-reset'])
})

test('closed waits for the running handler also when a timer of the program was waiting behind it', async () => {
  const log: string[] = []
  const { passed, open } = gate()
  const { transport, connection, clock, endings } = opened(async () => {
    await passed
    log.push('handled')
  })
  transport.sends('one;')
  connection.after(10, () => void log.push('timer'))
  clock.advance(50)
  transport.breaks()
  await turn()
  expect(endings).toHaveLength(0)
  open()
  await connection.closed
  expect(log).toEqual(['handled'])
})

test('every task is answered: what waits is refused at once, what runs for ever when closed comes', async () => {
  const { transport, connection, clock } = opened(undefined, { closeTimeoutMs: 500 })
  const running = connection.post(() => new Promise(() => {}))
  const waiting = connection.post(() => 'never')
  transport.breaks()
  await expect(waiting).rejects.toBeInstanceOf(ConnectionClosedError)
  clock.advance(520)
  await expect(running).rejects.toMatchObject({ code: 'CONNECTION_CLOSED', ending: { cause: 'peer-reset' } })
  await expect(connection.post(() => 'never')).rejects.toBeInstanceOf(ConnectionClosedError)
})

test('a closed connection leaves no timer on the wheel, the program’s own included', async () => {
  const { transport, connection, wheel } = opened(undefined, { pingIntervalMs: 1000, readDeadlineMs: 5000 })
  connection.after(3_600_000, () => {})
  expect(wheel.size).toBe(2)
  transport.ends()
  await connection.closed
  expect(wheel.size).toBe(0)
  connection.after(1000, () => {})
  expect(wheel.size).toBe(0)
})
