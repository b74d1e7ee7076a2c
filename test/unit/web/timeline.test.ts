import { describe, expect, it } from 'vitest'
import {
  emptyTimeline,
  heardAgain,
  keptEntries,
  keptWhileReading,
  leftAlone,
  type Timeline,
  trimmed,
  withMessage,
  withNote,
  withPresence,
} from '../../../web/state/timeline.ts'

function said(timeline: Timeline, offset: number): Timeline {
  const message = { name: 'Ann', text: `message ${offset}`, time: offset, offset }
  return withMessage(timeline, { ...message, isOwn: false, key: undefined })
}

function saidMany(count: number, from = emptyTimeline): Timeline {
  let timeline = from
  for (let index = 1; index <= count; index += 1) timeline = said(timeline, (from.lastOffset ?? 0) + index)
  return timeline
}

const kinds = ({ entries }: Timeline) => entries.map(({ kind }) => kind)

describe('the timeline of a room', () => {
  it('keeps what happened in its order, each with a key of its own', () => {
    let timeline = said(emptyTimeline, 1)
    timeline = withPresence(timeline, { what: 'joined', name: 'Bo' })
    timeline = withNote(timeline, { tone: 'plain', lines: ['a note'] })
    timeline = said(timeline, 2)
    expect(kinds(timeline)).toEqual(['message', 'presence', 'note', 'message'])
    expect(new Set(timeline.entries.map(({ key }) => key)).size).toBe(4)
  })

  it('puts comings and goings that follow each other into one line', () => {
    let timeline = withPresence(emptyTimeline, { what: 'joined', name: 'Bo' })
    timeline = withPresence(timeline, { what: 'joined', name: 'Cleo' })
    expect(kinds(timeline)).toEqual(['presence'])
    timeline = withPresence(timeline, { what: 'left', name: 'Cleo' })
    timeline = withPresence(timeline, { what: 'left', name: 'Bo' })
    expect(timeline.entries).toEqual([])
  })

  it('keeps a bounded number of entries, the newest', () => {
    const timeline = trimmed(saidMany(keptEntries + 100), false)
    expect(timeline.entries).toHaveLength(keptEntries)
    expect(timeline.entries.at(-1)).toMatchObject({ text: `message ${keptEntries + 100}` })
  })

  it('drops nothing that is being read, up to a higher bound', () => {
    const timeline = saidMany(keptEntries + 500)
    expect(trimmed(timeline, true)).toBe(timeline)
    expect(trimmed(saidMany(keptWhileReading + 100), true).entries).toHaveLength(keptWhileReading)
  })

  it('says when we were away', () => {
    const back = heardAgain(leftAlone(saidMany(3), 10), 20)
    expect(back.entries.at(-1)).toMatchObject({ kind: 'gap', from: 10, to: 20, isMissing: false })
  })

  it('says that something is missing once the next message shows it', () => {
    const back = heardAgain(leftAlone(saidMany(3), 10), 20)
    expect(said(back, 4).entries.at(-2)).toMatchObject({ kind: 'gap', isMissing: false })
    expect(said(back, 9).entries.at(-2)).toMatchObject({ kind: 'gap', isMissing: true })
  })

  it('takes a count that begins again for a new beginning, not for a loss', () => {
    const back = heardAgain(leftAlone(saidMany(3), 10), 20)
    expect(said(back, 1).entries.at(-2)).toMatchObject({ kind: 'gap', isMissing: false })
  })

  it('makes one absence of several between which nothing happened', () => {
    let timeline = heardAgain(leftAlone(saidMany(3), 10), 20)
    timeline = heardAgain(leftAlone(timeline, 30), 40)
    expect(kinds(timeline)).toEqual(['message', 'message', 'message', 'gap'])
    expect(timeline.entries.at(-1)).toMatchObject({ from: 10, to: 40 })
  })

  it('has no absence in a room of which nothing was ever heard', () => {
    expect(heardAgain(leftAlone(emptyTimeline, 10), 20).entries).toEqual([])
  })
})
