import { describe, expect, it } from 'vitest'
import { Backoff } from '../../../src/connection/backoff.ts'
import { type DialOptions, dial } from '../../../src/connection/dial.ts'
import { MemoryTransport } from './memory-transport.ts'

const refused = new Error('refused')

/** A dialer that fails so many times, and then succeeds. */
function failing(times: number): { dialer: () => Promise<MemoryTransport>; dials(): number } {
  let dials = 0
  return {
    dialer: async () => {
      dials++
      if (dials <= times) throw refused
      return new MemoryTransport()
    },
    dials: () => dials,
  }
}

/** Options whose pauses take no time and are kept. */
function noted(random: () => number): { options: DialOptions; pauses: number[] } {
  const pauses: number[] = []
  const pause = async (pauseMs: number): Promise<void> => void pauses.push(pauseMs)
  return { options: { random, pause, backoff: { firstMs: 100, maxMs: 1000 } }, pauses }
}

describe('Dialling', () => {
  it('pauses below a bound that doubles up to the greatest', async () => {
    const { dialer } = failing(6)
    const { options, pauses } = noted(() => 1)
    expect(await dial(dialer, options)).toBeInstanceOf(MemoryTransport)
    expect(pauses).toEqual([100, 200, 400, 800, 1000, 1000])
  })

  it('draws each pause from all of the way between zero and its bound', async () => {
    const { dialer } = failing(4)
    const chances = [0, 0.5, 0.25, 0.75]
    const { options, pauses } = noted(() => chances.shift()!)
    await dial(dialer, options)
    expect(pauses).toEqual([0, 100, 100, 600])
  })

  it('tells of each failure and of the pause that follows it', async () => {
    const { dialer } = failing(2)
    const { options, pauses } = noted(() => 0.5)
    const told: unknown[] = []
    await dial(dialer, { ...options, failed: (error, pauseMs) => told.push([error, pauseMs]) })
    expect(told).toEqual(pauses.map((pauseMs) => [refused, pauseMs]))
    expect(pauses).toEqual([50, 100])
  })

  it('gives up after so many attempts, with the last error and no pause after it', async () => {
    const { dialer, dials } = failing(10)
    const { options, pauses } = noted(() => 1)
    await expect(dial(dialer, { ...options, attempts: 3 })).rejects.toBe(refused)
    expect(dials()).toBe(3)
    expect(pauses).toHaveLength(2)
  })

  it('starts small again once the back-off is told that it worked', () => {
    const backoff = new Backoff({ firstMs: 100, maxMs: 1000 }, () => 1)
    expect([backoff.next(), backoff.next()]).toEqual([100, 200])
    backoff.reset()
    expect(backoff.next()).toBe(100)
  })
})

describe('A dial that is aborted', () => {
  const reason = new Error('The program has changed its mind.')

  it('before it began rejects with the reason, and dials nobody', async () => {
    const { dialer, dials } = failing(0)
    await expect(dial(dialer, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect(dials()).toBe(0)
  })

  it('while dialling rejects with the reason, not with what the dialer says', async () => {
    const aborter = new AbortController()
    const dialing = dial(
      (signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(refused))
        }),
      { signal: aborter.signal },
    )
    aborter.abort(reason)
    await expect(dialing).rejects.toBe(reason)
  })

  it('in the last attempt it has rejects with the reason as well', async () => {
    const aborter = new AbortController()
    const dialer = async (): Promise<never> => {
      aborter.abort(reason)
      throw refused
    }
    await expect(dial(dialer, { signal: aborter.signal, attempts: 1 })).rejects.toBe(reason)
  })

  it('in the pause rejects with the reason at once, and dials no more', async () => {
    const { dialer, dials } = failing(10)
    const aborter = new AbortController()
    const dialing = dial(dialer, {
      signal: aborter.signal,
      random: () => 1,
      backoff: { firstMs: 3_600_000, maxMs: 3_600_000 },
      failed: () => queueMicrotask(() => aborter.abort(reason)),
    })
    await expect(dialing).rejects.toBe(reason)
    expect(dials()).toBe(1)
  })
})
