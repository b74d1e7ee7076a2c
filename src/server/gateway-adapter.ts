/** The gateway's handlers on `node:http`, for requests on connections that began with something else. */
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TLSSocket } from 'node:tls'
import { sayError } from '../gateway/command-url/say.ts'
import type {
  GatewayHandler,
  GatewayReply,
  GatewayRequest,
  ReplyHeaders,
  ReplyStream,
} from '../gateway/exchange.ts'
import { addressOf } from '../transports/tcp.ts'

export interface AdapterOptions {
  readonly bodyBytes: number
  readonly failed: (error: unknown, request: GatewayRequest) => void
}

/** Answers one request of Node's with a handler. Never rejects. */
export async function answerNodeRequest(
  incoming: IncomingMessage,
  response: ServerResponse,
  handle: GatewayHandler,
  options: AdapterOptions,
): Promise<void> {
  const reply = new NodeReply(incoming, response)
  const body = await bodyOf(incoming, options.bodyBytes)
  const request = requestOf(incoming, body ?? Buffer.alloc(0))
  if (body === undefined) {
    sayError(reply, 413, `The body is larger than the limit of ${options.bodyBytes} bytes.`, {
      Connection: 'close',
    })
    return
  }
  try {
    await handle(request, reply)
  } catch (error) {
    options.failed(error, request)
    if (response.headersSent) response.destroy()
    else sayError(reply, 500, 'The server failed to answer this request.')
  }
}

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
    body,
    remoteAddress: addressOf(incoming.socket),
    isSecure: (incoming.socket as Partial<TLSSocket>).encrypted === true,
  }
}

/** `undefined`: it is too large. */
async function bodyOf(incoming: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const parts: Buffer[] = []
  let bytes = 0
  try {
    for await (const part of incoming as AsyncIterable<Buffer>) {
      bytes += part.length
      if (bytes > maxBytes) return undefined
      parts.push(part)
    }
  } catch {
    // The client left in the middle: whatever is answered, nobody hears it, and nothing must be carried out.
    return undefined
  }
  return Buffer.concat(parts, bytes)
}

class NodeReply implements GatewayReply {
  readonly #incoming: IncomingMessage
  readonly #response: ServerResponse
  readonly #abort = new AbortController()

  constructor(incoming: IncomingMessage, response: ServerResponse) {
    this.#incoming = incoming
    this.#response = response
    response.on('close', () => {
      if (!response.writableFinished) this.#abort.abort()
    })
  }

  get closed(): AbortSignal {
    return this.#abort.signal
  }

  send(status: number, headers: ReplyHeaders, body: Buffer | string, etag?: string): void {
    const hasBody = status !== 204 && status !== 304
    this.#response.writeHead(status, {
      ...headers,
      ...(etag === undefined ? {} : { ETag: etag }),
      ...(hasBody ? { 'Content-Length': Buffer.byteLength(body) } : {}),
    })
    this.#response.end(hasBody && this.#incoming.method !== 'HEAD' ? body : undefined)
  }

  stream(status: number, headers: ReplyHeaders): ReplyStream {
    const response = this.#response
    response.writeHead(status, headers)
    response.flushHeaders()
    const { signal } = this.#abort
    return {
      write: (bytes) => response.destroyed || response.write(bytes),
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
