/** Prolonging a connection or a subscription before it expires. */
import { Disconnect } from '../disconnects.ts'
import { CommandError } from '../errors.ts'
import { channelField, textField } from '../fields.ts'
import type { ExpiryResult, Parameters } from '../protocol.ts'
import type { CentrifugeSession } from '../session.ts'
import { expiryOf } from './expiry.ts'

export async function refresh(session: CentrifugeSession, parameters: Parameters): Promise<ExpiryResult> {
  const token = textField(parameters, 'token')
  const { handlers, now, version } = session.services
  if (token === '') throw new Disconnect('bad-request', 'A refresh came without a token.')
  if (handlers.onRefresh === undefined) throw new CommandError('not-available')
  const answer = await handlers.onRefresh(session, { token })
  const expiry = expiryOf(answer?.expiresAt, now())
  session.expireAt(answer?.expiresAt)
  return { client: session.client, version, ...expiry }
}

export async function subRefresh(session: CentrifugeSession, parameters: Parameters): Promise<ExpiryResult> {
  const channel = channelField(parameters)
  const token = textField(parameters, 'token')
  const { handlers, now } = session.services
  const subscription = session.subscriptions.get(channel)
  if (token === '') throw new Disconnect('bad-request', 'A refresh of a subscription came without a token.')
  if (subscription === undefined) throw new CommandError('permission-denied')
  if (handlers.onSubRefresh === undefined) throw new CommandError('not-available')
  const answer = await handlers.onSubRefresh(session, { channel, token })
  const expiry = expiryOf(answer?.expiresAt, now())
  session.subscriptionExpiresAt(subscription, answer?.expiresAt)
  return expiry
}
