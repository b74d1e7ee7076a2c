/** The one or two signs that stand for a name on its avatar. */
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** `Quiet Otter` gives `QO`, `ann` gives `A`, and a name that begins with an emoji gives that emoji. */
export function initials(name: string): string {
  const words = name.split(/[\s_.·-]+/u).filter((word) => firstSign(word) !== undefined)
  const first = firstSign(words[0] ?? '')
  if (first === undefined) return '?'
  const isEmoji = !/[\p{L}\p{N}]/u.test(first)
  const second = words.length > 1 && !isEmoji ? firstSign(words.at(-1) ?? '') : undefined
  // Scripts whose letters join, or fill a square, are clearer with one.
  const isAlphabet = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{N}]/u
  const both = second !== undefined && isAlphabet.test(first) && isAlphabet.test(second)
  return (both ? first + second : first).toLocaleUpperCase()
}

/** The first letter, digit or emoji, with all that belongs to it. */
function firstSign(word: string): string | undefined {
  for (const { segment } of graphemes.segment(word)) {
    if (/[\p{L}\p{N}\p{Extended_Pictographic}\p{Regional_Indicator}]/u.test(segment)) return segment
  }
  return undefined
}
