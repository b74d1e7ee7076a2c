import { describe, expect, it } from 'vitest'
import { isOnlyEmoji } from '../../../web/text/only-emoji.ts'

describe('a message of emoji alone', () => {
  it('is known by up to four of them, with all that belongs to them', () => {
    expect(['👍', ' 🎉👍🏽 ', '👩🏽‍🚀 🇫🇷', '❤️❤️❤️❤️'].map(isOnlyEmoji)).toEqual([true, true, true, true])
  })

  it('is not one with words, digits or a whole row of emoji', () => {
    expect(['ok 👍', '1', '#', '', '👍'.repeat(5)].map(isOnlyEmoji)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ])
  })
})
