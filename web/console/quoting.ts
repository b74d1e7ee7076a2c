/**
 * A typed line as the words of a command, quoted as in `redis-cli`: `"a b"` with escapes such as `\n` and `\xff`,
 * `'a b'` with no escape but `\'`, and everything else as it stands. Words are bytes, since `\xff` is no text.
 */

/** The line can't be a command. The message is a sentence for the person. */
export class QuotingError extends Error {}

const escapes: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, b: 8, a: 7 }
const encoder = new TextEncoder()

/** Throws {@link QuotingError} where a quote is not closed, or something follows its end without a space. */
export function wordsOf(line: string): Uint8Array<ArrayBuffer>[] {
  const characters = [...line]
  const words: Uint8Array<ArrayBuffer>[] = []
  let at = 0
  while (at < characters.length) {
    if (isSpace(characters[at])) {
      at += 1
      continue
    }
    const bytes: number[] = []
    while (at < characters.length && !isSpace(characters[at])) {
      const quote = characters[at]
      if (quote === '"' || quote === "'") at = readQuoted(characters, at, bytes)
      else {
        bytes.push(...encoder.encode(quote))
        at += 1
      }
    }
    words.push(Uint8Array.from(bytes))
  }
  return words
}

/** Reads from the opening quote; gives where it went on behind the closing one. */
function readQuoted(characters: readonly string[], from: number, bytes: number[]): number {
  const quote = characters[from]
  let at = from + 1
  while (at < characters.length) {
    const character = characters[at]!
    const next = characters[at + 1]
    if (character === quote) {
      if (next !== undefined && !isSpace(next)) {
        throw new QuotingError(`Behind the closing ${quote} there must be a space.`)
      }
      return at + 1
    }
    if (character === '\\' && quote === "'" && next === "'") {
      bytes.push(39)
      at += 2
    } else if (character === '\\' && quote === '"' && next !== undefined) {
      const digits = characters.slice(at + 2, at + 4).join('')
      if (next === 'x' && /^[0-9a-f]{2}$/i.test(digits)) {
        bytes.push(Number.parseInt(digits, 16))
        at += 4
      } else {
        const code = escapes[next]
        if (code === undefined) bytes.push(...encoder.encode(next))
        else bytes.push(code)
        at += 2
      }
    } else {
      bytes.push(...encoder.encode(character))
      at += 1
    }
  }
  throw new QuotingError(`A ${quote} is not closed.`)
}

function isSpace(character: string | undefined): boolean {
  return character !== undefined && /^\s$/.test(character)
}
