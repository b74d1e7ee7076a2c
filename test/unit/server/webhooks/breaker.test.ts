import { beforeEach, describe, expect, it } from 'vitest'
import { CircuitBreaker } from '../../../../src/server/webhooks/breaker.ts'
import { ManualClock } from '../../connection/manual-clock.ts'

describe('The circuit breaker', () => {
  let clock: ManualClock
  let breaker: CircuitBreaker
  beforeEach(() => {
    clock = new ManualClock()
    // Each pause is as long as its bound.
    breaker = new CircuitBreaker(clock, () => 1)
  })

  /** So many calls that fail, one after the other. */
  function fail(times: number): void {
    for (let count = 0; count < times; count++) {
      expect(breaker.mayTry()).toBe(true)
      breaker.failed()
    }
  }

  it('bears four failures in a row, and pauses at the fifth', () => {
    fail(4)
    expect(breaker.isOpen).toBe(false)
    fail(1)
    expect(breaker.isOpen).toBe(true)
    expect(breaker.mayTry()).toBe(false)
  })

  it('counts only failures in a row', () => {
    fail(4)
    breaker.succeeded()
    fail(4)
    expect(breaker.isOpen).toBe(false)
  })

  it('lets one call find out when the pause is over, and all when that has succeeded', () => {
    fail(5)
    clock.advance(999)
    expect(breaker.mayTry()).toBe(false)
    clock.advance(1)
    expect([breaker.mayTry(), breaker.mayTry()]).toEqual([true, false])
    breaker.succeeded()
    expect([breaker.mayTry(), breaker.mayTry()]).toEqual([true, true])
  })

  it('pauses twice as long after each call that found it away, up to ten seconds', () => {
    fail(5)
    for (const pauseMs of [1_000, 2_000, 4_000, 8_000, 10_000, 10_000]) {
      clock.advance(pauseMs - 1)
      expect(breaker.mayTry()).toBe(false)
      clock.advance(1)
      fail(1)
    }
  })

  it('is not pressed further by calls that began before the pause', () => {
    fail(5)
    for (let late = 0; late < 10; late++) breaker.failed()
    clock.advance(1_000)
    expect(breaker.mayTry()).toBe(true)
  })

  it('lets another call find out when the first was not made after all', () => {
    fail(5)
    clock.advance(1_000)
    expect(breaker.mayTry()).toBe(true)
    breaker.abandoned()
    expect([breaker.mayTry(), breaker.mayTry()]).toEqual([true, false])
  })
})
