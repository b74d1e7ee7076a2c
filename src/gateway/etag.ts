/**
 * ETags, and whether a client has a body already (RFC 9110 section 13.1.2). Here they stand without their quotes.
 *
 * Those made here begin with `~`; a short string of plain characters, shown as JSON, has a tag that begins as the string does
 * (`plain-json.ts`), which is told from these by that.
 */
import { Buffer } from 'node:buffer'
import { hash } from 'node:crypto'

/** Above this the hash would hold up everybody for longer than the bytes are worth. */
export const hashedBytes = 1024 * 1024

/** Bodies up to here are their own tags, where they can be. */
const ownTagLength = 48
const scratch = Buffer.alloc(ownTagLength)

/** What cannot stand in a tag, or parts the tags of `If-None-Match`, and what stands for it. */
const substitutes: readonly (readonly [string, string])[] = [
  ['"', '~'],
  [',', '`'],
]
/** What each byte of a text is in its tag; 0: the text is no tag, or could not be told from another. */
const inTag = new Uint8Array(256)
for (let code = 33; code < 127; code++) inTag[code] = code
for (const [shown, stand] of substitutes) {
  inTag[shown.charCodeAt(0)] = stand.charCodeAt(0)
  inTag[stand.charCodeAt(0)] = 0
}

const BLANK = 32
const BACKSLASH = 92

/** Whether the byte stands in a tag, and in a string of JSON, as itself. */
export function isPlainByte(byte: number): boolean {
  return byte > BLANK && inTag[byte] === byte && byte !== BACKSLASH
}

/**
 * The same bytes have the same tag; `undefined` for bodies over a mebibyte. `value`: what the body shows, in the way that
 * its URL asks for; where it is bytes, they are hashed instead of the longer text that is made of them.
 */
export function etagOf(body: Buffer | string, value?: unknown): string | undefined {
  if (typeof body === 'string' && body.length <= ownTagLength) {
    const own = ownTag(body)
    if (own !== undefined) return own
  }
  if (body.length > hashedBytes) return undefined
  return value instanceof Buffer ? hashTagOf(value) : `~${hash('sha1', body, 'base64')}`
}

/** The tag of a body that shows this value. The letter makes it longer than any hash of a body, which might be of these bytes too. */
export function hashTagOf(value: Buffer | string): string {
  return `~v${hash('sha1', value, 'base64')}`
}

/**
 * The body itself, with what {@link substitutes} says: no other body has it, and it costs a third of a hash. `undefined`
 * where it holds what a tag cannot, or could not be told from another. The `=` in front begins no hash.
 */
function ownTag(text: string): string | undefined {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    const byte = code < inTag.length ? inTag[code]! : 0
    if (byte === 0) return undefined
    scratch[index] = byte
  }
  return `~=${scratch.toString('latin1', 0, text.length)}`
}

/** Whether `If-None-Match` names the tag. */
export function isMatch(header: string | undefined, etag: string | undefined): boolean {
  if (header === undefined || etag === undefined) return false
  const quoted = `"${etag}"`
  return header.trim() === '*' || header.split(',').some((one) => one.trim().replace(/^W\//, '') === quoted)
}
