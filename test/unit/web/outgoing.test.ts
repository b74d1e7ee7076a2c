import { describe, expect, it } from 'vitest'
import {
  confirm,
  doubtAll,
  doubtLast,
  doubtOne,
  type Outgoing,
  withoutOutgoing,
} from '../../../web/state/outgoing.ts'

const said = (key: string, text: string, fields: Partial<Outgoing> = {}): Outgoing => ({
  key,
  room: 'lobby',
  text,
  name: 'Ann',
  doubt: undefined,
  ...fields,
})

const heard = (text: string, name = 'Ann', room = 'lobby') => ({ room, name, text })

const summary = (list: readonly Outgoing[]) => list.map(({ key, doubt }) => `${key} ${doubt ?? 'under way'}`)

describe('what we said', () => {
  it('is confirmed when the room says it', () => {
    const { confirmed, rest } = confirm([said('a', 'hi'), said('b', 'there')], heard('hi'), 'Ann')
    expect(confirmed?.key).toBe('a')
    expect(summary(rest)).toEqual(['b under way'])
  })

  it('is confirmed one by one when the same was said twice', () => {
    const list = [said('a', 'hi'), said('b', 'hi')]
    const first = confirm(list, heard('hi'), 'Ann')
    expect(first.confirmed?.key).toBe('a')
    expect(confirm(first.rest, heard('hi'), 'Ann').confirmed?.key).toBe('b')
  })

  it('is in doubt when a later message came back and it did not', () => {
    const { rest } = confirm([said('a', 'one'), said('b', 'two')], heard('two'), 'Ann')
    expect(summary(rest)).toEqual(['a A later message got through.'])
  })

  it('is not put in doubt by what comes back in another room', () => {
    const list = [said('a', 'one'), said('b', 'two', { room: 'harbour' })]
    expect(summary(confirm(list, heard('two', 'Ann', 'harbour'), 'Ann').rest)).toEqual(['a under way'])
  })

  it('is confirmed late rather than never, and that puts no other in doubt', () => {
    const list = [said('a', 'one'), said('b', 'two', { doubt: 'late' })]
    const { confirmed, rest } = confirm(list, heard('two'), 'Ann')
    expect(confirmed?.key).toBe('b')
    expect(summary(rest)).toEqual(['a under way'])
  })

  it('is confirmed itself when it was sent again, not the one that was given up', () => {
    const list = [said('a', 'hi', { doubt: 'late' }), said('b', 'hi')]
    expect(confirm(list, heard('hi'), 'Ann').confirmed?.key).toBe('b')
  })

  it('is not confirmed by what somebody else could have said', () => {
    const list = [said('a', 'hi')]
    for (const other of [heard('hi!'), heard('hi', 'Bo'), heard('hi', 'Ann', 'harbour')]) {
      expect(confirm(list, other, 'Ann')).toEqual({ confirmed: undefined, rest: list })
    }
  })

  it('is confirmed under the old name and under the new one when they cross', () => {
    const list = [said('a', 'hi')]
    expect(confirm(list, heard('hi', 'Ann'), 'Anna').confirmed?.key).toBe('a')
    expect(confirm(list, heard('hi', 'Anna'), 'Anna').confirmed?.key).toBe('a')
  })

  it('is in doubt as a whole when the line broke, and keeps the first reason', () => {
    const list = [said('a', 'one', { doubt: 'late' }), said('b', 'two')]
    expect(summary(doubtAll(list, 'broken'))).toEqual(['a late', 'b broken'])
    expect(doubtAll([], 'broken')).toEqual([])
  })

  it('is in doubt one at a time when the server refuses the last one', () => {
    const once = doubtLast([said('a', 'one'), said('b', 'two'), said('c', 'three')], 'too fast')
    expect(summary(once)).toEqual(['a under way', 'b under way', 'c too fast'])
    expect(summary(doubtLast(once, 'too fast'))).toEqual(['a under way', 'b too fast', 'c too fast'])
  })

  it('is in doubt by itself when it takes too long, and can be withdrawn', () => {
    const list = doubtOne([said('a', 'one'), said('b', 'two')], 'a', 'late')
    expect(summary(list)).toEqual(['a late', 'b under way'])
    expect(summary(withoutOutgoing(list, 'a'))).toEqual(['b under way'])
  })
})
