import { describe, expect, it } from 'vitest'
import { readPlainFrame } from '../../../web/link/plain-frame.ts'
import type { ModerationNotice } from '../../../web/link/transport.ts'
import { type ChatState, initialChatState, muteHere, timelineOf } from '../../../web/state/chat-state.ts'
import { presenceParts } from '../../../web/state/presence.ts'
import { reduceChat } from '../../../web/state/reduce.ts'
import { muteWords } from '../../../web/view/mute-words.ts'

const read = (frame: unknown) => readPlainFrame(JSON.stringify(frame))!
const muted = { notice: 'muted', message: 'You are muted.', until: 5_000, reason: 'too loud' }
const notice: ModerationNotice = {
  code: 'muted',
  message: 'You are muted.',
  room: undefined,
  until: 5_000,
  reason: 'too loud',
}
const welcome = { welcome: { room: 'lobby', name: 'Ann', members: ['Ann', 'Bo'], limits: {} } }

/** The state after these frames. */
function stateAfter(...frames: unknown[]): ChatState {
  const start = initialChatState({ room: 'lobby', name: 'Ann', visited: [], outgoing: [] })
  return frames.reduce<ChatState>(
    (state, frame) => reduceChat(state, { type: 'heard', event: read(frame), at: 0 }),
    start,
  )
}

const notes = (state: ChatState) =>
  timelineOf(state, state.room).entries.flatMap((entry) => (entry.kind === 'note' ? [entry] : []))

describe('what a moderator decides about us', () => {
  it('is read from frames, the mute of a message that was not delivered too', () => {
    expect(read(muted)).toEqual({ kind: 'moderated', notice })
    expect(read({ error: 'muted', message: 'Not delivered.', until: 5_000 })).toEqual({
      kind: 'undelivered',
      code: 'muted',
      message: 'Not delivered.',
      mute: { code: 'muted', message: 'Not delivered.', room: undefined, until: 5_000, reason: undefined },
    })
    expect(read({ command: 'ban', lines: ['Eve is banned.'] })).toEqual({
      kind: 'ordered',
      lines: ['Eve is banned.'],
    })
  })

  it('stays in view while it is a mute, until it is lifted or we are welcomed anew', () => {
    expect(stateAfter(welcome, muted).mute).toEqual(notice)
    expect(stateAfter(welcome, { error: 'muted', message: 'Not delivered.' }).mute).toBeDefined()
    const lifted = stateAfter(welcome, muted, { notice: 'unmuted', message: 'You may speak again.' })
    expect(lifted.mute).toBeUndefined()
    expect(notes(lifted)).toMatchObject([{ tone: 'plain', lines: ['You may speak again.'] }])
    expect(stateAfter(welcome, muted, welcome).mute).toBeUndefined()
  })

  it('of one room concerns that room', () => {
    const here = stateAfter(welcome, { ...muted, room: 'lobby' })
    expect(muteHere(here)).toBeDefined()
    const moved = reduceChat(here, {
      type: 'heard',
      event: { kind: 'moved', room: 'other', name: 'Ann', members: [] },
      at: 0,
    })
    expect(muteHere(moved)).toBeUndefined()
    expect(muteHere(stateAfter(welcome, { ...muted, room: 'other' }))).toBeUndefined()
  })

  it('is a warning among the messages when we have to go, and a line for the others', () => {
    const kicked = stateAfter(welcome, { notice: 'kicked', message: 'You were disconnected by a moderator.' })
    expect(notes(kicked)).toMatchObject([{ tone: 'warning' }])
    const watched = stateAfter(welcome, { room: 'lobby', leave: 'Bo', removed: true, time: 1 })
    expect(watched.members).toEqual(['Ann'])
    const changes = [
      { what: 'removed', name: 'Bo' },
      { what: 'removed', name: 'Eve' },
    ] as const
    const words = (count: number) =>
      presenceParts({ changes: changes.slice(0, count), more: 0 })
        .map((part) => ('name' in part ? part.name : part.words))
        .join('')
    expect([words(1), words(2)]).toEqual(['Bo was removed. ', 'Bo and Eve were removed. '])
  })

  it('is told in the reader’s own time, and not any more when it has ended', () => {
    expect(muteWords(notice, 4_999)).toMatch(/^A moderator has muted you until \d.*: too loud$/)
    expect(muteWords(notice, 5_000)).toBeUndefined()
    expect(muteWords({ ...notice, room: 'lobby', until: undefined, reason: undefined }, 0)).toBe(
      'A moderator has muted you in #lobby.',
    )
    expect(muteWords({ ...notice, until: 3 * 86_400_000 }, 0)).toMatch(/until .*, \d/)
  })
})
