import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Connection } from '../../../src/connection/connection.ts'
import { ConnectionClosedError, QueueFullError } from '../../../src/connection/errors.ts'
import { TimerWheel } from '../../../src/connection/timer-wheel.ts'
import { ManualClock } from './manual-clock.ts'
import { MemoryTransport } from './memory-transport.ts'
import { gate, opened, turn } from './opened.ts'
import { WordCodec } from './word-codec.ts'

/** A promise of another realm, which is no instance of our `Promise`. */
const foreignPromise: (run: (resolve: (value: number) => void) => void) => Promise<number> =
  runInNewContext('(run) => new Promise(run)')

describe('the handle loop', () => {
  test('handles messages in order and one at a time, whether handlers are asynchronous or not', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ isAsync: fc.boolean(), cutAfter: fc.boolean() }), { maxLength: 40 }),
        fc.integer({ min: 1, max: 5 }),
        async (kinds, inboxMessages) => {
          const handled: number[] = []
          let running = 0
          const { transport, connection } = opened(
            (word) => {
              expect(running).toBe(0)
              if (!kinds[Number(word)]?.isAsync) return void handled.push(Number(word))
              running++
              return turn().then(() => {
                running--
                handled.push(Number(word))
              })
            },
            { inboxMessages },
          )
          let chunk = ''
          for (const [index, { cutAfter }] of kinds.entries()) {
            chunk += `${index};`
            if (!cutAfter) continue
            transport.sends(chunk)
            chunk = ''
          }
          if (chunk !== '') transport.sends(chunk)
          transport.ends()
          expect((await connection.closed).cause).toBe('peer-closed')
          expect(handled).toEqual(kinds.map((_, index) => index))
        },
      ),
      { numRuns: 100 },
    )
  })

  test('does nothing before opened has settled', async () => {
    const { passed, open } = gate()
    const log: string[] = []
    const transport = new MemoryTransport()
    new Connection<string, string>(transport, new WordCodec(), {
      opened: () => passed,
      message: (word) => void log.push(word),
    })
    transport.sends('one;')
    await turn()
    expect(log).toEqual([])
    open()
    await turn()
    expect(log).toEqual(['one'])
    transport.breaks()
  })

  test('gives a posted task its turn after what waits, and its result to who posted it', async () => {
    const log: string[] = []
    const { passed, open } = gate()
    const { transport, connection } = opened(async (word) => {
      await passed
      log.push(word)
    })
    transport.sends('one;two;')
    const result = connection.post(async () => {
      log.push('task')
      return 42
    })
    const failure = connection.post(() => {
      throw new Error('no')
    })
    transport.sends('three;')
    open()
    expect(await result).toBe(42)
    await expect(failure).rejects.toThrow('no')
    await turn()
    expect(log).toEqual(['one', 'two', 'task', 'three'])
    expect(connection.isOpen).toBe(true)
  })

  test('runs what a handler posts after that handler, not inside it', async () => {
    const log: string[] = []
    const { transport, connection } = opened((word) => {
      void connection.post(() => void log.push(`after ${word}`))
      log.push(word)
    })
    transport.sends('one;two;')
    expect(log).toEqual(['one', 'after one', 'two', 'after two'])
  })

  test('runs what a handler posts also when the peer has ended meanwhile', async () => {
    const log: string[] = []
    const { passed, open } = gate()
    const { transport, connection } = opened(
      (word) => {
        void connection.post(() => void log.push(`after ${word}`))
        log.push(word)
        return word === 'one' ? passed : undefined
      },
      { inboxMessages: 1 },
    )
    transport.sends('one;two;three;!quit;')
    transport.sends('four;')
    open()
    await turn()
    transport.ends()
    await connection.closed
    expect(log).toEqual(['one', 'after one', 'two', 'after two', 'three', 'after three'])
  })

  test('waits for foreign promises too, and takes a handler that returns something else for done', async () => {
    const log: string[] = []
    const message = (word: string): unknown =>
      word === 'other' || foreignPromise((resolve) => setImmediate(() => resolve(log.push(word))))
    const { transport, connection } = opened(message as () => void)
    transport.sends('other;one;two;')
    expect(await connection.post(() => [...log])).toEqual(['one', 'two'])
    expect(connection.isOpen).toBe(true)
  })

  test('waits for a posted task that returns a foreign promise', async () => {
    const log: string[] = []
    const { transport, connection } = opened((word) => void log.push(word))
    const result = connection.post(() =>
      foreignPromise((resolve) => setImmediate(() => resolve(log.push('task')))),
    )
    transport.sends('one;')
    expect(await result).toBe(1)
    await turn()
    expect(log).toEqual(['task', 'one'])
  })

  test('refuses tasks at its bound and goes on', async () => {
    const { passed, open } = gate()
    const { connection } = opened(undefined, { inboxTasks: 2 })
    const results = [1, 2, 3].map((number) => connection.post(() => passed.then(() => number)))
    await expect(connection.post(() => 4)).rejects.toBeInstanceOf(QueueFullError)
    open()
    expect(await Promise.all(results)).toEqual([1, 2, 3])
    expect(await connection.post(() => 5)).toBe(5)
  })

  test('runs timers of the program in its turn, not before their time, and not after a cancel', async () => {
    const log: string[] = []
    const { passed, open } = gate()
    const { transport, connection, clock } = opened(async () => {
      await passed
      log.push('message')
    })
    connection.after(100, () => void log.push('timer'))
    const cancel = connection.after(50, () => void log.push('cancelled'))
    transport.sends('one;')
    cancel()
    clock.advance(90)
    open()
    await turn()
    expect(log).toEqual(['message'])
    clock.advance(20)
    expect(log).toEqual(['message', 'timer'])
  })

  test('runs each of several timers once, also one that sets another, and none after the end', async () => {
    const log: string[] = []
    const { connection, clock } = opened()
    connection.after(10, () => {
      log.push('first')
      connection.after(10, () => void log.push('its child'))
    })
    const cancel = connection.after(30, () => void log.push('cancelled'))
    connection.after(40, () => void log.push('second'))
    connection.after(500, () => void log.push('too late'))
    clock.advance(20)
    cancel()
    cancel()
    clock.advance(20)
    clock.advance(20)
    expect(log).toEqual(['first', 'its child', 'second'])
    connection.destroy()
    await connection.closed
    connection.after(10, () => void log.push('after the end'))
    clock.advance(1_000)
    expect(log).toEqual(['first', 'its child', 'second'])
  })

  test('ends with handler-error when a timer’s work fails', async () => {
    const { transport, connection, clock } = opened()
    const error = new Error('no')
    connection.after(10, async () => {
      throw error
    })
    clock.advance(20)
    await turn()
    transport.ends()
    expect(await connection.closed).toMatchObject({ cause: 'handler-error', error })
  })
})

describe('the read loop', () => {
  test('pauses at the inbox bound, goes on when there is room, and loses nothing', async () => {
    const gates = Array.from({ length: 7 }, gate)
    const handled: number[] = []
    const { transport, connection } = opened(
      async (word) => {
        await gates[Number(word)]?.passed
        handled.push(Number(word))
      },
      { inboxMessages: 2 },
    )
    transport.sends('0;1;')
    expect(transport.isPaused).toBe(false)
    transport.sends('2;3;4;')
    expect(transport.isPaused).toBe(true)
    transport.sends('5;6;')
    transport.ends()
    for (const { open } of gates) {
      open()
      await turn()
    }
    expect((await connection.closed).cause).toBe('peer-closed')
    expect(handled).toEqual([0, 1, 2, 3, 4, 5, 6])
  })

  test('handles all that came before the end, in order, even if the connection breaks while it does', async () => {
    const gates = Array.from({ length: 4 }, gate)
    const handled: string[] = []
    const { transport, connection, endings } = opened(async (word) => {
      await gates[Number(word)]?.passed
      handled.push(word)
      connection.send(`answer ${word}`)
    })
    transport.sends('0;1;2;')
    transport.ends()
    transport.breaks(new Error('write EPIPE'))
    for (const { open } of gates) {
      open()
      await turn()
    }
    const ending = await connection.closed
    expect(handled).toEqual(['0', '1', '2'])
    expect(ending.cause).toBe('peer-closed')
    expect(endings).toEqual([ending])
    expect(connection.send('late')).toBe(false)
  })

  test('gives the message that the peer’s end completes, once', async () => {
    const handled: string[] = []
    const { transport, connection } = opened(async (word) => {
      handled.push(word)
      await turn()
    })
    transport.sends('one;tw')
    transport.sends('o')
    transport.ends()
    await connection.closed
    expect(handled).toEqual(['one', 'two'])
  })

  test('does not call our own pause the peer’s silence', async () => {
    const { passed, open } = gate()
    const { transport, connection, clock } = opened(() => passed, {
      inboxMessages: 1,
      pingIntervalMs: 100,
      readDeadlineMs: 250,
    })
    transport.sends('one;two;three;')
    expect(transport.isPaused).toBe(true)
    clock.advance(5000)
    expect(connection.isOpen).toBe(true)
    open()
    await turn()
    expect(transport.isPaused).toBe(false)
    clock.advance(240)
    expect(connection.isOpen).toBe(true)
    clock.advance(20)
    expect(connection.ending?.cause).toBe('read-deadline')
  })
})

describe('the heartbeat', () => {
  test('measures the round trip and keeps a peer that answers', async () => {
    const { transport, connection, clock } = opened(undefined, { pingIntervalMs: 100, readDeadlineMs: 250 })
    for (let round = 0; round < 20; round++) {
      clock.advance(110)
      await turn()
      transport.sends('!pong;')
    }
    expect(connection.isOpen).toBe(true)
    clock.advance(100)
    await turn()
    clock.advance(30)
    transport.sends('!pong;')
    expect(connection.roundTripMs).toBe(30)
  })

  test('of a protocol without pings costs one look at each interval, not one at each tick', async () => {
    let asked = 0
    class NoPing extends WordCodec {
      override ping(): string {
        asked++
        return undefined as unknown as string
      }
    }
    const clock = new ManualClock()
    const connection = new Connection<string, string>(
      new MemoryTransport(),
      new NoPing(),
      { message: () => {} },
      { pingIntervalMs: 1000, readDeadlineMs: 5000, wheel: new TimerWheel(clock, 10) },
    )
    clock.advance(4900)
    expect(asked).toBeLessThanOrEqual(4)
    expect(asked).toBeGreaterThanOrEqual(3)
    clock.advance(150)
    expect(connection.ending?.cause).toBe('read-deadline')
  })
})

describe('the write loop', () => {
  test('writes all that a turn has queued with one call, in order', async () => {
    const { transport, connection } = opened()
    for (const word of ['a', 'b', 'c']) connection.send(word)
    connection.sendBytes(Buffer.from('d;'))
    expect(transport.taken).toBe('')
    await turn()
    expect(transport).toMatchObject({ taken: 'a;b;c;d;', writes: 1 })
    expect(connection.writtenBytes).toBe(8)
  })

  test('puts a shared buffer behind what is queued already', async () => {
    const { transport, connection, clock } = opened()
    connection.send('a')
    connection.sendShared(Buffer.from('b;'), clock.now())
    await turn()
    connection.sendShared(Buffer.from('c;'), clock.now())
    expect(transport.taken).toBe('a;b;c;')
  })

  test('with drop-newest drops what does not fit and keeps what waits', async () => {
    const { transport, connection } = opened(undefined, { overflow: 'drop-newest', outboxBytes: 6 })
    transport.stopsReading()
    expect(['a', 'b', 'c', 'd'].map((word) => connection.send(word))).toEqual([true, true, true, false])
    await turn()
    transport.reads()
    connection.send('e')
    await turn()
    expect(transport.taken).toBe('a;b;c;e;')
  })

  test('with drop-oldest makes room for what is newest, and never holds more than its bound', async () => {
    const { transport, connection } = opened(undefined, { overflow: 'drop-oldest', outboxBytes: 6 })
    transport.stopsReading()
    connection.send('x')
    await turn()
    for (const word of ['a', 'b', 'c', 'd']) {
      expect(connection.send(word)).toBe(true)
      expect(connection.queuedBytes).toBeLessThanOrEqual(6)
    }
    transport.reads()
    await turn()
    expect(transport.taken).toBe('x;c;d;')
  })

  test('with wait takes no more at its bound, and says when to go on', async () => {
    const { transport, connection } = opened(undefined, { overflow: 'wait', outboxBytes: 4 })
    transport.stopsReading()
    expect(['a', 'b', 'c'].map((word) => connection.send(word))).toEqual([true, true, false])
    let isWritable = false
    const writable = connection.writable().then(() => {
      isWritable = true
    })
    await turn()
    expect(isWritable).toBe(false)
    transport.reads()
    await writable
    expect(connection.send('c')).toBe(true)
    await turn()
    expect(transport.taken).toBe('a;b;c;')
  })

  test('lets nobody wait for a connection that has ended', async () => {
    const { transport, connection } = opened(undefined, { overflow: 'wait', outboxBytes: 1 })
    transport.stopsReading()
    connection.send('a')
    const writable = connection.writable()
    transport.breaks()
    await writable
    expect(connection.send('b')).toBe(false)
    expect(connection.ending?.cause).toBe('peer-reset')
    await expect(connection.post(() => 1)).rejects.toBeInstanceOf(ConnectionClosedError)
  })

  test('takes a message over its bound when nothing else waits', async () => {
    const { transport, connection } = opened(undefined, { outboxBytes: 10 })
    expect(connection.send('x'.repeat(1000))).toBe(true)
    await turn()
    expect(transport.taken).toHaveLength(1001)
  })
})
