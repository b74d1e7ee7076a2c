import { describe, expect, it } from 'vitest'
import { type Deed, deedRefusal, entryRefusal } from '../../../src/chat/access.ts'
import {
  defaultRoomOptions,
  type EntryRule,
  entryRules,
  type RoomOptions,
  type Rule,
  rules,
} from '../../../src/chat/room-options.ts'

const options = (more: Partial<RoomOptions> = {}): RoomOptions => ({
  ...defaultRoomOptions,
  historySize: 10,
  ...more,
})

/** What the answer would be: `yes`, or the code of the refusal. */
const entry = (room: string, subscribe: EntryRule, user: string): string =>
  entryRefusal(room, options({ subscribe }), user)?.code ?? 'yes'

const deed = (what: Deed, rule: Rule, visitor: { user: string; isMember: boolean }, more = {}): string => {
  const rule_ = { publish: rule, presenceFor: rule, historyFor: rule }
  return deedRefusal(what, 'news', options({ ...rule_, ...more }), visitor)?.code ?? 'yes'
}

describe('Entering', () => {
  it.each<[EntryRule, string, string]>([
    ['everybody', 'yes', 'yes'],
    ['users', 'NEEDS_USER', 'yes'],
    ['nobody', 'NOT_ALLOWED', 'NOT_ALLOWED'],
  ])('where %s may: the unknown %s, users %s', (rule, unknown, known) => {
    expect([entry('news', rule, ''), entry('news', rule, 'ann')]).toEqual([unknown, known])
  })

  it('a limited room is for those whom its name lists, who are known, where users may enter at all', () => {
    for (const rule of ['everybody', 'users'] as const) {
      expect(entry('dialog#ann,ben', rule, 'ann')).toBe('yes')
      expect(entry('dialog#ann,ben', rule, 'ben')).toBe('yes')
      expect(entry('dialog#ann,ben', rule, 'eve')).toBe('NOT_ALLOWED')
      expect(entry('dialog#ann,ben', rule, 'ann,ben')).toBe('NOT_ALLOWED')
      expect(entry('dialog#ann,ben', rule, 'an')).toBe('NOT_ALLOWED')
      expect(entry('dialog#ann,ben', rule, '')).toBe('NEEDS_USER')
    }
    expect(entry('dialog#ann,ben', 'nobody', 'ann')).toBe('NOT_ALLOWED')
  })

  it('a private room is for nobody without a token for it', () => {
    for (const rule of entryRules) {
      for (const room of ['$board', '$news:board', '$dialog#ann']) {
        expect(entry(room, rule, 'ann')).toBe('NOT_ALLOWED')
      }
    }
  })

  it('by a rule that there is not, nobody may', () => {
    expect(entry('news', 'noone' as EntryRule, 'ann')).toBe('NOT_ALLOWED')
  })
})

describe.each<Deed>(['publish', 'presence', 'history'])('The right to %s', (what) => {
  const member = { user: '', isMember: true }
  const memberUser = { user: 'ann', isMember: true }
  const guest = { user: '', isMember: false }
  const guestUser = { user: 'ann', isMember: false }

  it.each<[Rule, string[]]>([
    ['everybody', ['yes', 'yes', 'yes', 'yes']],
    ['users', ['NEEDS_USER', 'yes', 'NEEDS_USER', 'yes']],
    ['subscribers', ['yes', 'yes', 'NOT_ALLOWED', 'NOT_ALLOWED']],
    ['nobody', ['NOT_ALLOWED', 'NOT_ALLOWED', 'NOT_ALLOWED', 'NOT_ALLOWED']],
  ])('for %s: members, members with a user, guests, guests with a user', (rule, expected) => {
    expect([member, memberUser, guest, guestUser].map((visitor) => deed(what, rule, visitor))).toEqual(
      expected,
    )
  })

  it('is not for who might not enter, whatever the rule, unless somebody has let them in', () => {
    for (const rule of rules) {
      expect(deed(what, rule, guest, { subscribe: 'users' })).not.toBe('yes')
      expect(deed(what, rule, guestUser, { subscribe: 'nobody' })).not.toBe('yes')
    }
    expect(deed(what, 'everybody', member, { subscribe: 'nobody' })).toBe('yes')
  })

  it('is of nobody by a rule that there is not', () => {
    expect(deed(what, 'noone' as Rule, memberUser)).toBe('NOT_ALLOWED')
  })
})

it('What a room does not offer nobody may ask for', () => {
  const member = { user: 'ann', isMember: true }
  expect(deed('presence', 'everybody', member, { presence: false })).toBe('NOT_OFFERED')
  expect(deed('history', 'everybody', member, { historySize: 0 })).toBe('NOT_OFFERED')
  expect(deed('publish', 'everybody', member, { presence: false, historySize: 0 })).toBe('yes')
})
