import { expect, test } from 'vitest'
import { Waiting } from '../../../src/redis/waiting.ts'

class Guest {
  isSettled = false
  error: unknown
  readonly waitsUntilMs: number

  constructor(waitsUntilMs: number) {
    this.waitsUntilMs = waitsUntilMs
  }

  fail(error: unknown): void {
    this.isSettled = true
    this.error = error
  }
}

test('who waits is served in order, unless gone, and failed when the time is over', () => {
  const waiting = new Waiting<Guest>()
  const guests = [10, 20, 30, 40].map((untilMs) => new Guest(untilMs))
  for (const guest of guests) waiting.add(guest)
  guests[1]!.isSettled = true
  const hasty = new Guest(12)
  waiting.add(hasty)
  waiting.expire(15, () => 'late')
  expect(hasty.error).toBe('late')
  expect(guests.map((guest) => guest.error)).toEqual(['late', undefined, undefined, undefined])
  expect(waiting.take()).toBe(guests[2])
  waiting.failAll(() => 'over')
  expect(guests[3]!.error).toBe('over')
  expect(waiting.take()).toBeUndefined()
})
