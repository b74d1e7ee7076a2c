import { describe, expect, it } from 'vitest'
import { momentsIn } from '../../../web/text/moments.ts'

const at = (text: string) => Date.parse(text)
const berlin = momentsIn('en-GB', 'Europe/Berlin')

describe('times as people read them', () => {
  it('are those of the reader’s language and zone', () => {
    const time = at('2024-06-01T12:05:00Z')
    expect(berlin.clock(time)).toBe('14:05')
    expect(momentsIn('en-US', 'America/New_York').clock(time)).toMatch(/^8:05\sAM$/)
    expect(berlin.full(time)).toContain('2024')
  })

  it('change their day at the reader’s midnight', () => {
    expect(berlin.dayKey(at('2024-06-01T21:59:59Z'))).toBe('2024-06-01')
    expect(berlin.dayKey(at('2024-06-01T22:00:00Z'))).toBe('2024-06-02')
  })

  it('call days by what they are to the reader', () => {
    const now = at('2024-06-12T10:00:00Z')
    const day = (text: string) => berlin.day(at(text), now)
    expect(day('2024-06-12T00:00:00Z')).toBe('Today')
    expect(day('2024-06-11T00:00:00Z')).toBe('Yesterday')
    expect(day('2024-06-08T12:00:00Z')).toMatch(/Saturday.*8 June/)
    expect(day('2023-12-24T12:00:00Z')).toBe('24 December 2023')
  })

  it('know yesterday also after a night of 23 or 25 hours', () => {
    expect(berlin.day(at('2024-03-31T00:30:00+01:00'), at('2024-04-01T00:10:00+02:00'))).toBe('Yesterday')
    expect(berlin.day(at('2024-10-27T00:30:00+02:00'), at('2024-10-28T23:50:00+01:00'))).toBe('Yesterday')
  })
})
