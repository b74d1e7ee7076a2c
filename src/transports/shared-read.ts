/**
 * Reads sockets into one buffer of the process.
 *
 * Node reads into 64 KiB of new memory each time, copies what came, and lets the memory go: for a request of a hundred
 * bytes that costs more than understanding it. (*Measured*, bench `gateway`, alternating runs: about a tenth of the gateway's
 * processor time for a GET.) For sockets that one makes oneself Node has the option `onread` against this: a buffer that
 * is read into again and again. Sockets that a server accepts cannot have it, so here it is set as Node sets it. Where a
 * Node has changed that, `readInto` says so, and the socket is read by its events (docs/decisions/shared-read.md).
 */
import { Buffer } from 'node:buffer'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'

/** As much as Node asks the system for at once. */
const sharedBytes = 65_536

/** What Node's own sockets hold for `onread`, by the names of its symbols. */
interface OnReadSymbols {
  readonly buffer: symbol
  readonly callback: symbol
  readonly nextBuffer: symbol
}

/** Called as a method of the socket. Returns whether to go on. */
export type LentRead = (this: Socket, length: number, buffer: Buffer) => boolean

interface OpenSocket {
  readonly _handle?: { readonly useUserBuffer?: (buffer: Buffer) => unknown } | null
  [symbol: symbol]: unknown
}

let shared: Buffer | undefined
let symbols: OnReadSymbols | undefined

/**
 * From here on `read` gets what comes instead of the socket's stream: so many bytes at the beginning of a buffer that is
 * lent for the call. Where it returns `false`, the socket is not read until it is resumed. To be called when the stream
 * holds nothing unread. Returns whether it does so; else nothing has changed. TLS is left as it is: there Node takes as
 * much memory as it needs.
 */
export function readInto(socket: Socket, read: LentRead): boolean {
  return (socket as Partial<TLSSocket>).encrypted !== true && setCallback(socket, read)
}

/** Gives what comes to the socket's stream again. */
export function readByEvents(socket: Socket): void {
  if (isShared(socket))
    setCallback(socket, (length, buffer) => socket.push(Buffer.from(buffer.subarray(0, length))))
}

function setCallback(socket: Socket, callback: LentRead): boolean {
  const open = socket as unknown as OpenSocket
  const names = symbolsOf(open)
  if (names === undefined) return false
  if (!isShared(socket)) {
    const handle = open._handle
    if (typeof handle?.useUserBuffer !== 'function' || open[names.buffer] !== null) return false
    shared ??= Buffer.allocUnsafeSlow(sharedBytes)
    open[names.buffer] = shared
    open[names.nextBuffer] = null
    handle.useUserBuffer(shared)
  }
  open[names.callback] = callback
  return true
}

function isShared(socket: Socket): boolean {
  return symbols !== undefined && (socket as unknown as OpenSocket)[symbols.buffer] === shared
}

function symbolsOf(socket: OpenSocket): OnReadSymbols | undefined {
  if (symbols !== undefined) return symbols
  const own = Object.getOwnPropertySymbols(socket)
  const named = (name: string): symbol | undefined => own.find(({ description }) => description === name)
  const [buffer, callback, nextBuffer] = [named('kBuffer'), named('kBufferCb'), named('kBufferGen')]
  if (buffer === undefined || callback === undefined || nextBuffer === undefined) return undefined
  symbols = { buffer, callback, nextBuffer }
  return symbols
}
