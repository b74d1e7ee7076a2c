import { describe, expect, it } from 'vitest'
import { noPresence, type PresenceChange, presenceParts, withChange } from '../../../web/state/presence.ts'

const joined = (name: string): PresenceChange => ({ what: 'joined', name })
const left = (name: string): PresenceChange => ({ what: 'left', name })

function words(...changes: PresenceChange[]): string {
  return presenceParts(changes.reduce(withChange, noPresence))
    .map((part) => ('name' in part ? part.name : part.words))
    .join('')
    .trim()
}

describe('a line of comings and goings', () => {
  it('names people as one would say it', () => {
    expect(words(joined('Ann'))).toBe('Ann joined.')
    expect(words(joined('Ann'), left('Cleo'), joined('Bo'))).toBe('Ann and Bo joined. Cleo left.')
    expect(words(left('Ann'), left('Bo'), left('Cleo'))).toBe('Ann, Bo and Cleo left.')
    expect(words({ what: 'renamed', name: 'Ann', to: 'Anna' })).toBe('Ann is now Anna.')
  })

  it('forgets who left and came straight back, or came and went', () => {
    expect(words(left('Ann'), joined('Ann'))).toBe('')
    expect(words(joined('Ann'), joined('Bo'), left('Ann'))).toBe('Bo joined.')
  })

  it('counts a crowd instead of listing it', () => {
    const crowd = Array.from({ length: 50 }, (_, index) => joined(`guest ${index}`))
    expect(words(...crowd)).toBe(
      'guest 0, guest 1, guest 2, guest 3, guest 4 and guest 5 joined. 44 more came or went.',
    )
  })

  it('keeps names apart from the words around them', () => {
    expect(presenceParts(withChange(noPresence, joined('سارة')))).toEqual([
      { name: 'سارة' },
      { words: ' joined. ' },
    ])
  })
})
