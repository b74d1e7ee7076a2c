import { describe, expect, it } from 'vitest'
import { Patience } from '../../../src/broker/sqlite/patience.ts'

describe('A group that waits for those who answer what their room was just told', () => {
  it('waits while they come, until as many are there as in the group before', () => {
    const patience = new Patience(16, 0, 10)
    expect(patience.isWorthIt(3, 0)).toBe(true)
    expect(patience.isWorthIt(5, 0.9)).toBe(true)
    expect(patience.isWorthIt(9, 1.8)).toBe(true)
    expect(patience.isWorthIt(10, 1.9)).toBe(false)
  })

  it('goes when nobody has come for a sixteenth of what telling the room took', () => {
    const patience = new Patience(16, 0, 10)
    expect(patience.isWorthIt(3, 0.9)).toBe(true)
    expect(patience.isWorthIt(3, 1.8)).toBe(true)
    expect(patience.isWorthIt(3, 2)).toBe(false)
  })

  it('goes after a quarter of that, even while they come', () => {
    const patience = new Patience(16, 0, 100)
    expect([1, 2, 3, 4].map((ms) => patience.isWorthIt(ms, ms))).toEqual([true, true, true, false])
  })

  it('does not wait where telling the room took next to nothing', () => {
    expect(new Patience(0.4, 0, 10).isWorthIt(1, 0)).toBe(false)
  })
})
