import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backoffMs, defaultBackoff } from '../../../web/link/backoff.ts'

const almostOne = 1 - Number.EPSILON

describe('the wait before the next attempt', () => {
  it('has an upper bound that doubles with each failure, up to the longest', () => {
    const longest = [1, 2, 3, 4, 5, 6, 7, 50].map((failures) => backoffMs(failures, () => almostOne))
    expect(longest).toEqual([999, 1_999, 3_999, 7_999, 15_999, 29_999, 29_999, 29_999])
  })

  it('may be nothing at all, however many attempts have failed', () => {
    expect([1, 5, 50].map((failures) => backoffMs(failures, () => 0))).toEqual([0, 0, 0])
  })

  it('is spread over the whole range, so that pages do not come back together', () => {
    expect([0.25, 0.5, 0.75].map((chance) => backoffMs(3, () => chance))).toEqual([1_000, 2_000, 3_000])
  })

  it('is a whole number of milliseconds within the bounds, always', () => {
    const failures = fc.integer({ min: 0, max: 10_000 })
    const chance = fc.double({ min: 0, max: almostOne, noNaN: true })
    fc.assert(
      fc.property(failures, chance, (count, random) => {
        const wait = backoffMs(count, () => random)
        expect(Number.isInteger(wait)).toBe(true)
        expect(wait).toBeGreaterThanOrEqual(0)
        expect(wait).toBeLessThan(defaultBackoff.maxMs)
      }),
    )
  })
})
