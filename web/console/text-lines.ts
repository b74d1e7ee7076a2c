/** Text as a person reads it: line by line, and still nothing hidden. */

export interface TextLines {
  /** Without what ends them. */
  readonly lines: readonly string[]
  /** What stands between them. */
  readonly ending: '\n' | '\r\n'
  /** The last line is ended too, as in a file. */
  readonly isLastEnded: boolean
}

/** The lines of a text. A text without a line break is one line. */
export function linesOf(text: string): TextLines {
  const ending = /(?<!\r)\n/.test(text) ? '\n' : '\r\n'
  const isLastEnded = text.endsWith(ending)
  return { lines: (isLastEnded ? text.slice(0, -ending.length) : text).split(ending), ending, isLastEnded }
}

/** Characters that can be seen, or one that can't and stands here as its escape: `\t`, `\x1b`. */
export interface LinePart {
  readonly text: string
  readonly isEscape: boolean
}

export function partsOf(line: string): LinePart[] {
  const parts = line.split(/(\p{Cc})/u).map((text, index) => {
    const isEscape = index % 2 === 1
    return { text: isEscape ? escapeOf(text) : text, isEscape }
  })
  return parts.filter(({ text }) => text !== '')
}

const names: Readonly<Record<string, string>> = { '\r': '\\r', '\t': '\\t' }

/** As the console would read it back within quotes. */
function escapeOf(character: string): string {
  const bytes = new TextEncoder().encode(character)
  return names[character] ?? Array.from(bytes, hexadecimal).join('')
}

function hexadecimal(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`
}
