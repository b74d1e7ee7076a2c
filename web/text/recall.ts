/** The person's own last texts, to be had back with the arrow keys as in a terminal. */
export interface Recall {
  readonly texts: readonly string[]
  /** Which one is shown, counted from the newest; -1: none. */
  readonly at: number
}

export const emptyRecall: Recall = { texts: [], at: -1 }

const kept = 50

export function remember({ texts }: Recall, text: string): Recall {
  const others = texts.filter((other) => other !== text)
  return { texts: [text, ...others].slice(0, kept), at: -1 }
}

/** One older (`+1`) or newer (`-1`) than what is shown. Past the newest is the empty text. */
export function recall(from: Recall, step: 1 | -1): { recall: Recall; text: string } | undefined {
  const at = from.at + step
  if (at < -1 || at >= from.texts.length) return undefined
  return { recall: { ...from, at }, text: from.texts[at] ?? '' }
}
