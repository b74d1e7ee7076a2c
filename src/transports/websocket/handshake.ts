/** The opening handshake (RFC 6455 section 4.2): an HTTP request becomes a transport, or gets an HTTP answer. */
import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const keyPattern = /^[+/0-9A-Za-z]{21}[AQgw]==$/

/** Why an upgrade was refused: an HTTP status and a sentence. */
export interface UpgradeRefusal {
  readonly status: number
  readonly message: string
  readonly headers?: Readonly<Record<string, string>>
}

/** What is wrong with this upgrade request, by the protocol; `undefined`: nothing. */
export function checkUpgrade(request: IncomingMessage): UpgradeRefusal | undefined {
  const { headers, method } = request
  if (method !== 'GET') {
    return { status: 405, message: 'A WebSocket opens with GET.', headers: { Allow: 'GET' } }
  }
  if (headers.upgrade?.toLowerCase() !== 'websocket') return upgradeRequired('Upgrade to "websocket" here.')
  if (headers['sec-websocket-version'] !== '13') {
    return upgradeRequired('This server speaks WebSocket version 13.')
  }
  if (!keyPattern.test(headers['sec-websocket-key'] ?? '')) {
    return { status: 400, message: 'Sec-WebSocket-Key must be 16 bytes in base64.' }
  }
  return undefined
}

/** What a request that is no upgrade gets where only WebSocket is spoken. */
export function upgradeRequired(message: string): UpgradeRefusal {
  return {
    status: 426,
    message,
    headers: { Upgrade: 'websocket', Connection: 'Upgrade', 'Sec-WebSocket-Version': '13' },
  }
}

/** The first subprotocol that the client wants of those that are spoken. */
export function chosenSubprotocol(
  headers: IncomingHttpHeaders,
  spoken: readonly string[],
): string | undefined {
  const wanted = headers['sec-websocket-protocol']?.split(',') ?? []
  return wanted.map((each) => each.trim()).find((each) => spoken.includes(each))
}

/** The answer that opens the WebSocket. Call after {@link checkUpgrade} has found nothing. */
export function acceptance(request: IncomingMessage, subprotocols: readonly string[] = []): string {
  const key = request.headers['sec-websocket-key'] ?? ''
  const accept = createHash('sha1')
    .update(key + guid)
    .digest('base64')
  const chosen = chosenSubprotocol(request.headers, subprotocols)
  const subprotocol = chosen === undefined ? '' : `Sec-WebSocket-Protocol: ${chosen}\r\n`
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n${subprotocol}\r\n`
}

const phrases: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  426: 'Upgrade Required',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
}

/** Answers a refused upgrade request in HTTP and ends the socket. */
export function refuseUpgrade(socket: Duplex, refusal: UpgradeRefusal): void {
  const body = `${refusal.message}\n`
  const headers = {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
    'X-Content-Type-Options': 'nosniff',
    Connection: 'close',
    ...refusal.headers,
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.on('error', () => {
    // The peer was refused; whether it still hears so does not matter.
  })
  socket.once('finish', () => socket.destroy())
  socket.end(
    `HTTP/1.1 ${refusal.status} ${phrases[refusal.status] ?? 'Error'}\r\n${lines.join('')}\r\n${body}`,
  )
}
