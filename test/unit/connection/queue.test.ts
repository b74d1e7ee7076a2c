import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Queue } from '../../../src/connection/queue.ts'

test('a queue gives what an array would, whatever is done to it', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.integer({ min: 1 }), fc.constant(0)), { maxLength: 300 }), (steps) => {
      const queue = new Queue<number>()
      const model: number[] = []
      for (const step of steps) {
        if (step > 0) {
          queue.push(step)
          model.push(step)
        } else expect(queue.shift()).toBe(model.shift())
        expect(queue.length).toBe(model.length)
        expect(queue.toArray()).toEqual(model)
        expect(queue.at(0)).toBe(model[0])
        expect(queue.at(model.length)).toBeUndefined()
        expect(queue.at(model.length - 1)).toBe(model.at(-1))
      }
      expect(queue.takeAll()).toEqual(model)
      expect(queue.length).toBe(0)
    }),
  )
})

test('a queue that was long is as good as new once it is empty', () => {
  const queue = new Queue<number>()
  for (let round = 0; round < 3; round++) {
    for (let item = 0; item < 5000; item++) queue.push(item)
    for (let item = 0; item < 5000; item++) expect(queue.shift()).toBe(item)
    expect(queue.shift()).toBeUndefined()
    expect([queue.length, queue.toArray()]).toEqual([0, []])
  }
})
