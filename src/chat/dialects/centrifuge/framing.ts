/** How what the protocol says becomes bytes on a transport. */
import { encodeFrame, opcodes } from '../../../transports/websocket/frame.ts'

export interface Framing {
  /** Its name, for metrics. */
  readonly name: string
  /** `lines`: JSON objects, at least one. */
  frame(lines: readonly string[]): Buffer
}

/** A text frame holds one object a line. */
export const webSocketFraming: Framing = {
  name: 'websocket',
  frame: (lines) => encodeFrame(opcodes.text, lines.join('\n')),
}

/** Bare lines: TCP, and HTTP responses that stream. */
export const lineFraming: Framing = {
  name: 'lines',
  frame: (lines) => Buffer.from(`${lines.join('\n')}\n`),
}

/** Server-sent events: each object is one. */
export const eventFraming: Framing = {
  name: 'events',
  frame: (lines) => Buffer.from(lines.map((line) => `data: ${line}\n\n`).join('')),
}
