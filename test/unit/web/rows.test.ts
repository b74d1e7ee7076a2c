import { describe, expect, it } from 'vitest'
import { arrange, type Row } from '../../../web/state/rows.ts'
import type { Entry, Message } from '../../../web/state/timeline.ts'

const minute = 60_000
const day = 24 * 60 * minute
const dayKey = (time: number) => String(Math.floor(time / day))

let keys = 0
const message = (name: string, time: number, fields: Partial<Message> = {}): Message => ({
  kind: 'message',
  key: `m${keys++}`,
  name,
  text: 'text',
  time,
  isOwn: false,
  ...fields,
})

function shape(rows: readonly Row[]): string[] {
  return rows.map((row) => (row.kind === 'group' ? `${row.name} ${row.messages.length}` : row.kind))
}

const rowsOf = (entries: readonly Entry[]) => shape(arrange(entries, [], 'Me', dayKey))

describe('the rows of the log', () => {
  it('put messages of one person that follow each other under one name', () => {
    const entries = [message('Ann', 0), message('Ann', minute), message('Bo', minute), message('Ann', minute)]
    expect(rowsOf(entries)).toEqual(['day', 'Ann 2', 'Bo 1', 'Ann 1'])
  })

  it('begin a new group where another takes the same name: a token vouches for the one', () => {
    const entries = [message('Ann', 0, { user: 'u1' }), message('Ann', 0), message('Ann', 0, { user: 'u2' })]
    const rows = arrange(entries, [], 'Me', dayKey).filter((row) => row.kind === 'group')
    expect(rows.map(({ isVouched }) => isVouched)).toEqual([true, false, true])
  })

  it('begin a new group after a pause, and before a group fills the screen', () => {
    expect(rowsOf([message('Ann', 0), message('Ann', 5 * minute)])).toEqual(['day', 'Ann 1', 'Ann 1'])
    const many = Array.from({ length: 30 }, () => message('Ann', 0))
    expect(rowsOf(many)).toEqual(['day', 'Ann 12', 'Ann 12', 'Ann 6'])
  })

  it('begin a new group where something happened in between', () => {
    const note: Entry = { kind: 'note', key: 'n', tone: 'plain', lines: ['x'] }
    expect(rowsOf([message('Ann', 0), note, message('Ann', 0)])).toEqual(['day', 'Ann 1', 'note', 'Ann 1'])
  })

  it('separate the days', () => {
    const entries = [message('Ann', day - 1), message('Ann', day), message('Ann', day + 1)]
    expect(rowsOf(entries)).toEqual(['day', 'Ann 1', 'day', 'Ann 2'])
  })

  it('keep our own messages apart from those of somebody who has our name', () => {
    const entries = [message('Me', 0, { isOwn: true }), message('Me', 0)]
    expect(rowsOf(entries)).toEqual(['day', 'Me 1', 'Me 1'])
  })

  it('put what is still under way at the end, under our name', () => {
    const outgoing = [{ key: 'o', room: 'lobby', text: 'x', name: 'Me', doubt: undefined }]
    const ours = message('Me', 0, { isOwn: true })
    expect(shape(arrange([ours], outgoing, 'Me', dayKey))).toEqual(['day', 'Me 2'])
    expect(shape(arrange([ours, message('Ann', 0)], outgoing, 'Me', dayKey))).toEqual([
      'day',
      'Me 1',
      'Ann 1',
      'Me 1',
    ])
  })

  it('keep the key of a message that is confirmed, so that it is not drawn as another one', () => {
    const under = arrange(
      [],
      [{ key: 'o1', room: 'lobby', text: 'x', name: 'Me', doubt: undefined }],
      'Me',
      dayKey,
    )
    const confirmed = arrange([message('Me', 0, { key: 'o1', isOwn: true })], [], 'Me', dayKey)
    expect(confirmed.at(-1)?.key).toBe(under.at(-1)?.key)
  })
})
