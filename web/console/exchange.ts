/** A line that was sent, and what became of it. */
import { type Outcome, send } from './gateway.ts'
import { QuotingError, wordsOf } from './quoting.ts'

export interface Exchange {
  readonly id: number
  readonly line: string
  readonly words: readonly string[]
  /** `undefined`: under way. */
  readonly outcome: Outcome | undefined
}

/** An exchange that has begun, and its end where that has to come yet. */
export interface BegunExchange {
  readonly begun: Exchange
  readonly end?: (token: string, signal: AbortSignal) => Promise<Outcome>
}

const streams = /^(p|s)?subscribe$|^monitor$/i

/** What is no command, or has no end, is answered here and never sent. */
export function exchangeOf(id: number, line: string): BegunExchange {
  const words = wordsIn(line)
  if (!Array.isArray(words)) return { begun: { id, line, words: [], outcome: words } }
  const texts = words.map((word) => new TextDecoder().decode(word))
  return {
    begun: { id, line, words: texts, outcome: undefined },
    end: (token, signal) => send(words, token, signal),
  }
}

/** The words, or why they aren't sent. */
function wordsIn(line: string): Uint8Array[] | Outcome {
  try {
    const words = wordsOf(line)
    const name = new TextDecoder().decode(words[0])
    if (!streams.test(name)) return words
    const message = `A subscription has no end, and the console shows one reply to each command: open /redis/SUBSCRIBE/channel instead.`
    return { kind: 'refused', status: 0, message, tookMs: 0 }
  } catch (error) {
    if (!(error instanceof QuotingError)) throw error
    return { kind: 'refused', status: 0, message: error.message, tookMs: 0 }
  }
}
