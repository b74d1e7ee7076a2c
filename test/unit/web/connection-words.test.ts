import { describe, expect, it } from 'vitest'
import { badgeWords, bannerWords, connectionSentence } from '../../../web/view/connection-words.ts'

const waiting = { kind: 'waiting', retryAt: 10_000, reason: 'The server is restarting.' } as const

describe('the words for the connection', () => {
  it('count down to the next attempt, and not below nothing', () => {
    expect([2_500, 9_999, 10_000, 12_000].map((now) => badgeWords(waiting, now))).toEqual([
      'Reconnecting in 8 s',
      'Reconnecting in 1 s',
      'Reconnecting in 0 s',
      'Reconnecting in 0 s',
    ])
    expect(bannerWords(waiting, 2_500)).toBe('The server is restarting. Trying again in 8 s.')
  })

  it('do not count where they are read aloud', () => {
    expect(connectionSentence(waiting)).toBe('The server is restarting. Trying again soon.')
  })

  it('say in each state what is the matter', () => {
    expect(badgeWords({ kind: 'connected' }, 0)).toBe('Connected')
    expect(badgeWords({ kind: 'connecting', after: undefined }, 0)).toBe('Connecting…')
    expect(badgeWords({ kind: 'connecting', after: 'It broke.' }, 0)).toBe('Reconnecting…')
    expect(bannerWords({ kind: 'connecting', after: 'It broke.' }, 0)).toBe('It broke. Trying again now.')
    expect(bannerWords({ kind: 'offline', reason: 'It broke.' }, 0)).toContain('offline')
    expect(bannerWords({ kind: 'stopped', reason: 'Kicked.' }, 0)).toBe('Kicked.')
  })
})
