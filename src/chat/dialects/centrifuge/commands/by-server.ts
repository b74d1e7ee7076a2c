/** A subscription that the server makes while the client is connected. */
import type { SubscribeAnswer } from '../../../handlers.ts'
import { encode } from '../protocol.ts'
import type { CentrifugeSession } from '../session.ts'
import { enter, reserve } from './enter.ts'
import { noWishes } from './wishes.ts'

/** Of no effect for who is subscribed already, or banned from there. */
export async function subscribeByServer(
  session: CentrifugeSession,
  channel: string,
  answer: SubscribeAnswer,
): Promise<void> {
  if (!session.isConnected || session.subscriptions.has(channel)) return
  if (session.services.moderation.banOf(session, channel) !== undefined) return
  const subscription = reserve(session, channel, true)
  try {
    const { recoverable, positioned, epoch, offset, data } = await enter(
      session,
      subscription,
      noWishes,
      answer,
    )
    session.push(channel, `"subscribe":${encode({ recoverable, positioned, epoch, offset, data })}`)
  } catch (error) {
    subscription.giveBack(session.subscriptions)
    throw error
  }
}
