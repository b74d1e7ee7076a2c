import { describe, expect, it } from 'vitest'
import { durationMs, durationText } from '../../../src/chat/duration.ts'

describe('A length of time', () => {
  it('is read as people write it, parts added up', () => {
    expect(durationMs('90s')).toBe(90_000)
    expect(durationMs('10m')).toBe(600_000)
    expect(durationMs('1h30m')).toBe(5_400_000)
    expect(durationMs('7D')).toBe(604_800_000)
    expect(durationMs('2w')).toBe(1_209_600_000)
  })

  it('is not read out of what is none, nor out of nothing', () => {
    for (const text of ['', '10', 'm', '1.5h', '-1h', '0s', '10 m', '1y', '1h!', '9999999999s']) {
      expect([text, durationMs(text)]).toEqual([text, undefined])
    }
  })

  it('is written in its largest units, to the second', () => {
    expect(durationText(5_400_000)).toBe('1h30m')
    expect(durationText(90_400)).toBe('1m30s')
    expect(durationText(1)).toBe('1s')
    expect(durationMs(durationText(694_861_000))).toBe(694_861_000)
  })
})
