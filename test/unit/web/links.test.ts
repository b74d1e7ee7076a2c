import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { textPieces } from '../../../web/text/links.ts'

const hrefs = (text: string) => textPieces(text).flatMap(({ href }) => href ?? [])

describe('web addresses in a message', () => {
  it('become links, and the rest stays text', () => {
    expect(textPieces('see https://example.org/a?b=c#d now')).toEqual([
      { text: 'see ', href: undefined },
      { text: 'https://example.org/a?b=c#d', href: 'https://example.org/a?b=c#d' },
      { text: ' now', href: undefined },
    ])
  })

  it('end before the marks of the sentence', () => {
    expect(hrefs('https://a.org/x. https://b.org/y, (https://c.org/z) "https://d.org/"')).toEqual([
      'https://a.org/x',
      'https://b.org/y',
      'https://c.org/z',
      'https://d.org/',
    ])
  })

  it('keep a bracket that belongs to them', () => {
    expect(hrefs('https://example.org/wire_(telegraph)')).toEqual(['https://example.org/wire_(telegraph)'])
  })

  it('are only those of the web', () => {
    const others = [
      'javascript:alert(1)',
      'data:text/html,x',
      'file:///etc/passwd',
      'ftp://a.org',
      'xhttp://a.org',
      'http://',
      'https://[',
    ]
    expect(others.flatMap(hrefs)).toEqual([])
  })

  it('never lose a letter of the text, and never lead anywhere but to the web', () => {
    const part = fc.constantFrom(
      'https://',
      'http://',
      'a.org',
      '/x',
      '(',
      ')',
      '.',
      ' ',
      '<b>',
      'javascript:',
      '"',
      '👍',
    )
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.array(part).map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(text, (message) => {
        const pieces = textPieces(message)
        expect(pieces.map((piece) => piece.text).join('')).toBe(message)
        for (const { href } of pieces) if (href !== undefined) expect(href).toMatch(/^https?:\/\/[^/]/)
      }),
    )
  })
})
