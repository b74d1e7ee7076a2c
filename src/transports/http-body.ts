/** Reads a request's body, up to a bound. */
import { Buffer } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { MessageTooLargeError } from '../connection/errors.ts'

/** Rejects with `MessageTooLargeError`, or with the system's error when the peer goes away. */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  // Not destroyed when it is too large, so that the peer can be told.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.byteLength
    if (size > limitBytes) {
      request.resume()
      throw new MessageTooLargeError(limitBytes)
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
}
