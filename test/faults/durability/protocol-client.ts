/**
 * A client of the Centrifuge protocol for what the public one has not: idempotency keys, and TCP. It never connects again
 * by itself: whoever uses it opens another.
 */
import { openWire, type Ports, type Wire, type WireKind } from './wire.ts'

/** The other side answered with an error. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure'
  readonly code: number

  constructor(code: number, message: string) {
    super(`${code} ${message}`)
    this.code = code
  }
}

/** The connection ended before the answer came: whether the command was carried out is not known. */
export class ConnectionGone extends Error {
  override readonly name = 'ConnectionGone'
}

/** How a connection ended, where that was said. */
export interface Goodbye {
  readonly code: number
  readonly reason: string
}

interface Reply {
  readonly id?: number
  readonly error?: { readonly code: number; readonly message: string }
  readonly push?: Push
  readonly [command: string]: unknown
}

export interface Push {
  readonly channel?: string
  readonly pub?: { readonly data: unknown; readonly offset?: number }
  readonly unsubscribe?: Goodbye
  readonly disconnect?: Goodbye
}

interface Waiting {
  readonly command: string
  readonly sinceMs: number
  resolve(result: unknown): void
  reject(error: Error): void
  readonly answered: ((result: unknown) => void) | undefined
}

/** How long an answer may take; above what a busy machine takes, below what a person waits. */
const answerMs = 5_000
/** How much later than announced a ping may come. */
const lateMs = 3_000
const checkMs = 250

export class ProtocolClient {
  /** Resolves when the connection is gone, to what was said of it. */
  readonly closed: Promise<Goodbye | undefined>
  /** What the server calls this client. */
  client = ''
  #wire: Wire | undefined
  #waiting = new Map<number, Waiting>()
  #lastId = 0
  #heardAtMs = performance.now()
  #silenceMs = Number.POSITIVE_INFINITY
  #goodbye: Goodbye | undefined
  #isClosed = false
  readonly #close: (goodbye: Goodbye | undefined) => void
  readonly #checking: NodeJS.Timeout
  readonly #pushed: (push: Push) => void

  private constructor(pushed: (push: Push) => void) {
    const { promise, resolve } = Promise.withResolvers<Goodbye | undefined>()
    this.closed = promise
    this.#close = resolve
    this.#pushed = pushed
    this.#checking = setInterval(() => this.#check(), checkMs)
  }

  /** Connects, by the protocol too. Rejects if that does not come about. */
  static async open(
    kind: WireKind,
    ports: Ports,
    pushed: (push: Push) => void = () => {},
  ): Promise<ProtocolClient> {
    const client = new ProtocolClient(pushed)
    try {
      client.#wire = await openWire(kind, ports, {
        line: (text) => client.#line(text),
        closed: (code, reason) => client.#closed(code, reason),
      })
      const result = (await client.call('connect', {})) as { client: string; ping?: number }
      client.client = result.client
      if (result.ping !== undefined) client.#silenceMs = result.ping * 1_000 + lateMs
      return client
    } catch (error) {
      client.cut()
      throw error
    }
  }

  /**
   * Rejects with `CommandFailure` or `ConnectionGone`.
   *
   * @param answered is called at once with the result, before anything that came behind it is heard
   */
  call(command: string, parameters: object, answered?: (result: unknown) => void): Promise<unknown> {
    if (this.#isClosed) return Promise.reject(new ConnectionGone(`${command}: the connection is gone.`))
    const id = ++this.#lastId
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    this.#waiting.set(id, { command, sinceMs: performance.now(), resolve, reject, answered })
    this.#wire?.send(JSON.stringify({ id, [command]: parameters }))
    return promise
  }

  cut(): void {
    this.#wire?.cut()
    this.#closed()
  }

  #line(text: string): void {
    if (this.#isClosed) return
    this.#heardAtMs = performance.now()
    // Our first line was held up on its way, and we were greeted as a person at a terminal.
    if (!text.startsWith('{')) return
    const reply: Reply = JSON.parse(text)
    const { id, error, push } = reply
    if (id === undefined) {
      if (push === undefined) this.#wire?.send('{}')
      else if (push.disconnect !== undefined) this.#goodbye = push.disconnect
      else this.#pushed(push)
      return
    }
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (waiting === undefined) return
    if (error !== undefined) {
      waiting.reject(new CommandFailure(error.code, error.message))
      return
    }
    const result = reply[waiting.command]
    waiting.answered?.(result)
    waiting.resolve(result)
  }

  /** Whoever says nothing for too long is gone, though no end came. */
  #check(): void {
    const nowMs = performance.now()
    const [oldest] = this.#waiting.values()
    const isAnswerLate = oldest !== undefined && nowMs - oldest.sinceMs > answerMs
    if (isAnswerLate || nowMs - this.#heardAtMs > this.#silenceMs) this.cut()
  }

  #closed(code?: number, reason = ''): void {
    if (this.#isClosed) return
    this.#isClosed = true
    clearInterval(this.#checking)
    for (const { command, reject } of this.#waiting.values()) {
      reject(new ConnectionGone(`${command}: the connection ended before its answer.`))
    }
    this.#waiting.clear()
    this.#close(this.#goodbye ?? (code === undefined || code < 3_000 ? undefined : { code, reason }))
  }
}
