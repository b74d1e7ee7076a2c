import { describe, expect, it } from 'vitest'
import { commandBody } from '../../../web/console/command-url.ts'
import { QuotingError, wordsOf } from '../../../web/console/quoting.ts'
import { showBytes } from '../../../web/console/shown-bytes.ts'

function words(line: string): string[] {
  return wordsOf(line).map((word) => Buffer.from(word).toString('latin1'))
}

describe('a typed line', () => {
  it('is words between spaces, however many', () => {
    expect(words('  SET  key\tvalue ')).toEqual(['SET', 'key', 'value'])
    expect(words('   ')).toEqual([])
  })

  it('keeps spaces in quotes, and empty words', () => {
    expect(words(`SET "a b" 'c d' "" ''`)).toEqual(['SET', 'a b', 'c d', '', ''])
  })

  it('knows the escapes of double quotes', () => {
    expect(words(String.raw`"\n\r\t\b\a" "\x00\xfF" "\"\\\q" "\xzz"`)).toEqual([
      '\n\r\t\b\x07',
      '\x00\xff',
      '"\\q',
      'xzz',
    ])
  })

  it('knows no escape but the quote in single quotes, and none outside of quotes', () => {
    expect(words(String.raw`'it\'s \n' a\nb`)).toEqual([String.raw`it's \n`, String.raw`a\nb`])
  })

  it('sends text as UTF-8', () => {
    expect(wordsOf('é "😀"').map((word) => Buffer.from(word).toString())).toEqual(['é', '😀'])
  })

  it.each(['SET "a', "SET 'a", 'SET "a\\', 'SET "a"b', "SET 'a'b"])('is refused as %s', (line) => {
    expect(() => wordsOf(line)).toThrow(QuotingError)
  })

  it('gives back what replies are shown as', () => {
    for (const bytes of [
      Buffer.from('plain'),
      Buffer.from('a "b" \\ \n\r\t\x00\x7f\u0085 é 😀'),
      Buffer.from([0xff, 0x00, 0x80, 0x22, 0x5c, 0x41]),
    ]) {
      const [word] = wordsOf(showBytes(bytes).text)
      expect(Buffer.from(word!)).toEqual(bytes)
    }
  })

  it('becomes a path in which nothing but letters stands for itself', () => {
    expect(commandBody(wordsOf('GET a/b.txt'))).toBe('GET/a%2fb%2etxt.raw')
    expect(commandBody(wordsOf('7 é ""'))).toBe('%37/%c3%a9/.raw')
  })
})

describe('bytes', () => {
  it('are binary where they are not UTF-8', () => {
    expect(showBytes(Buffer.from('é\n'))).toEqual({ text: String.raw`"é\n"`, isBinary: false })
    expect(showBytes(Buffer.from([0xff, 0x41]))).toEqual({ text: String.raw`"\xffA"`, isBinary: true })
  })
})
