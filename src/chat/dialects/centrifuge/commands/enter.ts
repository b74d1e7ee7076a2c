/** Lets a client into a room, by its own command or by the server's wish. */
import type { Entry } from '../../../catch-up.ts'
import type { SubscribeAnswer } from '../../../handlers.ts'
import type { Publication } from '../../../publication.ts'
import type { Offer } from '../../../room-options.ts'
import { CommandError } from '../errors.ts'
import { encodePublication, formatFor } from '../formats.ts'
import { checkEntry } from '../moderated.ts'
import { RawJson, type SubscribeResult } from '../protocol.ts'
import type { CentrifugeSession } from '../session.ts'
import { Subscription } from '../subscription.ts'
import { expiryOf } from './expiry.ts'
import type { Wishes } from './wishes.ts'

/** A subscription that nobody has yet. Throws `CommandError` (105; 103 for who is banned from the room). */
export function reserve(session: CentrifugeSession, channel: string, isServerSide: boolean): Subscription {
  session.services.hub.checkRoom(channel)
  checkEntry(session, channel)
  if (session.subscriptions.has(channel)) throw new CommandError('already-subscribed')
  const subscription = new Subscription(channel, isServerSide)
  session.subscriptions.set(channel, subscription)
  return subscription
}

/**
 * The client is live when this resolves, and gets the result before anything that is said from then on. When it
 * rejects, the client is not in the room; whoever reserved the subscription gives it back.
 */
export async function enter(
  session: CentrifugeSession,
  subscription: Subscription,
  wishes: Wishes,
  answer: SubscribeAnswer = {},
): Promise<SubscribeResult> {
  const { hub, now } = session.services
  const { channel } = subscription
  const room = hub.optionsOf(channel)
  const keeps = room.historySize > 0
  const isRecovering = wishes.since !== undefined
  const isRecoverable =
    keeps && offered(room.recovery, answer.isRecoverable, wishes.isRecoverable || isRecovering)
  const isPositioned =
    isRecoverable || (keeps && offered(room.positioning, answer.isPositioned, wishes.isPositioned))
  const joinLeave = offered(room.joinLeave, answer.joinLeave, wishes.joinLeave)
  const delta = wishes.delta && room.delta && !session.isUnidirectional
  const { expiresAt, isProlongedByServer = false } = answer
  const expiry = isProlongedByServer ? {} : expiryOf(expiresAt, now())
  subscription.chanInfo = answer.info === undefined ? undefined : JSON.stringify(answer.info)
  // Clients that are recovering many rooms are not cut for having much to read.
  if (isRecovering) await session.writable()
  // The application or the peer took its time: whoever is gone must not be left behind in a room.
  if (!session.isOpen || session.subscriptions.get(channel) !== subscription)
    throw new CommandError('internal')
  const entry = await hub.enter(session, {
    room: channel,
    name: session.name,
    format: formatFor({
      framing: session.framing,
      joinLeave,
      isUnidirectional: session.isUnidirectional,
      delta,
    }),
    isPositioned,
    since: isRecoverable ? wishes.since : undefined,
  })
  // What was missed between is recovered when the client asks again.
  if (entry === undefined || session.subscriptions.get(channel) !== subscription) {
    throw new CommandError('internal')
  }
  if (isRecovering && !entry.isRecovered && wishes.rejectUnrecovered) {
    hub.unregister(session, entry.membership)
    throw new CommandError('unrecoverable-position')
  }
  subscription.membership = entry.membership
  session.subscriptionExpiresAt(subscription, expiresAt, isProlongedByServer)
  if (session.isConnected) session.services.handlers.onSubscribed?.(session, { channel })
  return {
    ...expiry,
    ...(isRecoverable ? { recoverable: true } : {}),
    ...(isPositioned ? { positioned: true } : {}),
    ...positionOf(entry, delta && session.framing.hasBytes !== true),
    ...(delta ? { delta: true } : {}),
    ...(isRecovering ? { was_recovering: true } : {}),
    ...(entry.isRecovered ? { recovered: true } : {}),
    ...(answer.data === undefined ? {} : { data: new RawJson(JSON.stringify(answer.data)) }),
  }
}

/** Whether the client gets it: the room offers it, the application decides, and else the client. */
function offered(offer: Offer, answer: boolean | undefined, wish: boolean): boolean {
  return offer !== 'never' && (answer ?? (wish || offer === 'always'))
}

function positionOf({ position, publications }: Entry, asTexts: boolean): SubscribeResult {
  if (position === undefined) return {}
  return {
    epoch: position.epoch,
    offset: position.offset,
    ...(publications.length === 0
      ? {}
      : { publications: encodeMissed(publications, asTexts ? 'first' : 'json') }),
  }
}

/** What was missed, as JSON, by the array in which it came: encoded once for all who came for the same at once. */
const encoded = {
  first: new WeakMap<readonly Publication[], RawJson>(),
  json: new WeakMap<readonly Publication[], RawJson>(),
}

function encodeMissed(publications: readonly Publication[], shown: 'first' | 'json'): RawJson {
  let missed = encoded[shown].get(publications)
  if (missed === undefined) {
    const each = publications.map((publication) => encodePublication(publication, shown))
    missed = new RawJson(`[${each.join(',')}]`)
    encoded[shown].set(publications, missed)
  }
  return missed
}
