/** How what the protocol says becomes bytes on a transport, and how what a client says is read. */
import { Buffer } from 'node:buffer'
import { encodeFrame, opcodes } from '../../../transports/websocket/frame.ts'
import { decodeConnect, decodeFrame } from './decode.ts'
import { Disconnect } from './disconnects.ts'
import { decodeCommands } from './protobuf/commands.ts'
import { encodeReplies } from './protobuf/replies.ts'
import type { Command, pong } from './protocol.ts'

/** What the transports of this dialect deliver: text, or bytes; `undefined`: bytes that should be text and are not. */
export type CentrifugeMessage = string | Buffer | { readonly text: string | undefined }

export interface Framing {
  /** Its name, for metrics. */
  readonly name: string
  /** Data are bytes: a difference stands there as it is, and what is whole as JSON, where JSON has texts for both. */
  readonly hasBytes?: boolean
  /** `lines`: JSON objects, at least one. */
  frame(lines: readonly string[]): Buffer
  /**
   * The commands of one message, lazily; of a unidirectional client the one that it says. Steps throw `Disconnect` for
   * what is not this protocol.
   */
  decode(message: CentrifugeMessage, isUnidirectional: boolean): Iterator<Command | typeof pong>
}

/** JSON, whatever is between the objects. */
const decode: Framing['decode'] = (message, isUnidirectional) =>
  isUnidirectional ? decodeConnect(message) : decodeFrame(message)

/** A text frame holds one object a line. */
export const webSocketFraming: Framing = {
  name: 'websocket',
  frame: (lines) => encodeFrame(opcodes.text, lines.join('\n')),
  decode,
}

/** A binary frame holds messages of Protobuf, each with its length before it. */
export const protobufFraming: Framing = {
  name: 'websocket-protobuf',
  hasBytes: true,
  frame: (lines) => encodeFrame(opcodes.binary, encodeReplies(lines)),
  decode: decodeCommands,
}

/** For clients that want what is not spoken where they are: their first word ends the connection. */
export const inappropriateFraming: Framing = {
  ...webSocketFraming,
  decode: () => ({
    next: () => {
      throw new Disconnect('inappropriate-protocol')
    },
  }),
}

/** Bare lines: TCP, and HTTP responses that stream. */
export const lineFraming: Framing = {
  name: 'lines',
  frame: (lines) => Buffer.from(`${lines.join('\n')}\n`),
  decode,
}

/** Server-sent events: each object is one. */
export const eventFraming: Framing = {
  name: 'events',
  frame: (lines) => Buffer.from(lines.map((line) => `data: ${line}\n\n`).join('')),
  decode,
}
