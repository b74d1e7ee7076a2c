/** Who is in a room, and how many. */
import { encodeClientInfo } from '../../../client-info.ts'
import { CommandError } from '../errors.ts'
import { channelField } from '../fields.ts'
import { checkEntry } from '../moderated.ts'
import { type Parameters, RawJson } from '../protocol.ts'
import type { CentrifugeSession } from '../session.ts'

export async function presence(session: CentrifugeSession, parameters: Parameters): Promise<object> {
  const channel = await permitted(session, parameters)
  const present = session.services.hub.presence(channel)
  return {
    presence: Object.fromEntries(present.map((info) => [info.client, new RawJson(encodeClientInfo(info))])),
  }
}

export async function presenceStats(session: CentrifugeSession, parameters: Parameters): Promise<object> {
  const channel = await permitted(session, parameters)
  const { clients, users } = session.services.hub.presenceStats(channel)
  return { num_clients: clients, num_users: users }
}

async function permitted(session: CentrifugeSession, parameters: Parameters): Promise<string> {
  const channel = channelField(parameters)
  const { hub, handlers } = session.services
  hub.rules.checkOffer('presence', channel)
  checkEntry(session, channel)
  const isAllowed = await handlers.onPresence?.(session, { channel })
  if (isAllowed === undefined) hub.rules.checkDeed('presence', channel, session.visitorOf(channel))
  else if (!isAllowed) throw new CommandError('permission-denied')
  return channel
}
