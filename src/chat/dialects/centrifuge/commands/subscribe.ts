/** A client enters a room, or leaves it. */
import { channelField, textField } from '../fields.ts'
import type { Parameters, SubscribeResult } from '../protocol.ts'
import type { CentrifugeSession } from '../session.ts'
import { enter, reserve } from './enter.ts'
import { wishesOf } from './wishes.ts'

/** A client that leaves by its own command is told this code nowhere; handlers are. */
const clientUnsubscribed = 0

export async function subscribe(
  session: CentrifugeSession,
  parameters: Parameters,
): Promise<SubscribeResult> {
  const channel = channelField(parameters)
  const token = textField(parameters, 'token')
  const wishes = wishesOf(parameters)
  const subscription = reserve(session, channel, false)
  const { onSubscribe } = session.services.handlers
  try {
    const answer = await onSubscribe?.(session, { channel, token, data: parameters.data })
    if (answer === undefined) session.services.hub.rules.checkEntry(channel, session.user)
    return await enter(session, subscription, wishes, answer)
  } catch (error) {
    subscription.giveBack(session.subscriptions)
    throw error
  }
}

/** Of no effect, and no error, for who is not subscribed. */
export function unsubscribe(session: CentrifugeSession, parameters: Parameters): object {
  session.leave(channelField(parameters), clientUnsubscribed)
  return {}
}
