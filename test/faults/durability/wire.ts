/** Lines both ways, over WebSocket or TCP: what carries the protocol of the clients that are our own. */
import { connect } from 'node:net'
import { WebSocket } from 'ws'

export type WireKind = 'websocket' | 'lines'

/** Where to connect. */
export interface Ports {
  readonly http: number
  readonly lines: number
}

export interface Wire {
  /** One object in JSON, without a line end. */
  send(text: string): void
  /** Ends it; nothing is heard any more. */
  cut(): void
}

export interface WireListener {
  line(text: string): void
  /** Once, however it ended. `code` and `reason` where the other side gave them. */
  closed(code?: number, reason?: string): void
}

/** Rejects if there is nobody, or nobody answers for a while. */
export function openWire(kind: WireKind, ports: Ports, listener: WireListener): Promise<Wire> {
  return kind === 'websocket' ? openWebSocket(ports.http, listener) : openLines(ports.lines, listener)
}

const openTimeoutMs = 5_000

function openWebSocket(port: number, listener: WireListener): Promise<Wire> {
  return new Promise((resolve, reject) => {
    const url = `ws://127.0.0.1:${port}/connection/websocket`
    const socket = new WebSocket(url, { handshakeTimeout: openTimeoutMs, perMessageDeflate: false })
    const wire: Wire = {
      send: (text) => {
        if (socket.readyState === WebSocket.OPEN) socket.send(text)
      },
      cut: () => socket.terminate(),
    }
    socket.on('open', () => resolve(wire))
    socket.on('error', reject)
    socket.on('close', (code, reason) => listener.closed(code, reason.toString()))
    socket.on('message', (data) => {
      for (const line of String(data).split('\n')) listener.line(line)
    })
  })
}

function openLines(port: number, listener: WireListener): Promise<Wire> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    const tooLate = setTimeout(() => socket.destroy(new Error('Nobody answered.')), openTimeoutMs)
    const wire: Wire = {
      send: (text) => {
        if (socket.writable) socket.write(`${text}\n`)
      },
      cut: () => socket.destroy(),
    }
    let rest = ''
    socket.setEncoding('utf8')
    socket.on('connect', () => {
      clearTimeout(tooLate)
      resolve(wire)
    })
    socket.on('error', reject)
    socket.on('close', () => {
      clearTimeout(tooLate)
      listener.closed()
    })
    socket.on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      // What has no end yet was cut off, or comes later.
      rest = lines.pop() ?? ''
      for (const line of lines) listener.line(line)
    })
  })
}
