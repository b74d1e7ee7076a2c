/** Clients of the tests: a real WebSocket library, and bare sockets that may misbehave. */
import { connect, type Socket } from 'node:net'
import { WebSocket } from 'ws'

const patienceMs = 10_000

/** Resolves once `isTrue` is; rejects after a while, with what it was waiting for. */
export async function until(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const startedAt = Date.now()
  while (!(await isTrue())) {
    if (Date.now() - startedAt > patienceMs) throw new Error(`It did not come to this: ${what}.`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

export interface Chatter {
  readonly socket: WebSocket
  /** All text frames, in order. */
  readonly received: string[]
  /** All frames, parsed. */
  objects(): Record<string, unknown>[]
  got(text: string): Promise<void>
  close: Promise<{ code: number; reason: string }>
}

/** Joins with a WebSocket, from an address of this machine; resolves when it is open. */
export async function chatter(
  port: number,
  query = '',
  headers = {},
  localAddress = '127.0.0.1',
): Promise<Chatter> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws?${query}`, { headers, localAddress })
  const received: string[] = []
  socket.on('message', (data) => received.push(String(data)))
  const close = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }))
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  return {
    socket,
    received,
    objects: () => received.map((text) => JSON.parse(text)),
    got: (text) => until(`a frame ${text} (there are ${received})`, () => received.includes(text)),
    close,
  }
}

/**
 * The same in JSON, once the server has said a first word. The upgrade is answered before tokens are read and rooms
 * entered, so this is what to wait for before others give orders about the person or count who is there.
 */
export async function greeted(
  port: number,
  query: string,
  headers = {},
  localAddress?: string,
): Promise<Chatter> {
  const person = await chatter(port, `format=json&${query}`, headers, localAddress)
  await until('a first word', () => person.received.length > 0)
  return person
}

export interface RawPeer {
  readonly socket: Socket
  bytes(): Buffer
  text(): string
  /** Resolves when `part` has come. */
  got(part: string): Promise<void>
  readonly closed: Promise<void>
}

/** A bare TCP connection, from an address of this machine. Errors end it, as they would a program. */
export async function rawPeer(port: number, localAddress = '127.0.0.1'): Promise<RawPeer> {
  const socket = connect({ port, host: '127.0.0.1', localAddress, allowHalfOpen: false })
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  socket.on('error', () => {
    // `close` follows, and tells all that a test asks for.
  })
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
  await new Promise<void>((resolve) => socket.once('connect', resolve))
  const bytes = (): Buffer => Buffer.concat(chunks)
  const text = (): string => bytes().toString()
  return {
    socket,
    bytes,
    text,
    got: (part) => until(`${JSON.stringify(part)} in ${JSON.stringify(text())}`, () => text().includes(part)),
    closed,
  }
}

const upgradeHeaders: Record<string, string> = {
  Host: '127.0.0.1',
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
}

/** An upgrade request's bytes; a header of `undefined` is left out. */
export function upgradeRequest(
  path = '/ws',
  headers: Record<string, string | undefined> = {},
  method = 'GET',
): string {
  const lines = Object.entries({ ...upgradeHeaders, ...headers })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`
}

/** A bare socket that has shaken hands as a WebSocket. */
export async function rawWebSocket(port: number, query = ''): Promise<RawPeer> {
  const peer = await rawPeer(port)
  peer.socket.write(upgradeRequest(`/ws?${query}`))
  await peer.got('\r\n\r\n')
  return peer
}

/** A client's frame, masked unless told otherwise. */
export function clientFrame(
  first: number,
  payload: string | Buffer,
  options: { mask?: boolean; length?: number } = {},
): Buffer {
  const { mask = true } = options
  const body = Buffer.from(payload as string)
  const length = options.length ?? body.byteLength
  const maskBit = mask ? 0x80 : 0
  const header =
    length < 126
      ? Buffer.from([first, maskBit | length])
      : length < 65_536
        ? Buffer.from([first, maskBit | 126, length >> 8, length & 0xff])
        : Buffer.concat([Buffer.from([first, maskBit | 127, 0, 0, 0, 0]), lengthBytes(length)])
  if (!mask) return Buffer.concat([header, body])
  const key = Buffer.from([1, 2, 3, 4])
  return Buffer.concat([header, key, body.map((byte, index) => byte ^ key[index % 4]!)])
}

function lengthBytes(length: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(length)
  return bytes
}
