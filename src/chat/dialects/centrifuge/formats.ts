/**
 * How members of this dialect see a room: pushes, framed for their transport. One format for each way of wanting
 * them, so that a room encodes a publication once for all who want it the same way.
 */
import type { Format } from '../../format.ts'
import type { PresenceEvent, Publication } from '../../publication.ts'
import type { Framing } from './framing.ts'

export interface FormatWishes {
  readonly framing: Framing
  /** Told who comes and goes. */
  readonly joinLeave: boolean
  /** Pushes alone, without what marks them as such among replies. */
  readonly isUnidirectional: boolean
  /** Data come as texts: the first whole, then as differences from the one before. */
  readonly delta?: boolean
}

/** Of a publication's data their JSON, the first of those that become differences, or the difference from the one before. */
type DataShown = 'json' | 'first' | 'difference'

const formats = new Map<string, Format>()

/** The format for these wishes: the same object for the same ones. */
export function formatFor(wishes: FormatWishes): Format {
  return formatOf(wishes, wishes.delta === true ? 'first' : 'json')
}

function formatOf(wishes: FormatWishes, shown: DataShown): Format {
  const { framing, joinLeave, isUnidirectional } = wishes
  const words = [
    'centrifuge',
    framing.name,
    ...(joinLeave ? ['presence'] : []),
    ...(isUnidirectional ? ['uni'] : []),
    ...(shown === 'json' ? [] : [shown]),
  ]
  const name = words.join('-')
  let format = formats.get(name)
  if (format === undefined) {
    format = createFormat(name, wishes, shown)
    formats.set(name, format)
  }
  return format
}

function createFormat(name: string, wishes: FormatWishes, shown: DataShown): Format {
  const { framing, joinLeave, isUnidirectional } = wishes
  return {
    name,
    publication: (publication) =>
      framing.frame([
        push(
          publication.room,
          `"pub":${encodePublication(publication, shown, framing.hasBytes)}`,
          isUnidirectional,
        ),
      ]),
    presence: (event) => (joinLeave ? framePresence(event, framing, isUnidirectional) : undefined),
    needsPrevious: shown !== 'json',
    ...(shown === 'first' ? { next: formatOf(wishes, 'difference') } : {}),
  }
}

function framePresence(
  { room, join, leave, info }: PresenceEvent,
  framing: Framing,
  isUnidirectional: boolean,
): Buffer | undefined {
  // Somebody who changed their name is still the same client.
  if (join !== undefined && leave !== undefined) return undefined
  const body = `"${join === undefined ? 'leave' : 'join'}":{"info":${info()}}`
  return framing.frame([push(room, body, isUnidirectional)])
}

/** A push to a channel; `body` is its one field. */
export function push(channel: string, body: string, isUnidirectional: boolean): string {
  const text = `{"channel":${JSON.stringify(channel)},${body}}`
  return isUnidirectional ? text : `{"push":${text}}`
}

/** A publication as it stands in pushes, in histories and in what was recovered; `hasBytes` as in {@link Framing}. */
export function encodePublication(
  publication: Publication,
  shown: DataShown = 'json',
  hasBytes = false,
): string {
  const { meta, offset, isKept } = publication
  const about = meta === undefined ? '' : `,${meta.slice(1, -1)}`
  const position = isKept ? `,"offset":${offset}` : ''
  return `{${encodeData(publication, shown, hasBytes)}${about}${position}}`
}

function encodeData(publication: Publication, shown: DataShown, hasBytes: boolean): string {
  const { data } = publication
  const delta = shown === 'difference' ? publication.delta : undefined
  if (delta !== undefined)
    return `"${hasBytes ? 'difference' : 'data'}":${JSON.stringify(delta)},"delta":true`
  return `"data":${shown === 'json' || hasBytes ? data : JSON.stringify(data)}`
}
