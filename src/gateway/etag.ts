/** ETags of whole bodies, and whether a client has that body already (RFC 9110 section 13.1.2). */
import { Buffer } from 'node:buffer'
import { hash } from 'node:crypto'

const BLANK = 32
const BACKSLASH = 92

/** Above this the hash would hold up everybody for longer than the bytes are worth. */
export const hashedBytes = 1024 * 1024

/** Texts up to here are their own tags, where they can be. */
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

/**
 * The same bytes have the same tag; `undefined` for bodies over a mebibyte. `value`: what the body shows, in the way that
 * its URL asks for; where it is bytes, they are hashed instead of the longer text that is made of them. Hot path: once a
 * reply to GET.
 */
export function etagOf(body: Buffer | string, value?: unknown): string | undefined {
  if (typeof body === 'string' && body.length <= ownTagLength) {
    const own = ownTag(body)
    if (own !== undefined) return own
  }
  if (body.length > hashedBytes) return undefined
  // The letter makes it longer than any hash of a body, which might be of these bytes too.
  return value instanceof Buffer ? `"v${hash('sha1', value, 'base64')}"` : `"${hash('sha1', body, 'base64')}"`
}

/**
 * The text itself, with what {@link substitutes} says: no other text has it, and it costs a third of a hash. `undefined`
 * where the text holds what a tag cannot, or could not be told from it. The `=` in front begins no hash.
 */
function ownTag(text: string): string | undefined {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    const byte = code < 256 ? inTag[code]! : 0
    if (byte === 0) return undefined
    scratch[index] = byte
  }
  return `"=${scratch.toString('latin1', 0, text.length)}"`
}

/** Whether the byte stands in a tag, and in a string of JSON, as itself: a text of such bytes is in its tag what it is. */
export function isOwnByte(byte: number): boolean {
  return byte > BLANK && inTag[byte] === byte && byte !== BACKSLASH
}

/** The tag of a text that is its own tag, but for blanks, which stay. */
export function ownTagOf(text: string): string {
  return `"=${substitutes.reduce((tag, [shown, stand]) => tag.replaceAll(shown, stand), text)}"`
}

/** Whether `If-None-Match` names the tag. */
export function isMatch(header: string | undefined, etag: string | undefined): boolean {
  if (header === undefined || etag === undefined) return false
  return header.trim() === '*' || header.split(',').some((one) => one.trim().replace(/^W\//, '') === etag)
}
