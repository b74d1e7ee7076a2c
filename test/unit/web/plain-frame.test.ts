import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readPlainFrame } from '../../../web/link/plain-frame.ts'

const read = (frame: unknown) => readPlainFrame(JSON.stringify(frame))

describe('a frame of the plain dialect', () => {
  it('can be the welcome', () => {
    const welcome = { room: 'lobby', name: 'Ann', members: ['Ann', 'Bo'], limits: { messageBytes: 100 } }
    expect(read({ welcome })).toEqual({
      kind: 'welcome',
      room: 'lobby',
      name: 'Ann',
      members: ['Ann', 'Bo'],
      messageBytes: 100,
    })
  })

  it('can hold what the room has kept; what of it is no message is left out', () => {
    const message = { name: 'Ann', text: 'hi', time: 5, offset: 12 }
    const history = { epoch: 'e', offset: 12, recovered: false, messages: [message, { name: 'Bo' }, 7] }
    const kept = { epoch: 'e', offset: 12, messages: [message] }
    expect(read({ welcome: { room: 'lobby', name: 'Ann', members: [], history } })).toMatchObject({
      history: kept,
    })
    expect(read({ command: 'join', room: 'x', name: 'Ann', members: [], history })).toMatchObject({
      history: kept,
    })
    expect(read({ welcome: { room: 'lobby', name: 'Ann', history: { messages: [] } } })).toMatchObject({
      history: undefined,
    })
  })

  it('can be a message, a coming, a going or a new name', () => {
    const [room, time] = ['lobby', 5]
    expect(read({ room, name: 'Ann', text: 'hi', time, offset: 12 })).toEqual({
      kind: 'message',
      room,
      name: 'Ann',
      text: 'hi',
      time,
      offset: 12,
    })
    expect(read({ room, join: 'Ann', time })).toEqual({ kind: 'joined', room, name: 'Ann', time })
    expect(read({ room, leave: 'Ann', time })).toEqual({
      kind: 'left',
      room,
      name: 'Ann',
      time,
      isRemoved: false,
    })
    expect(read({ room, leave: 'Ann', join: 'Anna', time })).toEqual({
      kind: 'renamed',
      room,
      from: 'Ann',
      to: 'Anna',
      time,
    })
  })

  it('can say that a token is wanted, and why, or soon will be', () => {
    const codes = ['token-required', 'token-invalid', 'token-expired']
    expect(codes.map((error) => read({ error, message: 'm' }))).toEqual([
      { kind: 'token-wanted', problem: 'required' },
      { kind: 'token-wanted', problem: 'invalid' },
      { kind: 'token-wanted', problem: 'expired' },
    ])
    expect(read({ error: 'token-expiring', message: 'm' })).toEqual({ kind: 'token-expiring', message: 'm' })
  })

  it('says who a person is where a token vouches for them', () => {
    const message = read({ room: 'lobby', name: 'Ann', user: 'u1', text: 'hi', time: 5, offset: 1 })
    expect(message).toMatchObject({ name: 'Ann', user: 'u1' })
  })

  it('can be the answer to a command', () => {
    expect(read({ command: 'nick', name: 'Anna' })).toEqual({ kind: 'named', name: 'Anna' })
    expect(read({ command: 'join', room: 'x', name: 'Ann', members: ['Ann'] })).toEqual({
      kind: 'moved',
      room: 'x',
      name: 'Ann',
      members: ['Ann'],
    })
    expect(read({ command: 'who', room: 'x', names: ['Ann'] })).toEqual({
      kind: 'members',
      room: 'x',
      names: ['Ann'],
    })
    expect(read({ command: 'rooms', rooms: [{ room: 'x', members: 3 }, { room: 4 }] })).toEqual({
      kind: 'rooms',
      rooms: [{ room: 'x', members: 3 }],
    })
    expect(read({ command: 'help', lines: ['a', 'b'] })).toEqual({ kind: 'help', lines: ['a', 'b'] })
  })

  it('can be a refusal or a notice', () => {
    expect(read({ command: 'nick', error: 'Too long.' })).toEqual({
      kind: 'refused',
      request: 'nick',
      message: 'Too long.',
    })
    expect(read({ error: 'rate-limited', message: 'Slow down.' })).toEqual({
      kind: 'undelivered',
      code: 'rate-limited',
      message: 'Slow down.',
    })
  })

  it('is passed over when it is something else', () => {
    const others = [
      {},
      [],
      'text',
      null,
      7,
      { welcome: {} },
      { room: 'x' },
      { command: 'fly' },
      { text: 'hi' },
    ]
    expect(others.map(read)).toEqual(others.map(() => undefined))
    expect(readPlainFrame('not JSON')).toBeUndefined()
  })

  it('never makes the page fail, whatever is in it', () => {
    fc.assert(fc.property(fc.json(), (json) => void readPlainFrame(json)))
    const keys = fc.constantFrom(
      'welcome',
      'command',
      'error',
      'room',
      'name',
      'text',
      'time',
      'join',
      'rooms',
    )
    fc.assert(fc.property(fc.dictionary(keys, fc.jsonValue()), (frame) => void read(frame)))
  })
})
