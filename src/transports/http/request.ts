/** A whole request, as the codec gives it. */
import type { HeaderBlock } from './header-block.ts'
import { requestIdOf } from './request-id.ts'
import type { RequestLine } from './request-line.ts'

export class HttpRequest {
  readonly method: string
  /** Raw: still percent-encoded, one character a byte, without the query. */
  readonly path: string
  readonly query: string
  readonly body: Buffer
  /** Whether the client keeps the connection open for another request. */
  readonly keepsAlive: boolean
  readonly isVersion11: boolean
  /** Set by who knows the connection. */
  remoteAddress = ''
  isSecure = false
  readonly #block: HeaderBlock
  #id: string | undefined

  constructor(line: RequestLine, block: HeaderBlock, body: Buffer) {
    this.method = line.method
    this.path = line.path
    this.query = line.query
    this.isVersion11 = line.isVersion11
    this.body = body
    this.#block = block
    this.keepsAlive = block.keepsAlive
  }

  /** Its `X-Request-Id`: the client's, or one that is made for it. */
  get id(): string {
    this.#id ??= requestIdOf(this.#block.requestId)
    return this.#id
  }

  get headers(): Readonly<Record<string, string>> {
    return this.#block.fields
  }

  get ifNoneMatch(): string | undefined {
    return this.#block.ifNoneMatch
  }

  header(name: string): string | undefined {
    return this.#block.fields[name]
  }
}
