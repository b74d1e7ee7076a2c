/**
 * The commonest replies as JSON: a short value of plain characters, an integer, `OK`, nothing. They and their tags are put
 * together from what stands around them, with no look at what was put together. Hot path, watched by the bench `gateway`.
 */
import { Buffer } from 'node:buffer'
import type { Reply } from '../../redis/resp/reply.ts'
import { isOwnByte, ownTagOf } from '../etag.ts'

export interface PlainJson {
  /** In ASCII: one character a byte. */
  readonly body: string
  /** The body itself, as `etagOf` makes a tag of a short one. */
  readonly etag: string
}

/** What stands around the replies of one command. */
interface Frame {
  readonly string: Ends
  readonly number: Ends
  readonly ok: PlainJson
  readonly nothing: PlainJson
}

interface Ends {
  readonly before: string
  readonly behind: string
  readonly tagBefore: string
  readonly tagBehind: string
}

const longestValue = 40
const longestName = 32
const maxFrames = 1000
const frames = new Map<string, Frame>()

/** `{"GET":"value"}`, or `undefined` for a reply that is to be looked at more closely. */
export function plainJson(name: string, reply: Reply): PlainJson | undefined {
  if (reply instanceof Buffer) {
    if (reply.length > longestValue) return undefined
    for (let index = 0; index < reply.length; index++) if (!isOwnByte(reply[index]!)) return undefined
    const ends = frameOf(name)?.string
    return ends && within(ends, reply.toString('latin1'))
  }
  if (reply === 'OK') return frameOf(name)?.ok
  if (reply === null) return frameOf(name)?.nothing
  if (typeof reply !== 'number' || !Number.isSafeInteger(reply)) return undefined
  const ends = frameOf(name)?.number
  return ends && within(ends, String(reply))
}

function within({ before, behind, tagBefore, tagBehind }: Ends, text: string): PlainJson {
  return { body: before + text + behind, etag: tagBefore + text + tagBehind }
}

/** `undefined`: the command has replies of its own kind. */
function frameOf(name: string): Frame | undefined {
  return frames.get(name) ?? newFrame(name)
}

function newFrame(name: string): Frame | undefined {
  if (name.length > longestName || /^info$/i.test(name)) return undefined
  const frame: Frame = {
    string: endsOf(`{"${name}":"`, '"}'),
    number: endsOf(`{"${name}":`, '}'),
    ok: whole(`{"${name}":[true,"OK"]}`),
    nothing: whole(`{"${name}":null}`),
  }
  if (frames.size >= maxFrames) frames.clear()
  frames.set(name, frame)
  return frame
}

function endsOf(before: string, behind: string): Ends {
  const [tagBefore, tagBehind] = ownTagOf(`${before} ${behind}`).split(' ') as [string, string]
  return { before, behind, tagBefore, tagBehind }
}

function whole(body: string): PlainJson {
  return { body, etag: ownTagOf(body) }
}
