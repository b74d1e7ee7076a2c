import { describe, expect, it } from 'vitest'
import { Checker } from '../../faults/durability/checker.ts'
import type { KeptMessage } from '../../faults/durability/message.ts'

/** Two publishers that took turns: 1:1, 2:1, 1:2, 2:2, … */
const sent: readonly KeptMessage[] = [1, 2, 3, 4, 5, 6].map((offset) => ({
  publisher: 2 - (offset % 2),
  number: Math.ceil(offset / 2),
  offset,
}))
const epoch = 'once'

/** Sees all of it acknowledged and given to two subscribers, of which one comes back in the middle of it. */
function watched(): Checker {
  const checker = new Checker()
  for (const subscriber of ['ann', 'bob']) checker.began(subscriber, { offset: 0, epoch })
  for (const message of sent) {
    checker.attempted(message)
    checker.delivered('ann', message)
    checker.acknowledged(message)
    if (message.offset === 3) checker.cameBack('bob', { epoch }, true)
    checker.delivered('bob', message)
  }
  return checker
}

const kindsOf = ({ violations }: Checker): string[] => [...violations.counts.keys()].sort()

/** The messages with some at other places: each gets the offset of the place that it comes to. */
const placed = (...order: number[]): KeptMessage[] =>
  order.map((from, index) => ({ ...sent[from - 1]!, offset: index + 1 }))

describe('The checker of durability', () => {
  it('finds nothing wrong where nothing is', () => {
    const checker = watched()
    checker.kept('the history', sent, epoch)
    checker.present(new Set(['a', 'b']), new Set(['b', 'a']))
    expect(checker.violations.first).toEqual([])
    expect(checker.behind(6)).toEqual([])
    expect(checker.counts).toEqual({
      attempted: 6,
      acknowledged: 6,
      repeated: 0,
      repeatedKept: 0,
      delivered: 12,
      recoveries: 1,
    })
  })

  it('tells a repetition whose first message had arrived from one whose had not', () => {
    const checker = new Checker()
    const [arrived, vanished] = [sent[0]!, sent[1]!]
    for (const message of [arrived, vanished]) checker.attempted(message)
    checker.delivered('ann', arrived)
    for (const message of [arrived, vanished]) checker.attempted(message)
    expect(checker.counts).toMatchObject({ attempted: 2, repeated: 2, repeatedKept: 1 })
  })

  it.each<[string, readonly KeptMessage[], string[]]>([
    ['a message that was lost at the end', sent.slice(0, 5), ['lost']],
    ['a message that was lost in the middle, the others moved up', placed(1, 2, 4, 5, 6), ['lost', 'order']],
    [
      'a message that was lost in the middle, its place empty',
      sent.filter(({ offset }) => offset !== 3),
      ['history-gap', 'lost'],
    ],
    ['a message that is kept twice', [...sent, { ...sent[1]!, offset: 7 }], ['doubled']],
    [
      'two messages of one publisher that changed places',
      placed(3, 2, 1, 4, 5, 6),
      ['order', 'publisher-order'],
    ],
    ['two messages of two publishers that changed places', placed(2, 1, 3, 4, 5, 6), ['order']],
    ['a message that nobody sent', [...sent, { publisher: 9, number: 1, offset: 7 }], ['invented']],
  ])('finds %s among what is kept', (_, kept, kinds) => {
    const checker = watched()
    checker.kept('the history', kept, epoch)
    expect(kindsOf(checker)).toEqual(kinds)
  })

  it('finds a publisher whose messages are kept out of order though nobody saw it live', () => {
    const checker = new Checker()
    for (const message of sent) checker.attempted(message)
    checker.kept('the history', placed(3, 2, 1, 4, 5, 6), epoch)
    expect(kindsOf(checker)).toEqual(['publisher-order'])
  })

  it('finds what a subscriber was given twice, was not given, and was given in another order', () => {
    const again = watched()
    again.delivered('bob', sent[5]!)
    expect(kindsOf(again)).toEqual(['delivered-twice'])

    const skipped = new Checker()
    skipped.began('bob', { offset: 0, epoch })
    skipped.delivered('bob', sent[0]!)
    skipped.delivered('bob', sent[2]!)
    expect(kindsOf(skipped)).toEqual(['missed'])
    expect(skipped.violations.first[0]?.detail).toBe('bob had 1 and was given 3')

    const turned = watched()
    turned.began('carol', { offset: 0, epoch })
    for (const message of placed(2, 1)) turned.delivered('carol', message)
    expect(kindsOf(turned)).toEqual(['order'])
  })

  it('finds a subscriber that did not catch up, or was told that it cannot', () => {
    const checker = watched()
    checker.began('late', { offset: 4, epoch })
    expect(checker.behind(6)).toEqual(['late has 4'])
    checker.cameBack('late', { epoch }, false)
    expect(kindsOf(checker)).toEqual(['unrecovered'])
  })

  it('finds a stream that became another', () => {
    const checker = watched()
    checker.kept('the history', sent, 'twice')
    expect(kindsOf(checker)).toEqual(['epoch'])
  })

  it('finds who is present and gone, and who is missing', () => {
    const checker = watched()
    checker.present(new Set(['a', 'b']), new Set(['b', 'c']))
    expect(checker.violations.first.map(({ detail }) => detail)).toEqual(['c is gone', 'a is missing'])
  })

  it('keeps the first of many of a kind, and counts all', () => {
    const checker = watched()
    for (let repetition = 0; repetition < 1000; repetition++) checker.delivered('bob', sent[0]!)
    expect(checker.violations.total).toBe(1000)
    expect(checker.violations.first).toHaveLength(5)
  })
})
