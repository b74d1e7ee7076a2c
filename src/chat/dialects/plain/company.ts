/** Who is in a room, as a person of this dialect is told: by name. */
import type { PresenceAnswer } from '../../handlers.ts'
import { nameIn, personName } from '../../person-name.ts'
import { infoOf, type Room } from '../../room.ts'
import type { ShownInfo } from '../../shown.ts'

export interface Companion {
  readonly name: string
  /** The person whom a token has named; empty: nobody vouches for the name. */
  readonly user: string
}

/** `instead`: whom a handler shows; without it all who are there. `nameLength`: the longest name, in characters. */
export function companyOf(
  room: Room,
  instead: PresenceAnswer | undefined,
  nameLength: number,
): readonly Companion[] {
  if (instead === undefined) {
    return room.members.map(({ name, registrant }) => ({ name, user: registrant.user ?? '' }))
  }
  const names = new Map(room.members.map((member) => [infoOf(member).client, member.name]))
  return instead.clients.map((shown) => ({
    name: names.get(shown.client) ?? nameOf(shown, nameLength),
    user: shown.user,
  }))
}

function nameOf({ client, user, connInfo }: ShownInfo, nameLength: number): string {
  return user === '' ? (nameIn(connInfo) ?? client) : personName(user, connInfo, nameLength)
}
