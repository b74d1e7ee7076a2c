import { describe, expect, test } from 'vitest'
import { OUTAGE_SHARE, QUICK_MS, RedialBackoff } from '../../../src/redis/backoff.ts'
import { KeepAlive, MAX_SILENCE_MS } from '../../../src/redis/keep-alive.ts'

describe('dialling again', () => {
  test('is quick at first, whatever chance says', () => {
    const backoff = new RedialBackoff(2000, () => 0.999)
    for (let nowMs = 0; nowMs < QUICK_MS / OUTAGE_SHARE; nowMs += 100)
      expect(backoff.failed(nowMs)).toBeLessThan(QUICK_MS)
  })

  test('then slows down with the outage up to its bound, and is quick again after a success', () => {
    const backoff = new RedialBackoff(2000, () => 1)
    const startMs = 5_000_000
    const pauses = [0, 20_000, 40_000, 200_000, 400_000, 500_000].map((downMs) =>
      backoff.failed(startMs + downMs),
    )
    expect(pauses).toEqual([QUICK_MS, 100, 200, 1000, 2000, 2000])
    backoff.succeeded()
    expect(backoff.failed(9_000_000)).toBe(QUICK_MS)
  })

  test('is drawn evenly from zero up, so that pools do not come back in step', () => {
    const draws = [0, 0.25, 0.5]
    const backoff = new RedialBackoff(2000, () => draws.shift() ?? 1)
    expect([backoff.failed(0), backoff.failed(40_000), backoff.failed(400_000)]).toEqual([0, 50, 1000])
  })

  test('never exceeds a bound that is shorter than the quick pauses', () => {
    expect(new RedialBackoff(20, () => 1).failed(0)).toBe(20)
  })
})

describe('the silence that is borne', () => {
  test('is half of what the server says, and never above the bound', () => {
    const keepAlive = new KeepAlive(undefined)
    expect(keepAlive.intervalMs).toBe(MAX_SILENCE_MS)
    keepAlive.readFromServer(1000)
    expect(keepAlive.intervalMs).toBe(500)
    keepAlive.readFromServer(300_000)
    expect(keepAlive.intervalMs).toBe(MAX_SILENCE_MS)
    keepAlive.readFromServer(0)
    expect(keepAlive.intervalMs).toBe(MAX_SILENCE_MS)
  })

  test('is learnt from closes, downwards only', () => {
    const keepAlive = new KeepAlive(undefined)
    keepAlive.observeClose(20_000)
    expect(keepAlive.intervalMs).toBe(10_000)
    keepAlive.observeClose(40_000)
    expect(keepAlive.intervalMs).toBe(10_000)
    keepAlive.observeClose(5)
    expect(keepAlive.intervalMs).toBe(10_000)
  })

  test('is what the user wants, where he says', () => {
    const keepAlive = new KeepAlive(7000)
    keepAlive.readFromServer(1000)
    keepAlive.observeClose(2000)
    expect(keepAlive.intervalMs).toBe(7000)
  })
})
