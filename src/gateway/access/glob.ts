/**
 * Patterns as Redis understands them (KEYS, ACL): `*`, `?`, `[abc]`, `[^a-z]`, and `\` before what stands for
 * itself. They are matched byte by byte, over strings of one character a byte.
 */

/** Whether the text matches. Takes at most time in proportion to pattern times text. */
export function matches(pattern: string, text: string): boolean {
  let at = 0
  let place = 0
  let starAt = -1
  let starPlace = 0
  while (place < text.length) {
    if (pattern[at] === '*') {
      starAt = at++
      starPlace = place
      continue
    }
    const end = at < pattern.length ? endOfStep(pattern, at, text.charCodeAt(place)) : -1
    if (end > 0) {
      at = end
      place++
    } else if (starAt >= 0) {
      at = starAt + 1
      place = ++starPlace
    } else {
      return false
    }
  }
  while (pattern[at] === '*') at++
  return at === pattern.length
}

/** Where the pattern goes on after one character; -1: it does not match. */
function endOfStep(pattern: string, at: number, code: number): number {
  switch (pattern[at]) {
    case '?':
      return at + 1
    case '[':
      return endOfSet(pattern, at + 1, code)
    case '\\':
      if (at + 1 < pattern.length) return pattern.charCodeAt(at + 1) === code ? at + 2 : -1
  }
  return pattern.charCodeAt(at) === code ? at + 1 : -1
}

function endOfSet(pattern: string, start: number, code: number): number {
  let at = start
  const isNegated = pattern[at] === '^'
  if (isNegated) at++
  let isIn = false
  while (at < pattern.length && pattern[at] !== ']') {
    if (pattern[at] === '\\' && at + 1 < pattern.length) at++
    const from = pattern.charCodeAt(at)
    let to = from
    if (pattern[at + 1] === '-' && at + 2 < pattern.length) {
      to = pattern.charCodeAt(at + 2)
      at += 2
    }
    if (code >= Math.min(from, to) && code <= Math.max(from, to)) isIn = true
    at++
  }
  return isIn !== isNegated ? Math.min(at + 1, pattern.length) : -1
}
