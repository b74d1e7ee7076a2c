/** The gateway's handlers on `node:http`, for requests on connections that began with something else. */
import { Buffer } from 'node:buffer'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { performance } from 'node:perf_hooks'
import type { TLSSocket } from 'node:tls'
import { sayError } from '../gateway/command-url/say.ts'
import type {
  GatewayHandler,
  GatewayReply,
  GatewayRequest,
  ReplyHeaders,
  ReplyStream,
} from '../gateway/exchange.ts'
import { clientGone } from '../transports/http/reply.ts'
import { requestIdOf } from '../transports/http/request-id.ts'
import { addressOf } from '../transports/tcp.ts'

export interface AdapterOptions {
  readonly bodyBytes: number
  readonly failed: (error: unknown, request: GatewayRequest) => void
  /** A reply is whole, or its client has left: for logs and metrics. */
  readonly answered: (reply: NodeReply) => void
}

/** Answers one request of Node's with a handler. Never rejects. */
export async function answerNodeRequest(
  incoming: IncomingMessage,
  response: ServerResponse,
  handle: GatewayHandler,
  options: AdapterOptions,
): Promise<void> {
  const receivedAtMs = performance.now()
  // Before the body: its connection is known as long as it is there.
  const head = requestOf(incoming, nothing)
  const body = await bodyOf(incoming, options.bodyBytes)
  // Nobody is left to be answered, and half a request is not carried out.
  if (body === 'broken-off') return
  const request = { ...head, body: body ?? nothing }
  const reply = new NodeReply(request, response, receivedAtMs, options)
  if (body === undefined) {
    sayError(reply, 413, `The body is larger than the limit of ${options.bodyBytes} bytes.`, {
      Connection: 'close',
    })
    return
  }
  try {
    await handle(request, reply)
  } catch (error) {
    reply.fail(error)
  }
}

const nothing = Buffer.alloc(0)

/** A request of Node's, as the gateway sees it. */
export function requestOf(incoming: IncomingMessage, body: Buffer): GatewayRequest {
  const url = incoming.url ?? '/'
  const question = url.indexOf('?')
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = typeof value === 'string' ? value : value.join(', ')
  }
  return {
    method: incoming.method ?? 'GET',
    path: question < 0 ? url : url.slice(0, question),
    query: question < 0 ? '' : url.slice(question + 1),
    headers,
    header: (name) => headers[name],
    ifNoneMatch: headers['if-none-match'],
    body,
    id: requestIdOf(headers['x-request-id']),
    remoteAddress: addressOf(incoming.socket),
    isSecure: (incoming.socket as Partial<TLSSocket>).encrypted === true,
  }
}

/**
 * `undefined`: it is too large; `broken-off`: the client left in the middle. Not by `for await`, which destroys what it
 * leaves early, and with it the connection that the answer should go over.
 */
function bodyOf(incoming: IncomingMessage, maxBytes: number): Promise<Buffer | 'broken-off' | undefined> {
  return new Promise((resolve) => {
    const parts: Buffer[] = []
    let bytes = 0
    const take = (part: Buffer): void => {
      bytes += part.length
      parts.push(part)
      if (bytes <= maxBytes) return
      // What still comes until the connection ends is read and dropped.
      incoming.off('data', take).resume()
      resolve(undefined)
    }
    incoming.on('data', take)
    incoming.on('end', () => resolve(Buffer.concat(parts, bytes)))
    incoming.on('error', () => resolve('broken-off'))
    incoming.on('close', () => resolve('broken-off'))
  })
}

/** A reply by way of `node:http`. */
export class NodeReply implements GatewayReply {
  readonly request: GatewayRequest
  /** When its request came, by `performance.now()`. */
  readonly receivedAtMs: number
  subject = ''
  user: string | undefined
  status = 0
  bodyBytes = 0
  readonly #response: ServerResponse
  readonly #failed: AdapterOptions['failed']
  readonly #abort = new AbortController()

  constructor(
    request: GatewayRequest,
    response: ServerResponse,
    receivedAtMs: number,
    { answered, failed }: Pick<AdapterOptions, 'answered' | 'failed'>,
  ) {
    this.#failed = failed
    this.request = request
    this.receivedAtMs = receivedAtMs
    this.#response = response
    response.setHeader('X-Request-Id', request.id)
    response.on('close', () => {
      if (!response.headersSent) this.status = clientGone
      answered(this)
      // Last: who hears of it answers at once, and what is counted is that the client has left.
      if (!response.writableFinished) this.#abort.abort()
    })
  }

  get closed(): AbortSignal {
    return this.#abort.signal
  }

  add(headers: ReplyHeaders): void {
    for (const [name, value] of Object.entries(headers)) this.#response.setHeader(name, value)
  }

  send(status: number, headers: ReplyHeaders, body: Buffer | string, etag?: string): void {
    const hasBody = status !== 204 && status !== 304
    const length = Buffer.byteLength(body)
    this.status = status
    this.#response.writeHead(status, {
      ...headers,
      ...(etag === undefined ? {} : { ETag: `"${etag}"` }),
      ...(hasBody ? { 'Content-Length': length } : {}),
    })
    const isSent = hasBody && this.request.method !== 'HEAD'
    if (isSent) this.bodyBytes = length
    this.#response.end(isSent ? body : undefined)
  }

  fail(error: unknown): void {
    this.#failed(error, this.request)
    if (this.#response.headersSent) this.#response.destroy()
    else sayError(this, 500, 'The server failed to answer this request.')
  }

  stream(status: number, headers: ReplyHeaders, length?: number): ReplyStream {
    const response = this.#response
    this.status = status
    response.writeHead(status, length === undefined ? headers : { ...headers, 'Content-Length': length })
    response.flushHeaders()
    const { signal } = this.#abort
    return {
      write: (bytes) => {
        if (response.destroyed) return true
        this.bodyBytes += Buffer.byteLength(bytes)
        return response.write(bytes)
      },
      drained: async () => {
        if (!response.writableNeedDrain || signal.aborted) return
        try {
          await once(response, 'drain', { signal })
        } catch (error) {
          if (!signal.aborted) throw error
        }
      },
      end: () => void response.end(),
    }
  }
}
