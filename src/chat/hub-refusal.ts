/** What somebody may not do in a room, or not be called. */
import { LongwireError } from '../connection/errors.ts'

/** Why: the closed list, a sentence a row. Dialects derive their own codes from it. */
export const hubRefusals = {
  ROOM_NAME: 'No room may have this name.',
  NAME: 'Nobody may have this name.',
  TOKEN: 'The token is none of ours, or has run out.',
  UNKNOWN_ROOM: 'The name of the room begins with a namespace that there is not.',
  TOO_MANY_ROOMS: 'The connection is in as many rooms as it may be.',
  TOO_MANY_CONNECTIONS: 'The user has as many connections as a user may have.',
  ROOM_FULL: 'The room has as many members as it may have.',
  NEEDS_USER: 'This is for people who are known, and nobody knows who asks.',
  NOT_ALLOWED: 'The rules of the room do not allow it to who asks.',
  NOT_OFFERED: 'The room does not offer it to anybody.',
  BANNED: 'A moderator has banned who asks from the room.',
  MUTED: 'A moderator has muted who asks.',
  TOO_FAST: 'More is published to the room than may be.',
  TOO_LARGE: 'The publication is larger than the room takes.',
} as const satisfies Record<string, string>

export type HubRefusalCode = keyof typeof hubRefusals

/** The message is a sentence for the person who asked, and says what may be. */
export class HubRefusal extends LongwireError {
  declare readonly code: HubRefusalCode

  constructor(code: HubRefusalCode, message: string) {
    super(code, message)
  }
}
