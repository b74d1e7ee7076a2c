import { describe, expect, it } from 'vitest'
import { linesOf, partsOf } from '../../../web/console/text-lines.ts'

describe('the lines of a text', () => {
  it.each([
    ['a', ['a'], '\r\n', false],
    ['a\nb', ['a', 'b'], '\n', false],
    ['a\nb\n', ['a', 'b'], '\n', true],
    ['a\r\n\r\nb\r\n', ['a', '', 'b'], '\r\n', true],
    ['\n', [''], '\n', true],
  ])('of %j are %j', (text, lines, ending, isLastEnded) => {
    expect(linesOf(text)).toEqual({ lines, ending, isLastEnded })
  })

  it('keep a carriage return that does not stand at every line', () => {
    expect(linesOf('a\r\nb\nc')).toEqual({ lines: ['a\r', 'b', 'c'], ending: '\n', isLastEnded: false })
  })
})

describe('the parts of a line', () => {
  it('are what can be seen, and escapes for all else', () => {
    expect(partsOf('a\tb\x1b\x85"\\')).toEqual([
      { text: 'a', isEscape: false },
      { text: '\\t', isEscape: true },
      { text: 'b', isEscape: false },
      { text: '\\x1b', isEscape: true },
      { text: '\\xc2\\x85', isEscape: true },
      { text: '"\\', isEscape: false },
    ])
    expect(partsOf('')).toEqual([])
  })
})
