/**
 * The commonest replies as JSON: a value of plain characters, an integer, `OK`, nothing. They and their tags are put
 * together from what stands around them, with no look at what was put together. Hot path, watched by the bench `gateway`.
 */
import { Buffer } from 'node:buffer'
import type { Reply } from '../../redis/resp/reply.ts'
import { isPlainByte } from '../etag.ts'
import { isPlainAscii } from '../plain-text.ts'
import { ownText } from '../word.ts'
import { longBytes } from './show.ts'

export interface PlainJson {
  /** In ASCII: one character a byte. */
  readonly body: string
  /**
   * The string and `~`, which no string with such a tag has: proxies that pack bodies put words behind tags. What is no string
   * has a tag that begins with `~`, as those of `etagOf` do. `undefined`: it is to be made of `value`, if it is wanted.
   */
  readonly etag: string | undefined
  /** What is shown. */
  readonly value?: string | Buffer
}

/** What stands around the replies of one command. */
interface Frame {
  readonly beforeString: string
  readonly beforeNumber: string
  readonly ok: PlainJson
  readonly nothing: PlainJson
}

const BLANK = 32
const QUOTE = 34
const BACKSLASH = 92
const DELETE = 127
const behindString = '"}'
const behindNumber = '}'
const longestValue = 40
const longestName = 32
const maxFrames = 1000
const frames = new Map<string, Frame>()

/** The same as {@link plainJson} of a string with these bytes, one for each character. */
export function plainJsonOfText(name: string, text: string): PlainJson | undefined {
  // A text of nothing is a tag that some take for none.
  if (text.length > longestValue || text.length === 0) return undefined
  let isTag = true
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (isPlainByte(code)) continue
    if (code < BLANK || code >= DELETE || code === QUOTE || code === BACKSLASH) return undefined
    isTag = false
  }
  const frame = frameOf(name)
  return (
    frame && {
      body: frame.beforeString + text + behindString,
      etag: isTag ? `${text}~` : undefined,
      value: text,
    }
  )
}

/** `{"GET":"value"}`, or `undefined` for a reply that is to be looked at more closely. */
export function plainJson(name: string, reply: Reply): PlainJson | undefined {
  if (reply instanceof Buffer) return plainJsonOfBytes(name, reply)
  if (reply === 'OK') return frameOf(name)?.ok
  if (reply === null) return frameOf(name)?.nothing
  if (typeof reply !== 'number' || !Number.isSafeInteger(reply)) return undefined
  const frame = frameOf(name)
  return frame && { body: frame.beforeNumber + reply + behindNumber, etag: `~${reply}` }
}

function plainJsonOfBytes(name: string, bytes: Buffer): PlainJson | undefined {
  if (bytes.length <= longestValue) return plainJsonOfText(name, bytes.toString('latin1'))
  const frame = bytes.length < longBytes && isPlainAscii(bytes) ? frameOf(name) : undefined
  if (frame === undefined) return undefined
  return { body: frame.beforeString + bytes.toString('latin1') + behindString, etag: undefined, value: bytes }
}

/** `undefined`: the command has replies of its own kind. */
function frameOf(name: string): Frame | undefined {
  return frames.get(name) ?? newFrame(name)
}

function newFrame(part: string): Frame | undefined {
  if (part.length > longestName || /^info$/i.test(part)) return undefined
  const name = ownText(part)
  const frame: Frame = {
    beforeString: `{"${name}":"`,
    beforeNumber: `{"${name}":`,
    ok: { body: `{"${name}":[true,"OK"]}`, etag: '~OK' },
    nothing: { body: `{"${name}":null}`, etag: '~null' },
  }
  if (frames.size >= maxFrames) frames.clear()
  frames.set(name, frame)
  return frame
}
