/** The known word that somebody probably meant, for messages about unknown ones. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  // Two letters swapped count as two.
  const mostEdits = Math.max(2, Math.floor(word.length / 3))
  let best: string | undefined
  let bestEdits = mostEdits + 1
  for (const candidate of known) {
    const count = edits(word.toLowerCase(), candidate.toLowerCase())
    if (count < bestEdits) [best, bestEdits] = [candidate, count]
  }
  return best
}

/** Levenshtein's distance. */
function edits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++) {
      const replaced = row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[to.length]!
}
