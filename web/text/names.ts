/**
 * What the server takes for the name of a room or a person. While connected, the server itself is asked; these are
 * for names that are chosen without a connection, with which it would not let us in.
 */
const longest = 64
const longestUsers = 255
const namePattern = /^[\p{L}\p{N}][\p{L}\p{N}\p{M}_.:-]*$/u
const unseen = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u

/** What is wrong with it, as a sentence; `undefined`: nothing. */
export function roomFault(room: string): string | undefined {
  const [, prefix = '', name = '', users] = /^(\$?)([^#]*)(?:#(.*))?$/su.exec(room) ?? []
  if (prefix.length + name.length > longest) return `A room’s name has at most ${longest} characters.`
  if (!namePattern.test(name) && (name !== '' || users === undefined)) {
    return 'A room’s name begins with a letter or digit; then also _ . : and - may stand in it.'
  }
  if (users === undefined) return undefined
  if (users.length > longestUsers) return `The users of a room are at most ${longestUsers} characters.`
  const isListed = users.split(',').every((user) => user !== '' && user.trim() === user && !unseen.test(user))
  return isListed ? undefined : 'After # stand the users of the room, with commas between: dialog#ann,ben.'
}

/** What is wrong with it, as a sentence; `undefined`: nothing. */
export function nameFault(name: string): string | undefined {
  if (name.trim() === '') return 'A name has at least one visible character.'
  if (name.length > longest) return `A name has at most ${longest} characters.`
  return unseen.test(name) ? 'A name is one line of visible characters.' : undefined
}
