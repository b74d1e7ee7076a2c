/** HTTP/1.1 on a transport: codec, session and kernel connection put together. */
import type { Cause, Ending } from '../../connection/cause.ts'
import { Connection } from '../../connection/connection.ts'
import { type ConnectionOptions, sharedOptions } from '../../connection/options.ts'
import type { Member } from '../../connection/registry.ts'
import type { Transport } from '../../connection/transport.ts'
import { HttpCodec, type HttpLimits, type Leaves } from './codec.ts'
import {
  type Departure,
  type HttpConnection,
  HttpSession,
  type HttpSessionOptions,
  pieceBytes,
} from './session.ts'

export interface HttpOptions extends Omit<HttpSessionOptions, 'isSecure'> {
  readonly limits: HttpLimits
  /** How long a client may take to read a quarter of a mebibyte, in milliseconds. */
  readonly writeDeadlineMs: number
  /** Which requests are for somebody else; their connections need a departure. */
  readonly leaves?: Leaves
}

export const defaultHttpOptions = {
  // A browser's cookies and a long command fit; what is larger belongs into a body.
  limits: { headBytes: 65_536, bodyBytes: 64 * 1024 * 1024 },
  pipelinedRequests: 128,
  // Above the 60 s after which common proxies let go of an idle connection themselves.
  idleTimeoutMs: 75_000,
  requestTimeoutMs: 30_000,
  writeDeadlineMs: 10_000,
} as const satisfies Partial<HttpOptions>

/** Makes what serves HTTP on transports; all of them share the options. */
export function httpServer(
  options: HttpOptions,
): (transport: Transport, isSecure: boolean, departure?: Departure) => HttpMember {
  const connectionOptions: ConnectionOptions = sharedOptions({
    // Requests that were read before the handler took a pause; each may hold a body.
    inboxMessages: 1,
    outboxBytes: pieceBytes,
    overflow: 'wait',
    writesAfter: 'read',
    // HTTP knows no ping; the session sees to silence.
    pingIntervalMs: 0,
    readDeadlineMs: 0,
    writeDeadlineMs: options.writeDeadlineMs,
    closeTimeoutMs: options.writeDeadlineMs,
  })
  const kinds = [
    { ...options, isSecure: false },
    { ...options, isSecure: true },
  ] as const
  return (transport, isSecure, departure) => {
    const codec = new HttpCodec(options.limits, options.leaves)
    const session = new HttpSession(codec, kinds[isSecure ? 1 : 0], departure)
    const connection = new Connection(transport, codec, session, connectionOptions)
    return new HttpMember(connection, session)
  }
}

/** The connection for the registry: it ends when the replies that are due are out. */
export class HttpMember implements Member {
  readonly #connection: HttpConnection
  readonly #session: HttpSession

  constructor(connection: HttpConnection, session: HttpSession) {
    this.#connection = connection
    this.#session = session
  }

  get kind(): string {
    return this.#connection.kind
  }

  get remoteAddress(): string {
    return this.#connection.remoteAddress
  }

  get readBytes(): number {
    return this.#connection.readBytes
  }

  get writtenBytes(): number {
    return this.#connection.writtenBytes
  }

  get queuedBytes(): number {
    return this.#connection.queuedBytes
  }

  get closed(): Promise<Ending> {
    return this.#connection.closed
  }

  whenClosed(listener: (ending: Ending) => void): void {
    this.#connection.whenClosed(listener)
  }

  close(cause: Cause, detail: string): void {
    this.#session.close(cause, detail)
  }

  destroy(cause: Cause, detail: string): void {
    this.#connection.destroy(cause, detail)
  }
}
