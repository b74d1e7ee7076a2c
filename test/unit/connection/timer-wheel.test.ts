import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TimerWheel, WheelTimer } from '../../../src/connection/timer-wheel.ts'
import { ManualClock } from './manual-clock.ts'

const tickMs = 50

const step = fc.oneof(
  fc.record({
    kind: fc.constant('set' as const),
    timer: fc.nat(7),
    delayMs: fc.oneof(fc.nat(200), fc.nat(120_000), fc.double({ min: 0, max: 300, noNaN: true })),
  }),
  fc.record({ kind: fc.constant('cancel' as const), timer: fc.nat(7) }),
  fc.record({ kind: fc.constant('advance' as const), byMs: fc.oneof(fc.nat(200), fc.nat(130_000)) }),
  fc.record({ kind: fc.constant('stall' as const), byMs: fc.oneof(fc.nat(500), fc.nat(200_000)) }),
)

test('a timer fires once, never early, and at most one tick late, in whatever order timers are set and moved', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const clock = new ManualClock()
      const wheel = new TimerWheel(clock, tickMs)
      const dueAtMs = new Map<number, number>()
      let stalledUntilMs = 0
      const timers = Array.from({ length: 8 }, (_, index) => {
        return new WheelTimer({
          timerDue() {
            const due = dueAtMs.get(index)
            expect(due).toBeDefined()
            dueAtMs.delete(index)
            expect(clock.now()).toBeGreaterThanOrEqual(due! - 1e-6)
            expect(clock.now()).toBeLessThanOrEqual(Math.max(due! + tickMs + 1, stalledUntilMs))
          },
        })
      })
      for (const one of steps) {
        if (one.kind === 'set') {
          wheel.set(timers[one.timer]!, one.delayMs)
          dueAtMs.set(one.timer, clock.now() + one.delayMs)
        } else if (one.kind === 'cancel') {
          wheel.cancel(timers[one.timer]!)
          dueAtMs.delete(one.timer)
        } else if (one.kind === 'advance') clock.advance(one.byMs)
        else {
          stalledUntilMs = clock.now() + one.byMs
          clock.stall(one.byMs)
        }
        expect(wheel.size).toBe(dueAtMs.size)
        for (const due of dueAtMs.values()) {
          expect(clock.now()).toBeLessThanOrEqual(due + tickMs + 1)
        }
      }
      clock.advance(200_000)
      expect([...dueAtMs.keys()]).toEqual([])
      expect(wheel.size).toBe(0)
    }),
    { numRuns: 500 },
  )
})

test('a timer without delay on an idle wheel fires at the next tick, not a round later', () => {
  const clock = new ManualClock()
  const wheel = new TimerWheel(clock, tickMs)
  let fired = 0
  const timer = new WheelTimer({ timerDue: () => fired++ })
  clock.advance(10 * tickMs)
  wheel.set(timer, 0)
  clock.advance(tickMs)
  expect(fired).toBe(1)
})

test('owners may set, move and cancel timers while theirs is due', () => {
  const clock = new ManualClock()
  const wheel = new TimerWheel(clock, tickMs)
  const log: string[] = []
  const victim = new WheelTimer({ timerDue: () => log.push('victim') })
  const again = new WheelTimer({
    timerDue: () => {
      log.push('again')
      wheel.cancel(victim)
      if (log.length < 3) wheel.set(again, 0)
    },
  })
  wheel.set(victim, 10)
  wheel.set(again, 10)
  clock.advance(1000)
  expect(log).toEqual(['again', 'again', 'again'])
  expect(wheel.size).toBe(0)
})

test('nothing ticks while no timer is set', () => {
  const clock = new ManualClock()
  let asked = 0
  const after = clock.after.bind(clock)
  clock.after = (delayMs, work) => {
    asked++
    return after(delayMs, work)
  }
  const wheel = new TimerWheel(clock, tickMs)
  const timer = new WheelTimer({ timerDue: () => {} })
  wheel.set(timer, 10)
  clock.advance(60_000)
  wheel.set(timer, 10)
  wheel.cancel(timer)
  clock.advance(60_000)
  expect(asked).toBe(2)
})
