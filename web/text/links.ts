/**
 * Finds web addresses in a message by cutting its text into pieces. Nothing is ever read as HTML: a piece is text,
 * or text that is a link as well, and only to `http:` or `https:`.
 */
export interface TextPiece {
  readonly text: string
  /** Where it leads; `undefined`: plain text. */
  readonly href: string | undefined
}

const address = /\bhttps?:\/\/[^\s<>"'`]+/giu

/** The pieces of a text, in order; joined they are the text. */
export function textPieces(text: string): TextPiece[] {
  const pieces: TextPiece[] = []
  let from = 0
  for (const match of text.matchAll(address)) {
    const found = withoutTrailingMarks(match[0])
    const href = webAddress(found)
    if (href === undefined) continue
    if (match.index > from) pieces.push({ text: text.slice(from, match.index), href: undefined })
    pieces.push({ text: found, href })
    from = match.index + found.length
  }
  if (from < text.length) pieces.push({ text: text.slice(from), href: undefined })
  return pieces
}

/** Marks at the end belong to the sentence, and a closing bracket too unless it was opened in the address. */
function withoutTrailingMarks(found: string): string {
  let kept = found
  for (;;) {
    const last = kept.at(-1) ?? ''
    const isUnopened = last === ')' && count(kept, ')') > count(kept, '(')
    if (!isUnopened && !/[.,:;!?…\]}»”’*_~]/u.test(last)) return kept
    kept = kept.slice(0, -1)
  }
}

function count(text: string, character: string): number {
  return text.split(character).length - 1
}

function webAddress(found: string): string | undefined {
  if (!URL.canParse(found)) return undefined
  const { protocol, host, href } = new URL(found)
  return (protocol === 'http:' || protocol === 'https:') && host !== '' ? href : undefined
}
