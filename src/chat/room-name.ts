/**
 * What a room's name says about the room, by the conventions that users of Centrifuge SDKs know:
 *
 *     news:sport          the room `sport` of the namespace `news`
 *     $board, $news:board private: entered with a token for the room, or let in by the server
 *     dialog#ann,ben      limited: for these users alone
 *     personal:#ann       limited to one
 */
export interface RoomName {
  /** What stands before the first `:`; `undefined`: none. */
  readonly namespace: string | undefined
  readonly isPrivate: boolean
  /** The only users who may be in it; `undefined`: it is not limited by its name. */
  readonly users: readonly string[] | undefined
}

const privatePrefix = '$'
const namespaceBoundary = ':'
const userBoundary = '#'
const userSeparator = ','

/**
 * Reads a name. The first `#` begins the users, so that nobody's id, whatever is in it, makes a room another
 * person's; and a `:` behind it belongs to them.
 */
export function parseRoomName(room: string): RoomName {
  const isPrivate = room.startsWith(privatePrefix)
  const boundary = room.indexOf(userBoundary)
  return {
    namespace: namespaceOf(room),
    isPrivate,
    users: boundary === -1 ? undefined : room.slice(boundary + 1).split(userSeparator),
  }
}

/** Its namespace alone: asked for once for each publication. */
export function namespaceOf(room: string): string | undefined {
  const end = room.indexOf(namespaceBoundary)
  if (end === -1) return undefined
  const boundary = room.indexOf(userBoundary)
  if (boundary !== -1 && boundary < end) return undefined
  return room.slice(room.startsWith(privatePrefix) ? 1 : 0, end)
}

/** The room of one user in a namespace; `undefined`: a user with this id can have none. */
export function personalRoom(namespace: string, user: string): string | undefined {
  if (user === '' || user.includes(userSeparator)) return undefined
  return `${namespace}${namespaceBoundary}${userBoundary}${user}`
}
