/**
 * One request and its reply, as every style of the gateway sees them, whatever carried them: the gateway's own
 * HTTP codec, or `node:http` where the connection began with something else.
 *
 * What a carrier promises:
 * - The request is whole: its body has been read, within the body limit. It was checked against request
 *   smuggling, and neither path nor query nor any header value holds CR, LF or NUL.
 * - Replies leave in the order of the requests, however late each comes.
 * - `closed` aborts when the client has left before its reply was whole, and never after the reply's end.
 * - A handler that throws, or whose promise rejects, gets a 500 answered in its place, if nothing was sent yet;
 *   else the connection ends.
 *
 * What a handler promises: exactly one of `send` and `stream`, exactly once.
 */

export interface GatewayRequest {
  /** As it was sent: methods are case-sensitive. */
  readonly method: string
  /** Begins with a slash; still percent-encoded, without the query. */
  readonly path: string
  /** What stands after the first `?`, still percent-encoded, without the `?`; empty where there is none. */
  readonly query: string
  /**
   * Lower-case names; values without surrounding white space, repeated ones joined with `, `. Built at the first
   * access: a request whose headers nobody asks for doesn't pay for them.
   */
  readonly headers: Readonly<Record<string, string>>
  /** One header by its lower-case name, without building `headers`. */
  header(name: string): string | undefined
  /** The header of that name, which every reply with a tag asks for. */
  readonly ifNoneMatch: string | undefined
  /** Empty where none was sent. */
  readonly body: Buffer
  readonly remoteAddress: string
  /** What it is called in the reply's `X-Request-Id` and in the log. */
  readonly id: string
  /** Whether TLS carries it. */
  readonly isSecure: boolean
}

/**
 * Header names and values as they shall be sent. The carrier adds `Content-Length` or chunks, `Date`, and
 * `X-Request-Id`.
 */
export type ReplyHeaders = Readonly<Record<string, string>>

export interface GatewayReply {
  /** The command's name, as it was spelt, or `pipeline`, `multi-exec`: noted by the style, for metrics and log. */
  subject: string
  /** The name of the token that asks, likewise. */
  user: string | undefined
  /** Headers that go with the reply beside those of `send` or `stream`; to be called before these. */
  add(headers: ReplyHeaders): void
  /**
   * The whole reply. For `HEAD` the carrier sends the length and leaves the body out; a 204 or 304 has none.
   * Throws `TypeError` where a header holds control characters or more than ASCII. Nothing happens where the
   * client has left. A frozen `headers` is encoded once, however often it is used; so the `ETag`, which differs
   * from reply to reply, stands beside it, without its quotes. `bodyBytes`: the body's size, from who knows it.
   */
  send(status: number, headers: ReplyHeaders, body: Buffer | string, etag?: string, bodyBytes?: number): void
  /** Begins a reply that comes in pieces; its head leaves at once. `length`: of its body, where that is known. */
  stream(status: number, headers: ReplyHeaders, length?: number): ReplyStream
  /**
   * There will be no reply, for a reason that is nobody's business but ours: as if the handler had thrown this. For who
   * answers later without a promise.
   */
  fail(error: unknown): void
  /** Aborts when the client leaves before the reply is whole. */
  readonly closed: AbortSignal
}

export interface ReplyStream {
  /** Queues bytes. `false`: enough is waiting; write more after `drained`. They are taken all the same. */
  write(bytes: Buffer | string): boolean
  /** Resolves when there is room again, and also when the client has left. */
  drained(): Promise<void>
  /** Ends the reply. Further calls do nothing. */
  end(): void
}

/** Answers one request, now or later. */
export type GatewayHandler = (request: GatewayRequest, reply: GatewayReply) => void | Promise<void>
