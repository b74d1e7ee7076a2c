import { describe, expect, test } from 'vitest'
import { QUICK_FOR_MS, QUICK_MS, RedialBackoff } from '../../../src/redis/backoff.ts'
import { KeepAlive, MAX_SILENCE_MS } from '../../../src/redis/keep-alive.ts'

describe('dialling again', () => {
  test('is quick at first, whatever chance says', () => {
    const backoff = new RedialBackoff(2000, () => 0.999)
    for (let nowMs = 0; nowMs < QUICK_FOR_MS; nowMs += 100)
      expect(backoff.failed(nowMs)).toBeLessThan(QUICK_MS)
  })

  test('then slows down up to its bound, and is quick again after a success', () => {
    const backoff = new RedialBackoff(2000, () => 1)
    backoff.failed(0)
    const pauses = Array.from({ length: 8 }, () => backoff.failed(QUICK_FOR_MS + 1))
    expect(pauses).toEqual([100, 200, 400, 800, 1600, 2000, 2000, 2000])
    backoff.succeeded()
    expect(backoff.failed(1_000_000)).toBe(QUICK_MS)
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
