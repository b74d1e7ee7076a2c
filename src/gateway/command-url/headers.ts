/** Headers of replies, one frozen object for each content type. */
import type { ReplyHeaders } from '../exchange.ts'

const known = new Map<string, ReplyHeaders>()
/** Clients may name types of their own; these must not fill memory. */
const maxKnown = 256

/** The same frozen object for the same type: the carrier encodes it once. */
export function headersOf(contentType: string): ReplyHeaders {
  let headers = known.get(contentType)
  if (headers === undefined) {
    headers = Object.freeze({
      'Content-Type': contentType,
      'Cache-Control': 'no-cache',
      'X-Content-Type-Options': 'nosniff',
      // A stored page runs, but as nobody: not as a page of this server.
      ...(/html|xml|svg/.test(contentType) ? { 'Content-Security-Policy': 'sandbox allow-scripts' } : {}),
    })
    if (known.size >= maxKnown) known.clear()
    known.set(contentType, headers)
  }
  return headers
}
