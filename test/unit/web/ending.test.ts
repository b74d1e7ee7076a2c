import { describe, expect, it } from 'vitest'
import { endingSentence, mayReturn } from '../../../web/link/ending.ts'

const ending = (code: number, reason = '', wasWelcomed = true) => ({ code, reason, wasWelcomed })

describe('why a line ended', () => {
  it('is told in a sentence for each code that the server uses', () => {
    for (const code of [1000, 1001, 1008, 1009, 1011, 1012, 1013]) {
      const sentence = endingSentence(ending(code))
      expect(sentence).toMatch(/^[A-Z].*\.$/)
      expect(sentence).not.toMatch(/\d|[Cc]lose code/)
    }
  })

  it('tells a broken connection from a server that was never there', () => {
    expect(endingSentence(ending(1006))).toBe('The connection broke.')
    expect(endingSentence(ending(1006, '', false))).toBe('The server cannot be reached.')
  })

  it('passes on what the server says when it turns somebody away', () => {
    expect(endingSentence(ending(1008, 'You are banned until Monday.'))).toBe('You are banned until Monday.')
    expect(endingSentence(ending(1008, 'You are banned.', false))).toBe(
      'The server does not let you in: You are banned.',
    )
  })

  it('tells who could not be let in yet from who was sent more than they could take', () => {
    expect(endingSentence(ending(1013, 'No room.', false))).toBe('The server cannot let you in just now.')
    expect(endingSentence(ending(1013))).toContain('Messages came faster')
  })

  it('forbids coming back by itself only to who was turned away', () => {
    expect([1000, 1001, 1006, 1008, 1009, 1013].filter((code) => !mayReturn(ending(code)))).toEqual([1008])
  })
})
