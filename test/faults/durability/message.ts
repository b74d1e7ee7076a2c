/** The messages that are published: who, its how manieth, and something to fill frames with. */

export interface Message {
  readonly publisher: number
  /** From 1, by one. */
  readonly number: number
}

export interface KeptMessage extends Message {
  readonly offset: number
}

/** Reads what was published. Throws `TypeError` for anything else. */
export function messageOf(data: unknown): Message {
  if (typeof data === 'object' && data !== null && 'publisher' in data && 'number' in data) {
    const { publisher, number } = data
    if (typeof publisher === 'number' && typeof number === 'number') return { publisher, number }
  }
  throw new TypeError(`This is no message of a fault run: ${JSON.stringify(data)}`)
}

/** Its name in this run, and its idempotency key. */
export function nameOf({ publisher, number }: Message): string {
  return `${publisher}:${number}`
}
