/** What rooms and people may be called. */

const namePattern = /^[\p{L}\p{N}][\p{L}\p{N}\p{M}_.:-]*$/u
const unseen = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u

/** Characters in the list of users that limits a room: half a dozen UUIDs, or the longest address of a mailbox. */
export const usersLength = 255

/**
 * What is wrong with this room's name, as a sentence; `undefined`: nothing. `limit` in characters, for what stands
 * before the users of a limited room.
 */
export function roomFault(room: string, limit: number): string | undefined {
  const [, prefix = '', name = '', list] = /^(\$?)([^#]*)(?:#(.*))?$/su.exec(room) ?? []
  if (prefix.length + name.length > limit) return `A room's name has at most ${limit} characters.`
  // A room may be named by its users alone: #ann
  const isNamed = namePattern.test(name) || (name === '' && list !== undefined)
  if (!isNamed) {
    return "A room's name begins with a letter or digit; then also _ . : and - may stand in it."
  }
  return list === undefined ? undefined : usersFault(list)
}

function usersFault(list: string): string | undefined {
  if (list.length > usersLength) return `The users of a room are at most ${usersLength} characters.`
  const isListed = list.split(',').every((user) => user !== '' && user.trim() === user && !unseen.test(user))
  return isListed ? undefined : 'After # stand the users of the room, with commas between: dialog#ann,ben.'
}

/** What is wrong with this person's name, as a sentence; `undefined`: nothing. `limit` in characters. */
export function nameFault(name: string, limit: number): string | undefined {
  if (name.trim() === '') return 'A name has at least one visible character.'
  if (name.length > limit) return `A name has at most ${limit} characters.`
  if (unseen.test(name)) return 'A name is one line of visible characters.'
  return undefined
}

const manners =
  'Amber Bright Calm Clever Cosy Daring Eager Gentle Happy Jolly Kind Lively Lucky Merry Mellow Nimble Patient Polite Quick Quiet Silver Sunny Swift Tidy Warm Wise'.split(
    ' ',
  )
const animals =
  'Badger Beaver Crane Deer Dolphin Falcon Ferret Finch Fox Hare Heron Ibex Jay Koala Lark Lynx Marten Otter Owl Panda Puffin Raven Robin Seal Sparrow Swan'.split(
    ' ',
  )

/** A name for somebody who has not chosen one. `random` gives numbers from 0 up to 1. */
export function friendlyName(random: () => number = Math.random): string {
  const pick = (words: readonly string[]): string => words[Math.floor(random() * words.length)] ?? words[0]!
  return `${pick(manners)} ${pick(animals)}`
}
