/** ETags of whole bodies, and whether a client has that body already (RFC 9110 section 13.1.2). */
import { hash } from 'node:crypto'

/** Above this the hash would hold up everybody for longer than the bytes are worth. */
export const hashedBytes = 1024 * 1024

/** The same bytes have the same tag; `undefined` for bodies over a mebibyte. */
export function etagOf(body: Buffer | string): string | undefined {
  return body.length > hashedBytes ? undefined : `"${hash('sha1', body, 'base64')}"`
}

/** Whether `If-None-Match` names the tag. */
export function isMatch(header: string | undefined, etag: string | undefined): boolean {
  if (header === undefined || etag === undefined) return false
  return header.trim() === '*' || header.split(',').some((one) => one.trim().replace(/^W\//, '') === etag)
}
