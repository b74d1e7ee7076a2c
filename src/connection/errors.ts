import type { Cause, Ending } from './cause.ts'

/** Every error that Longwire throws on purpose: a stable `code`, a message that says what to do. */
export class LongwireError extends Error {
  readonly code: string

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
    this.name = new.target.name
  }
}

/** A codec throws this when the peer's bytes break the protocol; the connection ends with `endsWith`. */
export class ProtocolError extends LongwireError {
  readonly endsWith: Cause
  /** The protocol's own number for this fault, such as a WebSocket close code; `undefined` where it has none. */
  readonly status: number | undefined

  constructor(message: string, options: { endsWith?: Cause; status?: number } = {}) {
    super('PROTOCOL', message)
    this.endsWith = options.endsWith ?? 'protocol'
    this.status = options.status
  }
}

/** A message went over its size limit. Ends the connection with the cause `message-too-large`. */
export class MessageTooLargeError extends ProtocolError {
  constructor(limitBytes: number, status?: number) {
    super(`The message is larger than the limit of ${limitBytes} bytes.`, {
      endsWith: 'message-too-large',
      ...(status === undefined ? {} : { status }),
    })
  }
}

/** The connection ended before this could be done. `ending` says why it ended. */
export class ConnectionClosedError extends LongwireError {
  readonly ending: Ending

  constructor(ending: Ending) {
    super('CONNECTION_CLOSED', `The connection is closed (${ending.cause}): ${ending.detail}`, {
      cause: ending.error,
    })
    this.ending = ending
  }
}

/** A queue with a bound is full. Try again later, or slow down. */
export class QueueFullError extends LongwireError {
  constructor(what: string, limit: number) {
    super('QUEUE_FULL', `The ${what} is full (limit ${limit}).`)
  }
}

/** Something did not happen in time. */
export class TimeoutError extends LongwireError {
  readonly timeoutMs: number

  constructor(what: string, timeoutMs: number) {
    super('TIMEOUT', `${what} took longer than ${timeoutMs} ms.`)
    this.timeoutMs = timeoutMs
  }
}

/** An option has a value that cannot be. Names the key, what was found and what was expected. */
export class OptionError extends LongwireError {
  constructor(key: string, found: unknown, expected: string) {
    super('OPTION', `${key}: found ${JSON.stringify(found) ?? String(found)}, expected ${expected}.`)
  }
}
