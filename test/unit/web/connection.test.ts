import { describe, expect, it } from 'vitest'
import { answerDeadlineMs, Connection, heartbeatMs, welcomeDeadlineMs } from '../../../web/link/connection.ts'
import type { ConnectionState } from '../../../web/link/connection-state.ts'
import { ManualClock } from './manual-clock.ts'
import { ManualTransport } from './manual-transport.ts'

function connect({ chance = 0.5 } = {}) {
  const clock = new ManualClock()
  const transport = new ManualTransport()
  const states: ConnectionState[] = []
  const network = { isUp: true }
  const connection = new Connection({
    transport,
    clock,
    random: () => chance,
    isOnline: () => network.isUp,
    passport: () => ({ room: 'lobby', name: 'Ann' }),
    onState: (state) => states.push(state),
    onEvent: () => {},
  })
  connection.start()
  return { clock, transport, states, network, connection, state: () => states.at(-1) }
}

describe('the connection of the page', () => {
  it('is connecting until the server welcomes it', () => {
    const { transport, connection, state } = connect()
    expect(state()).toEqual({ kind: 'connecting', after: undefined })
    expect(connection.line).toBeUndefined()
    transport.line.welcome()
    expect(state()).toEqual({ kind: 'connected' })
    expect(connection.line).toBe(transport.line)
  })

  it('waits after its line broke, says why, and enters again by itself', () => {
    const { transport, clock, state, states } = connect()
    transport.line.welcome()
    transport.line.end(1001)
    expect(state()).toEqual({
      kind: 'waiting',
      retryAt: clock.now() + 500,
      reason: expect.stringContaining('going away'),
    })
    clock.pass(499)
    expect(transport.lines).toHaveLength(1)
    clock.pass(1)
    expect(transport.lines).toHaveLength(2)
    expect(state()).toEqual({ kind: 'connecting', after: expect.stringContaining('going away') })
    transport.line.welcome()
    expect(states.map(({ kind }) => kind)).toEqual([
      'connecting',
      'connected',
      'waiting',
      'connecting',
      'connected',
    ])
  })

  it('waits longer after each failure, and shortly again once a line has lasted', () => {
    const { transport, clock, state } = connect()
    const waits: number[] = []
    const fail = () => {
      transport.line.end(1006, { wasWelcomed: false })
      const now = state()
      if (now?.kind !== 'waiting') throw new Error('It should be waiting.')
      waits.push(now.retryAt - clock.now())
      clock.pass(now.retryAt - clock.now())
    }
    for (let failures = 0; failures < 7; failures += 1) fail()
    // A welcome alone proves nothing: the server may end every line at once.
    transport.line.welcome()
    fail()
    transport.line.welcome()
    clock.pass(10_000)
    fail()
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000, 500])
  })

  it('gives up an attempt that gets no answer', () => {
    const { transport, clock, state } = connect()
    clock.pass(welcomeDeadlineMs)
    expect(transport.lines[0]?.isHungUp).toBe(true)
    expect(state()).toMatchObject({ kind: 'waiting', reason: 'The server did not answer in time.' })
  })

  it('asks now and then, and gives up a line on which nothing is heard any more', () => {
    const { transport, clock, state } = connect()
    transport.line.welcome()
    const answer = { kind: 'rooms', rooms: [] } as const
    expect(transport.line.asked).toEqual(['rooms'])
    transport.line.hear(answer)
    clock.pass(heartbeatMs)
    expect(transport.line.asked).toEqual(['rooms', 'rooms'])
    transport.line.hear(answer)
    clock.pass(heartbeatMs + answerDeadlineMs - 1)
    expect(state()).toEqual({ kind: 'connected' })
    clock.pass(1)
    expect(transport.lines[0]?.isHungUp).toBe(true)
    expect(state()).toMatchObject({ kind: 'waiting', reason: 'The server stopped answering.' })
  })

  it('takes any message as a sign of life', () => {
    const { transport, clock, state } = connect()
    transport.line.welcome()
    clock.pass(answerDeadlineMs - 1)
    transport.line.hear({ kind: 'message', room: 'lobby', name: 'Bo', text: 'hi', time: 0, offset: 1 })
    clock.pass(1)
    expect(state()).toEqual({ kind: 'connected' })
  })

  it('tries at once when the person wants it, and only one attempt runs', () => {
    const { transport, clock, connection } = connect()
    transport.line.end(1006)
    connection.tryNow()
    connection.tryNow()
    expect(transport.lines).toHaveLength(2)
    clock.pass(2_000)
    expect(transport.lines).toHaveLength(2)
  })

  it('rests while the device has no network, and enters as soon as it has one', () => {
    const { transport, clock, network, connection, state } = connect()
    transport.line.welcome()
    network.isUp = false
    transport.line.end(1006)
    expect(state()).toMatchObject({ kind: 'offline', reason: 'The connection broke.' })
    clock.pass(3_600_000)
    expect(transport.lines).toHaveLength(1)
    network.isUp = true
    connection.wake()
    expect(transport.lines).toHaveLength(2)
  })

  it('stops waiting for a time when the network goes meanwhile', () => {
    const { transport, clock, connection, state } = connect()
    transport.line.end(1006)
    connection.networkLost()
    expect(state()).toMatchObject({ kind: 'offline' })
    clock.pass(60_000)
    expect(transport.lines).toHaveLength(1)
  })

  it('makes the line prove that it lives when the device wakes', () => {
    const { transport, clock, connection, state } = connect()
    transport.line.welcome()
    transport.line.hear({ kind: 'rooms', rooms: [] })
    connection.wake()
    expect(transport.line.asked).toHaveLength(2)
    clock.pass(answerDeadlineMs)
    expect(state()).toMatchObject({ kind: 'waiting' })
  })

  it('does not come back by itself when it was turned away', () => {
    const { transport, clock, connection, state } = connect()
    transport.line.welcome()
    transport.line.end(1008, { reason: 'Kicked.' })
    expect(state()).toEqual({ kind: 'stopped', reason: 'Kicked.' })
    clock.pass(3_600_000)
    connection.wake()
    expect(transport.lines).toHaveLength(1)
    connection.tryNow()
    expect(transport.lines).toHaveLength(2)
  })

  it('does not come back by itself when a token is wanted, and does when the person has given one', () => {
    const { transport, clock, connection, state } = connect()
    transport.line.hear({ kind: 'token-wanted', problem: 'required' })
    transport.line.end(1008, { wasWelcomed: false })
    expect(state()).toEqual({ kind: 'token-wanted', problem: 'required' })
    connection.wake()
    clock.pass(3_600_000)
    expect(transport.lines).toHaveLength(1)
    connection.tryNow()
    expect(state()).toEqual({ kind: 'connecting', after: undefined })
    transport.line.welcome()
    transport.line.end(1001)
    expect(state()?.kind).toBe('waiting')
  })

  it('ignores what an abandoned line still has to say', () => {
    const { transport, clock, state } = connect()
    const late = transport.line
    clock.pass(welcomeDeadlineMs + 500)
    expect(transport.lines).toHaveLength(2)
    late.welcome()
    late.end(1001)
    expect(state()).toMatchObject({ kind: 'connecting' })
  })

  it('leaves no timer running when it is stopped', () => {
    const { transport, clock, connection } = connect()
    transport.line.welcome()
    connection.stop()
    expect(clock.running).toBe(0)
    expect(transport.line.isHungUp).toBe(true)
  })
})
