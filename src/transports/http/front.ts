/**
 * The front of an HTTP server of Node's: looks at the first bytes of each connection, and takes those that begin
 * with a request for certain paths; everybody else goes on to the server as if nothing had been here.
 */
import { Buffer } from 'node:buffer'
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { keepAliveAfterMs } from '../tcp.ts'

export interface FrontOptions {
  /** Whether the server speaks TLS. */
  readonly isSecure: boolean
  /** What the paths of our requests begin with. */
  readonly prefixes: readonly string[]
  /** Takes a connection of ours; its socket is paused, with all bytes unread. */
  readonly take: (socket: Socket) => void
  /** How long a connection may be silent at first. */
  readonly timeoutMs: number
}

export interface Front {
  /** Gives a connection to the server; its socket is paused. */
  giveBack(socket: Socket): void
  /** Cuts connections that have not said yet what they want. */
  close(): void
}

type Listen = (socket: Socket) => void

/** Stands before the server's own listener. Call before it listens. */
export function frontOf(server: Server, options: FrontOptions): Front {
  const event = options.isSecure ? 'secureConnection' : 'connection'
  const listeners = server.listeners(event) as Listen[]
  const undecided = new Set<Socket>()
  const giveBack = (socket: Socket): void => {
    for (const listener of listeners) listener.call(server, socket)
    socket.resume()
  }
  server.removeAllListeners(event)
  server.on(event, (socket: Socket) => {
    undecided.add(socket)
    look(socket, options, (isOurs) => {
      undecided.delete(socket)
      if (isOurs === undefined) socket.destroy()
      else if (isOurs) {
        socket.setKeepAlive(true, keepAliveAfterMs)
        options.take(socket)
        socket.resume()
      } else giveBack(socket)
    })
  })
  return {
    giveBack,
    close: () => {
      for (const socket of undecided) socket.destroy()
    },
  }
}

/** Reads until it is known whose the first request is, and puts the bytes back. `undefined`: it ended before. */
function look(
  socket: Socket,
  { prefixes, timeoutMs }: FrontOptions,
  decided: (isOurs: boolean | undefined) => void,
): void {
  let bytes: Buffer = Buffer.alloc(0)
  const timer = setTimeout(() => finish(undefined), timeoutMs)
  const read = (chunk: Buffer): void => {
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk])
    const isOurs = isForOneOf(prefixes, bytes)
    if (isOurs !== undefined) finish(isOurs)
  }
  const over = (): void => finish(undefined)
  const finish = (isOurs: boolean | undefined): void => {
    clearTimeout(timer)
    socket.pause()
    socket.off('data', read)
    socket.off('end', over)
    socket.off('error', over)
    socket.off('close', over)
    if (isOurs === undefined) {
      socket.on('error', () => {
        // It is being cut; how it takes that does not matter.
      })
    } else socket.unshift(bytes)
    decided(isOurs)
  }
  socket.on('data', read)
  socket.on('end', over)
  socket.on('error', over)
  socket.on('close', over)
}

/** The longest method that is looked at. */
const longestMethod = 24

/** Whether a request begins with one of these paths; `undefined`: more bytes are needed to know. */
export function isForOneOf(prefixes: readonly string[], bytes: Buffer): boolean | undefined {
  const text = bytes.toString('latin1', 0, 128)
  const space = text.indexOf(' ')
  if (space < 0) return text.length > longestMethod || !/^[A-Z]*$/.test(text) ? false : undefined
  const path = text.slice(space + 1)
  if (prefixes.some((prefix) => path.startsWith(prefix))) return true
  return prefixes.some((prefix) => prefix.startsWith(path)) ? undefined : false
}
