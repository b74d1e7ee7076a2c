/**
 * What the server takes for the name of a room or a person. While connected, the server itself is asked; these are
 * for names that are chosen without a connection, with which it would not let us in.
 */
const longest = 64
const roomPattern = /^[\p{L}\p{N}][\p{L}\p{N}\p{M}_.:-]*$/u
const unseen = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u

/** What is wrong with it, as a sentence; `undefined`: nothing. */
export function roomFault(room: string): string | undefined {
  if (room.length > longest) return `A room’s name has at most ${longest} characters.`
  if (roomPattern.test(room)) return undefined
  return 'A room’s name begins with a letter or digit; then also _ . : and - may stand in it.'
}

/** What is wrong with it, as a sentence; `undefined`: nothing. */
export function nameFault(name: string): string | undefined {
  if (name.trim() === '') return 'A name has at least one visible character.'
  if (name.length > longest) return `A name has at most ${longest} characters.`
  return unseen.test(name) ? 'A name is one line of visible characters.' : undefined
}
