/** Who is in a room, and how many. */
import { type ClientInfo, encodeClientInfo } from '../../../client-info.ts'
import { presenceStatsOf } from '../../../presence-stats.ts'
import { clientInfoOf } from '../../../shown.ts'
import { CommandError } from '../errors.ts'
import { channelField } from '../fields.ts'
import { checkEntry } from '../moderated.ts'
import { type Parameters, RawJson } from '../protocol.ts'
import type { CentrifugeSession } from '../session.ts'

export async function presence(session: CentrifugeSession, parameters: Parameters): Promise<object> {
  const present = await presentFor(session, parameters)
  return {
    presence: Object.fromEntries(present.map((info) => [info.client, new RawJson(encodeClientInfo(info))])),
  }
}

export async function presenceStats(session: CentrifugeSession, parameters: Parameters): Promise<object> {
  const { clients, users } = presenceStatsOf(await presentFor(session, parameters))
  return { num_clients: clients, num_users: users }
}

async function presentFor(
  session: CentrifugeSession,
  parameters: Parameters,
): Promise<readonly ClientInfo[]> {
  const channel = channelField(parameters)
  const { hub, handlers } = session.services
  hub.rules.checkOffer('presence', channel)
  checkEntry(session, channel)
  const answer = await handlers.onPresence?.(session, { channel })
  if (answer === undefined) hub.rules.checkDeed('presence', channel, session.visitorOf(channel))
  else if (!answer) throw new CommandError('permission-denied')
  return typeof answer === 'object' ? answer.clients.map(clientInfoOf) : hub.presence(channel)
}
