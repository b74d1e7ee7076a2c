/** A client publishes to a room; its reply comes when the broker has acknowledged it. */
import { encodeClientInfo } from '../../../client-info.ts'
import type { PublishAnswer } from '../../../handlers.ts'
import { metaOf } from '../../../publication.ts'
import { CommandError } from '../errors.ts'
import { channelField, textField } from '../fields.ts'
import { checkSpeech } from '../moderated.ts'
import type { Parameters } from '../protocol.ts'
import type { CentrifugeSession } from '../session.ts'
import { clientKey } from './client-key.ts'

/**
 * `idempotency_key` is an addition to the protocol, for clients that repeat a publication whose reply they lost.
 */
export function publish(
  session: CentrifugeSession,
  parameters: Parameters,
  written: string | undefined,
): Promise<object> {
  const channel = channelField(parameters)
  const data = dataOf(parameters, written)
  const key = textField(parameters, 'idempotency_key')
  if (data === undefined) throw new CommandError('bad-request')
  if (!session.mayAct()) throw new CommandError('too-many-requests')
  checkSpeech(session, channel)
  const { onPublish } = session.services.handlers
  const asked = onPublish?.(session, { channel, data: parameters.data })
  return session.publishing.inOrder(asked, (answer) => pass(session, channel, data, key, answer))
}

async function pass(
  session: CentrifugeSession,
  channel: string,
  data: string,
  key: string,
  answer: PublishAnswer | undefined,
): Promise<object> {
  const { hub } = session.services
  if (answer === undefined) hub.rules.checkDeed('publish', channel, session.visitorOf(channel))
  hub.rules.checkPublication(channel, data)
  const chanInfo = session.subscriptions.get(channel)?.chanInfo
  const info = encodeClientInfo({
    client: session.client,
    user: session.user,
    connInfo: session.connInfo,
    chanInfo,
  })
  const tags = answer?.tags === undefined ? undefined : JSON.stringify(answer.tags)
  const idempotencyKey = answer?.idempotencyKey ?? (key === '' ? undefined : clientKey(session.user, key))
  await hub.publish(
    channel,
    { data: answer?.data === undefined ? data : JSON.stringify(answer.data), meta: metaOf(info, tags) },
    { idempotencyKey, skipHistory: answer?.skipHistory },
  )
  return {}
}

/** As the client wrote it, where that fits into every transport's frames. */
function dataOf({ data }: Parameters, written: string | undefined): string | undefined {
  if (data === undefined) return undefined
  // Line breaks in JSON stand only between its values.
  return written === undefined ? JSON.stringify(data) : written.replace(/[\r\n]/g, ' ')
}
