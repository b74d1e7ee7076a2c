/**
 * The dialect over HTTP where WebSocket is blocked: the server speaks in a response that streams (server-sent events, or
 * lines), the client in requests to `/emulation` that name its session. Also the unidirectional ways, in which the
 * client says one thing, its connect request, and then listens.
 */
import { Buffer } from 'node:buffer'
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Connection } from '../../../connection/connection.ts'
import { MessageTooLargeError } from '../../../connection/errors.ts'
import { type ConnectionOptions, sharedOptions } from '../../../connection/options.ts'
import { type Admission, RefusedError, type Registry } from '../../../connection/registry.ts'
import { readBody } from '../../../transports/http-body.ts'
import { ResponseTransport } from '../../../transports/http-response.ts'
import { isOriginAllowed } from '../../../transports/websocket/origin.ts'
import { noticeOf } from '../../moderation/notice.ts'
import { ChunkCodec } from './chunk-codec.ts'
import { wantsProtobuf } from './encoding.ts'
import { isObject } from './fields.ts'
import { eventFraming, type Framing, lineFraming } from './framing.ts'
import type { CentrifugeServices } from './services.ts'
import { CentrifugeSession } from './session.ts'

export interface StreamOptions {
  readonly services: CentrifugeServices
  readonly connection: Partial<ConnectionOptions>
  readonly registry: Registry
  readonly allowOrigin: readonly string[]
  readonly addressOf: (request: IncomingMessage) => string
}

interface Stream {
  readonly kind: string
  readonly method: 'GET' | 'POST'
  readonly framing: Framing
  readonly contentType: string
  readonly isUnidirectional: boolean
}

const events = {
  kind: 'sse',
  method: 'GET',
  framing: eventFraming,
  contentType: 'text/event-stream',
} as const
const lines = {
  kind: 'http-stream',
  method: 'POST',
  framing: lineFraming,
  contentType: 'application/x-ndjson',
} as const

/** Where each is found; the same paths as everywhere where this protocol is spoken. */
const streams: Readonly<Record<string, Stream>> = {
  '/connection/sse': { ...events, isUnidirectional: false },
  '/connection/http_stream': { ...lines, isUnidirectional: false },
  '/connection/uni_sse': { ...events, isUnidirectional: true },
  '/connection/uni_http_stream': { ...lines, isUnidirectional: true },
}

const emulationPath = '/emulation'

export class CentrifugeStreams {
  readonly #options: StreamOptions
  readonly #connection: ConnectionOptions
  /** For clients that only listen: their silence is no sign. */
  readonly #listening: ConnectionOptions
  /** By the secret that the client was told in its connect reply. */
  readonly #sessions = new Map<string, ResponseTransport>()

  constructor(options: StreamOptions) {
    this.#options = options
    this.#connection = sharedOptions({ ...options.connection, pingIntervalMs: 0 })
    this.#listening = sharedOptions({ ...options.connection, pingIntervalMs: 0, readDeadlineMs: 0 })
  }

  /** Answers a request for one of these paths; `false`: it is for another, and nothing was done. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const [path = '/'] = (request.url ?? '/').split('?', 1)
    const stream = Object.hasOwn(streams, path) ? streams[path] : undefined
    if (stream === undefined && path !== emulationPath) return false
    this.#answer(request, response, stream).catch((error) => this.#failed(error, request, response))
    return true
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    stream: Stream | undefined,
  ): Promise<void> {
    const { origin, host } = request.headers
    if (!isOriginAllowed(origin, host, this.#options.allowOrigin)) {
      refuse(response, 403, `Pages of ${origin} may not connect here.`)
      return
    }
    if (origin !== undefined) allowPage(response, origin)
    const method = stream?.method ?? 'POST'
    const ban = this.#options.services.moderation.banOfAddress(this.#options.addressOf(request))
    if (request.method === 'OPTIONS') {
      response.writeHead(204, { 'Access-Control-Allow-Methods': method }).end()
    } else if (request.method !== method) {
      refuse(response, 405, `This address takes ${method}.`, { Allow: method })
    } else if (stream === undefined) {
      await this.#emulate(request, response)
    } else if (ban !== undefined) {
      refuse(response, 403, noticeOf(ban).message)
    } else if (wantsProtobuf(request.headers, queryOf(request))) {
      refuse(response, 415, 'Protobuf is spoken over WebSocket here; this address speaks JSON.')
    } else {
      const first = await this.#firstWords(request, stream)
      if (first === undefined) refuse(response, 400, 'The first commands are missing: "cf_connect".')
      else this.#open(request, response, stream, first)
    }
  }

  /** What the client says first. */
  async #firstWords(
    request: IncomingMessage,
    { method, isUnidirectional }: Stream,
  ): Promise<Buffer | undefined> {
    if (method === 'POST') return readBody(request, this.#options.services.limits.messageBytes)
    const words = queryOf(request).get('cf_connect')
    // A connect request may say nothing at all.
    if (words === null && !isUnidirectional) return undefined
    return Buffer.from(words ?? '')
  }

  #open(request: IncomingMessage, response: ServerResponse, stream: Stream, first: Buffer): void {
    const { registry, services, addressOf } = this.#options
    const remoteAddress = addressOf(request)
    let admission: Admission
    try {
      admission = registry.admit(remoteAddress)
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      const isFull = error.reason === 'draining' || error.reason === 'too-many-connections'
      refuse(response, isFull ? 503 : 429, error.message, { 'Retry-After': '1' })
      return
    }
    response.writeHead(200, {
      'Content-Type': stream.contentType,
      'Cache-Control': 'private, no-store',
      // Proxies that gather what they pass on must not: what is said here is said now.
      'X-Accel-Buffering': 'no',
    })
    response.flushHeaders()
    request.socket.setNoDelay(true)
    const { framing, isUnidirectional } = stream
    const secret = isUnidirectional ? undefined : randomUUID()
    const session = new CentrifugeSession({
      services,
      framing,
      isUnidirectional,
      http: { url: request.url, headers: request.headers },
      ...(secret === undefined ? {} : { emulationSession: secret }),
    })
    const transport = new ResponseTransport(response, stream.kind, remoteAddress)
    const codec = new ChunkCodec((ending) => session.lastWords(ending))
    const connection = new Connection(
      transport,
      codec,
      session,
      isUnidirectional ? this.#listening : this.#connection,
    )
    admission.register(connection)
    if (secret !== undefined) {
      this.#sessions.set(secret, transport)
      void connection.closed.then(() => this.#sessions.delete(secret))
    }
    connection.bytesRead(first)
  }

  /** What a client says after its first words. */
  async #emulate(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // The commands are a string in JSON here, in which each quotation mark takes two bytes.
    const body = await readBody(request, 2 * this.#options.services.limits.messageBytes + 1024)
    const words = parse(body)
    const transport = words === undefined ? undefined : this.#sessions.get(words.session)
    if (words === undefined) {
      refuse(response, 400, 'What came is not {"session": …, "node": …, "data": …}.')
    } else if (transport === undefined || !(await transport.receive(Buffer.from(words.data)))) {
      refuse(response, 404, 'There is no such session here.')
    } else {
      response.writeHead(204).end()
    }
  }

  #failed(error: unknown, request: IncomingMessage, response: ServerResponse): void {
    if (response.headersSent || request.destroyed) {
      response.destroy()
    } else if (error instanceof MessageTooLargeError) {
      refuse(response, 413, error.message, { Connection: 'close' })
    } else {
      this.#options.services.failed(error, 'A request of a stream failed.')
      refuse(response, 500, 'Something failed here.')
    }
  }
}

function queryOf({ url = '' }: IncomingMessage): URLSearchParams {
  return new URLSearchParams(url.split('?', 2)[1])
}

function parse(body: Buffer): { session: string; data: string } | undefined {
  let value: unknown
  try {
    value = JSON.parse(body.toString())
  } catch {
    // What it was instead does not matter: the client is told what is expected.
    return undefined
  }
  if (!isObject(value)) return undefined
  const { session, data } = value
  return typeof session === 'string' && typeof data === 'string' ? { session, data } : undefined
}

function allowPage(response: ServerResponse, origin: string): void {
  response.setHeader('Access-Control-Allow-Origin', origin)
  response.setHeader('Access-Control-Allow-Credentials', 'true')
  response.setHeader('Access-Control-Allow-Headers', 'Content-Type, Accept')
  response.setHeader('Vary', 'Origin')
}

function refuse(
  response: ServerResponse,
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response
    .writeHead(status, {
      'Content-Type': 'text/plain; charset=utf-8',
      'X-Content-Type-Options': 'nosniff',
      ...headers,
    })
    .end(`${message}\n`)
}
