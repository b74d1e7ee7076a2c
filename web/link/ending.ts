/** Why a line ended, in words for the person whose line it was. */
import type { LineEnding } from './transport.ts'

/** WebSocket close codes (RFC 6455 section 7.4.1) that mean something to a person. */
const sentences: Readonly<Record<number, string>> = {
  1000: 'The server closed the connection.',
  1001: 'The server is going away for a moment, most likely to restart.',
  1008: 'The server does not let you in.',
  1009: 'Your last message was longer than the server takes.',
  1011: 'Something failed in the server.',
  1012: 'The server is restarting.',
  1013: 'Messages came faster than this connection could carry them, so the server ended it.',
}

/** One sentence for a person. */
export function endingSentence({ code, reason, wasWelcomed }: LineEnding): string {
  // What the server itself says about a refusal is more than we can know.
  if (code === 1008 && reason !== '')
    return wasWelcomed ? reason : `The server does not let you in: ${reason}`
  if (code === 1013 && !wasWelcomed) return 'The server cannot let you in just now.'
  const known = sentences[code]
  if (known !== undefined) return known
  return wasWelcomed ? 'The connection broke.' : 'The server cannot be reached.'
}

/** Whether coming back by ourselves is welcome. Who was turned away must ask again on purpose. */
export function mayReturn({ code }: LineEnding): boolean {
  return code !== 1008
}
