import { describe, expect, it } from 'vitest'
import { othersThan, renamedMember, withMember, withoutMember } from '../../../web/state/members.ts'

describe('who is in the room', () => {
  it('grows and shrinks by one, also where a name is there more than once', () => {
    const both = withMember(withMember([], 'Ann'), 'Ann')
    expect(both).toEqual(['Ann', 'Ann'])
    expect(withoutMember(both, 'Ann')).toEqual(['Ann'])
  })

  it('takes no harm from somebody unknown who leaves', () => {
    expect(withoutMember(['Ann'], 'Bo')).toEqual(['Ann'])
  })

  it('keeps the place of somebody who takes another name, and learns of somebody unknown', () => {
    expect(renamedMember(['Ann', 'Bo'], 'Ann', 'Anna')).toEqual(['Anna', 'Bo'])
    expect(renamedMember(['Bo'], 'Ann', 'Anna')).toEqual(['Bo', 'Anna'])
  })

  it('shows us apart, and only us where somebody has our name', () => {
    expect(othersThan('Ann', ['Cleo', 'Ann', 'bo', 'Ann'])).toEqual(['Ann', 'bo', 'Cleo'])
    expect(othersThan(undefined, ['Cleo', 'Ann'])).toEqual(['Ann', 'Cleo'])
  })
})
