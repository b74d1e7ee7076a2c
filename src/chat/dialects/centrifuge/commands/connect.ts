/** The first command: who the client is, and what it is told of this server. */
import type { ConnectAnswer, SubscribeAnswer } from '../../../handlers.ts'
import { Disconnect } from '../disconnects.ts'
import { isObject, objectField, textField } from '../fields.ts'
import { checkConnect } from '../moderated.ts'
import { type ConnectResult, type Parameters, RawJson, type SubscribeResult } from '../protocol.ts'
import type { CentrifugeSession } from '../session.ts'
import { enter, reserve } from './enter.ts'
import { expiryOf } from './expiry.ts'
import { personalSubscription } from './personal.ts'
import { noWishes, type Wishes, wishesOf } from './wishes.ts'

export async function connect(session: CentrifugeSession, parameters: Parameters): Promise<ConnectResult> {
  if (session.isConnected) throw new Disconnect('bad-request', 'The client has connected already.')
  const { handlers, timing, now, version, node, moderation } = session.services
  const wishes = wishesByChannel(parameters)
  const answer: ConnectAnswer | undefined = await handlers.onConnect?.({
    client: session.client,
    token: textField(parameters, 'token'),
    data: parameters.data,
    name: textField(parameters, 'name'),
    version: textField(parameters, 'version'),
    headers: headersOf(parameters),
    http: session.http,
    remoteAddress: session.remoteAddress,
    transport: session.transport,
    protocol: session.protocol,
  })
  if (!session.isOpen) throw new Disconnect('connection-closed')
  const isProlongedByServer = answer?.isProlongedByServer === true
  const expiry = isProlongedByServer ? {} : expiryOf(answer?.expiresAt, now())
  session.user = answer?.user ?? ''
  session.meta = answer?.meta
  session.isModerator = answer?.isModerator === true || moderation.isModerator(session.user)
  checkConnect(session)
  session.takePlace()
  session.connInfo = answer?.info === undefined ? undefined : JSON.stringify(answer.info)
  // What is said in its rooms waits until the client knows that it is in them.
  session.hold()
  const wanted = { ...personalSubscription(session), ...answer?.subscriptions }
  const subs = await subscribeAll(session, wanted, wishes)
  session.connected()
  session.expireAt(answer?.expiresAt, isProlongedByServer)
  return {
    client: session.client,
    version,
    node,
    ...(session.emulationSession === undefined ? {} : { session: session.emulationSession }),
    ping: Math.ceil(timing.pingIntervalMs / 1000),
    ...(session.pongTimeoutMs > 0 ? { pong: true } : {}),
    ...expiry,
    ...(answer?.data === undefined ? {} : { data: new RawJson(JSON.stringify(answer.data)) }),
    ...(subs === undefined ? {} : { subs }),
  }
}

/** Subscribes the client to what the application wants it to be subscribed to, where it may enter. */
async function subscribeAll(
  session: CentrifugeSession,
  wanted: Readonly<Record<string, SubscribeAnswer>>,
  wishes: ReadonlyMap<string, Wishes>,
): Promise<Readonly<Record<string, SubscribeResult>> | undefined> {
  const { moderation, hub } = session.services
  const channels = Object.keys(wanted).filter((channel) => moderation.banOf(session, channel) === undefined)
  if (channels.length === 0) return undefined
  if (channels.length > hub.limits.roomsPerConnection) throw new Disconnect('channel-limit')
  const results: Record<string, SubscribeResult> = {}
  for (const channel of channels) {
    const subscription = reserve(session, channel, true)
    results[channel] = await enter(session, subscription, wishes.get(channel) ?? noWishes, wanted[channel])
  }
  return results
}

/** What the client has had already of the server's subscriptions. */
function wishesByChannel(parameters: Parameters): Map<string, Wishes> {
  const wishes = new Map<string, Wishes>()
  for (const [channel, wanted] of Object.entries(objectField(parameters, 'subs') ?? {})) {
    if (!isObject(wanted)) throw new Disconnect('bad-request', 'A subscription in "subs" is not an object.')
    wishes.set(channel, wishesOf(wanted))
  }
  return wishes
}

function headersOf(parameters: Parameters): Readonly<Record<string, string>> {
  const headers = objectField(parameters, 'headers') ?? {}
  return Object.fromEntries(
    Object.keys(headers).map((name) => [name.toLowerCase(), textField(headers, name)]),
  )
}
