/** What a room has kept. */
import type { HistoryOptions, Position } from '../../../../broker/broker.ts'
import { Publication } from '../../../publication.ts'
import { CommandError } from '../errors.ts'
import { channelField, flagField, objectField, textField, wholeField } from '../fields.ts'
import { encodePublication } from '../formats.ts'
import { checkEntry } from '../moderated.ts'
import { type Parameters, RawJson } from '../protocol.ts'
import type { CentrifugeSession } from '../session.ts'

export async function history(session: CentrifugeSession, parameters: Parameters): Promise<object> {
  const channel = channelField(parameters)
  const { hub, handlers, limits } = session.services
  const asked = bounded(limits.historyPublications, {
    limit: wholeField(parameters, 'limit', -1),
    since: positionField(parameters),
    isReversed: flagField(parameters, 'reverse'),
  })
  hub.rules.checkOffer('history', channel)
  checkEntry(session, channel)
  const answer = await handlers.onHistory?.(session, { channel, options: asked })
  if (answer === undefined) hub.rules.checkDeed('history', channel, session.visitorOf(channel))
  else if (!answer) throw new CommandError('permission-denied')
  const options =
    typeof answer === 'object' ? bounded(limits.historyPublications, { ...asked, ...answer }) : asked
  const { since } = options
  const { publications, offset, epoch } = await hub.history(
    channel,
    await withEpoch(session, channel, options),
  )
  if (since !== undefined && since.epoch !== '' && since.epoch !== epoch) {
    throw new CommandError('unrecoverable-position')
  }
  await session.writable()
  const shown = publications.map(
    (ordered) => new RawJson(encodePublication(Publication.ordered(channel, ordered, ordered.offset))),
  )
  return { ...(shown.length === 0 ? {} : { publications: shown }), offset, epoch }
}

/** At most so many publications; a negative limit asks for all. */
function bounded(most: number, { limit = -1, ...more }: HistoryOptions): HistoryOptions {
  return { ...more, limit: limit < 0 ? most : Math.min(limit, most) }
}

/** Who gives no epoch means the stream as it is. */
async function withEpoch(
  session: CentrifugeSession,
  channel: string,
  options: HistoryOptions,
): Promise<HistoryOptions> {
  if (options.since === undefined || options.since.epoch !== '') return options
  const { epoch } = await session.services.hub.history(channel, { limit: 0 })
  return { ...options, since: { offset: options.since.offset, epoch } }
}

function positionField(parameters: Parameters): Position | undefined {
  const since = objectField(parameters, 'since')
  if (since === undefined) return undefined
  return { offset: wholeField(since, 'offset'), epoch: textField(since, 'epoch') }
}
