/** Sends a large reply in pieces, as its client takes them, within the bound of what all clients may hold. */
import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { hashedBytes, isMatch } from './etag.ts'
import type { GatewayReply, GatewayRequest, ReplyHeaders } from './exchange.ts'
import type { HeldReplies } from './held-replies.ts'
import { gathered, type Pieces } from './pieces.ts'

export interface LargeReply {
  readonly headers: ReplyHeaders
  readonly pieces: Pieces
  /** What it holds of the server's memory. */
  readonly weight: number
  /** Of the body, where it is known before. */
  readonly length?: number
  /** Whether it may have an ETag: it is a reply to GET. */
  readonly hasTag?: boolean
}

/** Resolves when the reply is out, or its client gone. `full` is called instead where there is no room. */
export async function sendPieces(
  request: GatewayRequest,
  reply: GatewayReply,
  held: HeldReplies,
  large: LargeReply,
  full: (message: string, headers: ReplyHeaders) => void,
): Promise<void> {
  const { weight } = large
  if (!held.take(weight)) {
    full('Too many bytes of replies wait for clients to read them; the command was carried out.', later)
    return
  }
  try {
    const { headers, pieces, length, etag } =
      large.hasTag === true ? tagged(large) : { ...large, etag: undefined }
    if (isMatch(request.ifNoneMatch, etag)) return reply.send(304, headers, '', etag)
    const all = etag === undefined ? headers : { ...headers, ETag: `"${etag}"` }
    const stream = reply.stream(200, all, length)
    if (request.method !== 'HEAD') {
      for (const piece of gathered(pieces)) {
        if (!stream.write(piece)) await stream.drained()
        if (reply.closed.aborted) break
      }
    }
    stream.end()
  } finally {
    held.release(weight)
  }
}

const later: ReplyHeaders = Object.freeze({ 'Retry-After': '1' })

/** One that is small enough is made at once, for its hash. */
function tagged(large: LargeReply): LargeReply & { readonly etag: string | undefined } {
  if (large.weight > hashedBytes) return { ...large, etag: undefined }
  const hash = createHash('sha1')
  const pieces: Buffer[] = []
  let length = 0
  for (const piece of gathered(large.pieces)) {
    const bytes = Buffer.from(piece)
    hash.update(bytes)
    pieces.push(bytes)
    length += bytes.length
  }
  return { ...large, pieces, length, etag: `~${hash.digest('base64')}` }
}
