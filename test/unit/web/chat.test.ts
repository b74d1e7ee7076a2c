import { describe, expect, it } from 'vitest'
import { draftsIn } from '../../../web/browser/drafts.ts'
import { memoryIn } from '../../../web/browser/memory.ts'
import { preferencesIn } from '../../../web/browser/preferences.ts'
import { tokenIn } from '../../../web/browser/token.ts'
import { Chat, confirmDeadlineMs } from '../../../web/chat.ts'
import { timelineOf } from '../../../web/state/chat-state.ts'
import { ManualClock } from './manual-clock.ts'
import { ManualTransport } from './manual-transport.ts'

function visit(values = new Map<string, string>()) {
  const clock = new ManualClock()
  const transport = new ManualTransport()
  const memory = memoryIn(() => ({
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  }))
  const preferences = preferencesIn(memory)
  const chat = new Chat({
    transport,
    clock,
    random: () => 0.5,
    isOnline: () => true,
    schedule: (tell) => tell(),
    preferences,
    drafts: draftsIn(memory),
    token: tokenIn(memory, { hash: '', search: '' }),
    room: 'lobby',
  })
  chat.connection.start()
  const state = () => chat.store.get()
  const entries = (room = state().room) => timelineOf(state(), room).entries
  const say = (name: string, text: string, offset: number, room = state().room) =>
    transport.line.hear({ kind: 'message', room, name, text, time: clock.now(), offset })
  return { clock, transport, chat, preferences, state, entries, say, values }
}

function enter(values?: Map<string, string>) {
  const visited = visit(values)
  visited.transport.line.welcome({ members: ['Quiet Otter', 'Ann'] })
  visited.transport.line.hear({ kind: 'rooms', rooms: [] })
  return visited
}

describe('a visit', () => {
  it('takes the name that the server gives, and keeps it for the next time', () => {
    const { transport, state, values } = enter()
    expect(transport.line.as).toEqual({ room: 'lobby', name: undefined })
    expect(state()).toMatchObject({ name: 'Quiet Otter', room: 'lobby', members: ['Quiet Otter', 'Ann'] })
    expect(visit(values).transport.line.as.name).toBe('Quiet Otter')
  })

  it('marks as our own what we said and heard back, and nothing else', () => {
    const { chat, entries, say, state } = enter()
    expect(chat.say('hello')).toBe(true)
    expect(state().outgoing).toMatchObject([{ text: 'hello', doubt: undefined }])
    say('Ann', 'hello', 1)
    say('Quiet Otter', 'hello', 2)
    say('Quiet Otter', 'hello', 3)
    expect(entries().map((entry) => entry.kind === 'message' && [entry.name, entry.isOwn])).toEqual([
      ['Ann', false],
      ['Quiet Otter', true],
      ['Quiet Otter', false],
    ])
    expect(state().outgoing).toEqual([])
  })

  it('calls a message not confirmed that does not come back in time', () => {
    const { chat, clock, state } = enter()
    chat.say('hello')
    clock.pass(confirmDeadlineMs)
    expect(state().outgoing[0]?.doubt).toMatch(/not come back/)
  })

  it('calls a message not confirmed that the server refused, with what the server says', () => {
    const { chat, transport, state, entries } = enter()
    chat.say('hello')
    transport.line.hear({ kind: 'undelivered', code: 'rate-limited', message: 'Too fast.', mute: undefined })
    expect(state().outgoing[0]?.doubt).toBe('Too fast.')
    transport.line.hear({
      kind: 'undelivered',
      code: 'message-invalid',
      message: 'What was that?',
      mute: undefined,
    })
    expect(entries()).toMatchObject([{ kind: 'note', tone: 'warning', lines: ['What was that?'] }])
  })

  it('says a message again when the person wants it, or gives it up', () => {
    const { chat, transport, clock, state } = enter()
    chat.say('one')
    chat.say('two')
    clock.pass(confirmDeadlineMs)
    const [one, two] = state().outgoing
    chat.withdraw(one?.key ?? '')
    chat.sayAgain(two?.key ?? '')
    expect(transport.line.asked.filter((asked) => asked.startsWith('say'))).toEqual([
      'say one',
      'say two',
      'say two',
    ])
    expect(state().outgoing).toMatchObject([{ text: 'two', doubt: undefined }])
  })

  it('sends nothing without a connection, and leaves the text to whoever wrote it', () => {
    const { chat, transport, state } = enter()
    transport.line.end(1006)
    expect(chat.perform({ kind: 'say', text: 'hello' })).toBe(false)
    expect(chat.perform({ kind: 'who' })).toBe(false)
    expect(state().outgoing).toEqual([])
  })

  it('doubts what was under way when the line broke, also after the page is loaded anew', () => {
    const { chat, transport, state, values } = enter()
    chat.say('hello')
    transport.line.end(1006)
    expect(state().outgoing).toMatchObject([{ text: 'hello', doubt: expect.stringContaining('broke') }])
    expect(visit(values).state().outgoing).toMatchObject([{ text: 'hello', room: 'lobby' }])
  })

  it('enters again where it was and as who it was, and says that it was away', () => {
    const { transport, clock, entries, say } = enter()
    say('Ann', 'hi', 1)
    transport.line.end(1001)
    clock.pass(500)
    expect(transport.line.as).toEqual({ room: 'lobby', name: 'Quiet Otter' })
    transport.line.welcome()
    say('Ann', 'still there?', 7)
    expect(entries().map(({ kind }) => kind)).toEqual(['message', 'gap', 'message'])
    expect(entries()[1]).toMatchObject({ isMissing: true })
  })
})

describe('a room that keeps what is said', () => {
  const kept = (from: number, to: number, name = 'Ann') =>
    Array.from({ length: to - from + 1 }, (_, index) => {
      const offset = from + index
      return { name, text: `message ${offset}`, time: offset, offset }
    })
  const said = (entries: readonly { readonly kind: string }[]) =>
    entries.map((entry) => ('text' in entry ? entry.text : entry.kind))

  it('shows its newest messages to who comes, as nobody’s news, and what comes then behind them', () => {
    const { transport, state, entries, say } = visit()
    transport.line.welcome({ history: { epoch: 'e', offset: 5, messages: kept(4, 5, 'Quiet Otter') } })
    say('Ann', 'live', 6)
    expect(said(entries())).toEqual(['message 4', 'message 5', 'live'])
    expect(entries().some((entry) => entry.kind === 'message' && entry.isOwn)).toBe(false)
    expect(state()).toMatchObject({ reading: { unread: 0 }, looking: { unseen: 0 } })
  })

  it('gives who comes back just what is missing, without a gap, and confirms what was under way', () => {
    const { chat, transport, clock, entries, state } = visit()
    transport.line.welcome({ history: { epoch: 'e', offset: 2, messages: kept(1, 2) } })
    chat.look(false)
    chat.say('message 4')
    transport.line.end(1006)
    clock.pass(500)
    expect(transport.line.as).toMatchObject({ since: { offset: 2, epoch: 'e' } })
    const [third, fourth] = [kept(3, 3)[0]!, kept(4, 4, 'Quiet Otter')[0]!]
    transport.line.welcome({
      history: { epoch: 'e', offset: 4, messages: [...kept(2, 2), third, fourth] },
    })
    expect(said(entries())).toEqual(['message 1', 'message 2', 'message 3', 'message 4'])
    expect(state().outgoing).toEqual([])
    expect(entries().at(-1)).toMatchObject({ isOwn: true })
    expect(state().looking.unseen).toBe(1)
  })

  it('shows a gap where it has not kept all that was missed', () => {
    const { transport, clock, entries } = visit()
    transport.line.welcome({ history: { epoch: 'e', offset: 2, messages: kept(1, 2) } })
    transport.line.end(1006)
    clock.pass(500)
    transport.line.welcome({ history: { epoch: 'e', offset: 9, messages: kept(8, 9) } })
    expect(said(entries())).toEqual(['message 1', 'message 2', 'gap', 'message 8', 'message 9'])
    expect(entries()[2]).toMatchObject({ isMissing: true })
  })

  it('begins anew where its stream was lost, and asks for nothing of a room that keeps nothing any more', () => {
    const { transport, clock, entries } = visit()
    transport.line.welcome({ history: { epoch: 'e', offset: 2, messages: kept(1, 2) } })
    transport.line.end(1006)
    clock.pass(500)
    transport.line.welcome({ history: { epoch: 'other', offset: 1, messages: kept(1, 1, 'Bo') } })
    expect(said(entries())).toEqual(['message 1', 'message 2', 'gap', 'message 1'])
    transport.line.end(1006)
    clock.pass(2000)
    expect(transport.line.as.since).toEqual({ offset: 1, epoch: 'other' })
    transport.line.welcome()
    transport.line.end(1006)
    clock.pass(4000)
    expect(transport.line.as.since).toBeUndefined()
  })

  it('is joined to what the page has of it when we come back from another room', () => {
    const { chat, transport, entries, say } = visit()
    transport.line.welcome({ history: { epoch: 'e', offset: 2, messages: kept(1, 2) } })
    chat.go('harbour')
    transport.line.hear({ kind: 'moved', room: 'harbour', name: 'Quiet Otter', members: [] })
    chat.go('lobby')
    const history = { epoch: 'e', offset: 4, messages: kept(1, 4) }
    transport.line.hear({ kind: 'moved', room: 'lobby', name: 'Quiet Otter', members: [], history })
    say('Ann', 'not kept', 0)
    say('Ann', 'message 5', 5)
    expect(said(entries())).toEqual([
      'message 1',
      'message 2',
      'message 3',
      'message 4',
      'not kept',
      'message 5',
    ])
  })
})

describe('going to another room', () => {
  it('is asked of the server, and done when the server says so', () => {
    const { chat, transport, state } = enter()
    chat.go('harbour')
    expect(transport.line.asked).toContain('join harbour')
    expect(state()).toMatchObject({ room: 'lobby', joining: 'harbour' })
    transport.line.hear({ kind: 'moved', room: 'harbour', name: 'Quiet Otter', members: ['Bo'] })
    expect(state()).toMatchObject({
      room: 'harbour',
      joining: undefined,
      members: ['Bo'],
      visited: ['harbour', 'lobby'],
    })
  })

  it('holds back what is said on the way, for it is not clear where it would be heard', () => {
    const { chat, transport } = enter()
    chat.go('harbour')
    expect(chat.say('hello')).toBe(false)
    expect(transport.line.asked).not.toContain('say hello')
  })

  it('is off when the server refuses, with its reason', () => {
    const { chat, transport, state, entries } = enter()
    chat.go('#!')
    transport.line.hear({ kind: 'refused', request: 'join', message: 'That is no name for a room.' })
    expect(state()).toMatchObject({ room: 'lobby', joining: undefined })
    expect(entries()).toMatchObject([{ kind: 'note', lines: ['That is no name for a room.'] }])
  })

  it('keeps what was said in the room that we leave', () => {
    const { chat, transport, entries, say } = enter()
    say('Ann', 'hi', 1)
    chat.go('harbour')
    transport.line.hear({ kind: 'moved', room: 'harbour', name: 'Quiet Otter', members: [] })
    expect(entries()).toEqual([])
    transport.line.hear({ kind: 'moved', room: 'lobby', name: 'Quiet Otter', members: [] })
    expect(entries().map(({ kind }) => kind)).toEqual(['message', 'gap'])
  })

  it('is possible without a connection: we enter there next time', () => {
    const { chat, transport, clock, state, preferences } = enter()
    transport.line.end(1001)
    chat.go('harbour')
    expect(state().room).toBe('harbour')
    expect(preferences.room).toBe('harbour')
    clock.pass(500)
    expect(transport.line.as.room).toBe('harbour')
  })

  it('is not possible under a name that the server would not take', () => {
    const { chat, transport, state, entries } = enter()
    transport.line.end(1001)
    chat.go('no/such')
    expect(state().room).toBe('lobby')
    expect(entries()).toMatchObject([{ kind: 'note', tone: 'warning' }])
  })

  it('is not forgotten when the line breaks on the way', () => {
    const { chat, transport, clock } = enter()
    chat.go('harbour')
    transport.line.end(1001)
    clock.pass(500)
    expect(transport.line.as.room).toBe('harbour')
  })

  it('keeps the messages of the last twenty rooms only', () => {
    const { transport, state } = enter()
    for (let index = 0; index < 40; index += 1) {
      transport.line.hear({ kind: 'moved', room: `room ${index}`, name: 'Quiet Otter', members: [] })
    }
    expect(state().timelines.size).toBe(20)
    expect(state().visited).toHaveLength(12)
  })
})

describe('taking another name', () => {
  it('holds from when the server says so', () => {
    const { chat, transport, state, preferences } = enter()
    chat.rename('Anna')
    expect(state().name).toBe('Quiet Otter')
    transport.line.hear({ kind: 'named', name: 'Anna' })
    expect(state().name).toBe('Anna')
    expect(preferences.name).toBe('Anna')
  })

  it('tells why it was refused', () => {
    const { chat, transport, state } = enter()
    chat.rename('x'.repeat(999))
    transport.line.hear({ kind: 'refused', request: 'nick', message: 'Too long.' })
    expect(state()).toMatchObject({ name: 'Quiet Otter', nameRefusal: 'Too long.' })
  })

  it('is possible without a connection: we enter as who we want to be', () => {
    const { chat, transport, clock } = enter()
    transport.line.end(1001)
    chat.rename('Anna')
    clock.pass(500)
    expect(transport.line.as.name).toBe('Anna')
  })

  it('is refused without a connection where the server would refuse it', () => {
    const { chat, transport, clock, state } = enter()
    transport.line.end(1001)
    chat.rename('x'.repeat(65))
    expect(state().nameRefusal).toContain('64')
    clock.pass(500)
    expect(transport.line.as.name).toBe('Quiet Otter')
  })
})

describe('people in the room', () => {
  it('come, go and take other names', () => {
    const { transport, state, entries } = enter()
    const [room, time] = ['lobby', 0]
    transport.line.hear({ kind: 'joined', room, name: 'Bo', time })
    transport.line.hear({ kind: 'left', room, name: 'Ann', time, isRemoved: false })
    transport.line.hear({ kind: 'renamed', room, from: 'Bo', to: 'Bob', time })
    expect(state().members).toEqual(['Quiet Otter', 'Bob'])
    expect(entries()).toHaveLength(1)
  })

  it('are not mixed up with those of the room that we have left', () => {
    const { transport, state } = enter()
    transport.line.hear({ kind: 'joined', room: 'attic', name: 'Bo', time: 0 })
    expect(state().members).toEqual(['Quiet Otter', 'Ann'])
  })
})

describe('questions', () => {
  it('are answered to who asked them, and not when the page asks for itself', () => {
    const { chat, transport, entries } = enter()
    const answer = { kind: 'rooms', rooms: [{ room: 'lobby', members: 2 }] } as const
    transport.line.hear(answer)
    expect(entries()).toEqual([])
    chat.perform({ kind: 'rooms' })
    transport.line.hear(answer)
    transport.line.hear(answer)
    expect(entries()).toMatchObject([{ kind: 'note', lines: ['Rooms and how many are there:', '#lobby: 2'] }])
  })

  it('that are none are kept for the person to mend', () => {
    const { chat, entries } = enter()
    expect(chat.perform({ kind: 'unclear', problem: 'There is no command /fly.' })).toBe(false)
    expect(entries()).toMatchObject([{ kind: 'note', tone: 'warning' }])
  })
})

describe('reading', () => {
  it('counts what comes while older messages are read, and forgets it at the end', () => {
    const { chat, say, state } = enter()
    say('Ann', 'one', 1)
    expect(state().reading).toEqual({ isAtEnd: true, unread: 0 })
    chat.read(false)
    say('Ann', 'two', 2)
    say('Ann', 'three', 3)
    expect(state().reading).toEqual({ isAtEnd: false, unread: 2 })
    chat.read(true)
    expect(state().reading).toEqual({ isAtEnd: true, unread: 0 })
  })

  it('goes to the end when we say something ourselves', () => {
    const { chat, state } = enter()
    chat.read(false)
    chat.say('hello')
    expect(state().reading.isAtEnd).toBe(true)
  })

  it('counts what comes while nobody looks at the page', () => {
    const { chat, say, state } = enter()
    chat.look(false)
    say('Ann', 'one', 1)
    expect(state().looking).toEqual({ isVisible: false, unseen: 1 })
    chat.look(true)
    expect(state().looking).toEqual({ isVisible: true, unseen: 0 })
  })

  it('keeps memory bounded however much is said', () => {
    const { say, entries } = enter()
    for (let offset = 1; offset <= 5_000; offset += 1) say('Ann', `message ${offset}`, offset)
    expect(entries().length).toBeLessThanOrEqual(1_100)
    expect(entries().at(-1)).toMatchObject({ text: 'message 5000' })
  })
})
