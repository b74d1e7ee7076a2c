import { describe, expect, it } from 'vitest'
import { emptyRecall, recall, remember } from '../../../web/text/recall.ts'

const three = ['one', 'two', 'three'].reduce(remember, emptyRecall)

describe('what was written before', () => {
  it('comes back from the newest to the oldest, and no further', () => {
    const newest = recall(three, 1)
    const middle = recall(newest?.recall ?? emptyRecall, 1)
    const oldest = recall(middle?.recall ?? emptyRecall, 1)
    expect([newest?.text, middle?.text, oldest?.text]).toEqual(['three', 'two', 'one'])
    expect(recall(oldest?.recall ?? emptyRecall, 1)).toBeUndefined()
  })

  it('goes forward again to the empty text', () => {
    const newest = recall(three, 1)
    const after = recall(newest?.recall ?? emptyRecall, -1)
    expect(after?.text).toBe('')
    expect(recall(after?.recall ?? emptyRecall, -1)).toBeUndefined()
  })

  it('is there once, at its last place, and is not kept without end', () => {
    expect(remember(three, 'one').texts).toEqual(['one', 'three', 'two'])
    const many = Array.from({ length: 200 }, (_, index) => `text ${index}`).reduce(remember, emptyRecall)
    expect(many.texts).toHaveLength(50)
    expect(many.texts[0]).toBe('text 199')
  })
})
