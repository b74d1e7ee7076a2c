import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Queue } from '../../../src/redis/queue.ts'
import { Waiting } from '../../../src/redis/waiting.ts'

test('a queue gives what an array would, whatever is done to it', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.integer({ min: 1 }), fc.constant(0)), { maxLength: 300 }), (steps) => {
      const queue = new Queue<number>()
      const model: number[] = []
      for (const step of steps) {
        if (step > 0) {
          queue.add(step)
          model.push(step)
        } else expect(queue.take()).toBe(model.shift())
        expect(queue.length).toBe(model.length)
        expect(queue.at(0)).toBe(model[0])
        expect(queue.at(model.length)).toBeUndefined()
        expect(queue.at(model.length - 1)).toBe(model.at(-1))
      }
      expect(queue.takeAll()).toEqual(model)
      expect(queue.length).toBe(0)
    }),
  )
})

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
