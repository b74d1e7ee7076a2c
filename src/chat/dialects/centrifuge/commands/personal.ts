/** The room that a user has for themselves, to which the server subscribes their clients. */
import type { SubscribeAnswer } from '../../../handlers.ts'
import { personalRoom } from '../../../room-name.ts'
import type { CentrifugeSession } from '../session.ts'

/** Nothing for who is anonymous, and for a user whose id makes no room that is theirs alone: that is told as failed. */
export function personalSubscription({
  user,
  services,
}: CentrifugeSession): Readonly<Record<string, SubscribeAnswer>> {
  const { personal, hub, failed } = services
  if (personal === undefined || user === '') return {}
  try {
    const room = personalRoom(personal, user)
    if (room === undefined)
      throw new Error('An id with a comma in it stands for two users in the name of a room.')
    hub.checkRoom(room)
    return { [room]: {} }
  } catch (error) {
    failed(error, `The user ${JSON.stringify(user)} can have no personal room`)
    return {}
  }
}
