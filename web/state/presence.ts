/**
 * Comings and goings that follow each other, as one line between messages. Who leaves and comes straight back (a
 * page loaded anew) leaves no trace, and a crowd is counted instead of listed.
 */
export type PresenceChange =
  | { readonly what: 'joined' | 'left' | 'removed'; readonly name: string }
  | { readonly what: 'renamed'; readonly name: string; readonly to: string }

export interface Presence {
  readonly changes: readonly PresenceChange[]
  /** How many more there were than are listed. */
  readonly more: number
}

export const noPresence: Presence = { changes: [], more: 0 }

/** As many as one line can hold and a person still reads. */
const listed = 6

export function withChange({ changes, more }: Presence, change: PresenceChange): Presence {
  const undone = changes.findLastIndex(
    (earlier) =>
      earlier.name === change.name &&
      ((earlier.what === 'left' && change.what === 'joined') ||
        (earlier.what === 'joined' && change.what === 'left')),
  )
  if (undone !== -1) return { changes: changes.toSpliced(undone, 1), more }
  return changes.length < listed ? { changes: [...changes, change], more } : { changes, more: more + 1 }
}

/** A piece of the line's text; names stand apart so that each keeps its own direction of writing. */
export type PresencePart = { readonly name: string } | { readonly words: string }

/** The line's text, in pieces: `Ann and Bob joined. Cleo left.` */
export function presenceParts({ changes, more }: Presence): PresencePart[] {
  const parts: PresencePart[] = []
  for (const what of ['joined', 'left', 'removed'] as const) {
    const names = changes.filter((change) => change.what === what).map(({ name }) => name)
    if (names.length === 0) continue
    const be = names.length === 1 ? 'was' : 'were'
    parts.push(...listedNames(names), { words: what === 'removed' ? ` ${be} removed. ` : ` ${what}. ` })
  }
  for (const change of changes) {
    if (change.what !== 'renamed') continue
    parts.push({ name: change.name }, { words: ' is now ' }, { name: change.to }, { words: '. ' })
  }
  if (more > 0) parts.push({ words: `${more} more came or went. ` })
  return parts
}

function listedNames(names: readonly string[]): PresencePart[] {
  return names.flatMap((name, index) => {
    if (index === 0) return [{ name }]
    return [{ words: index === names.length - 1 ? ' and ' : ', ' }, { name }]
  })
}
