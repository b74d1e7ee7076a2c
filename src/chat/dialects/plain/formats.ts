/** The three ways in which the plain dialect shows a room. */
import { encodeFrame, opcodes } from '../../../transports/websocket/frame.ts'
import type { Format } from '../../format.ts'

const lineBreak = /\r\n|[\n\r\u2028\u2029]/
// A terminal obeys these; a message must not command somebody else's terminal.
const controls = /[\p{Cc}]/gu

/** WebSocket, just the text: what any raw client expects. */
export const textFormat: Format = {
  name: 'text',
  publication: ({ text }) => encodeFrame(opcodes.text, text),
  presence: () => undefined,
}

/** WebSocket, JSON objects, for pages that want names. */
export const jsonFormat: Format = {
  name: 'json',
  publication: ({ room, name, text, time, offset }) =>
    encodeFrame(opcodes.text, JSON.stringify({ room, name, text, time, offset })),
  presence: ({ room, join, leave, time }) =>
    encodeFrame(opcodes.text, JSON.stringify({ room, join, leave, time })),
}

/** Lines for people at a terminal: `name: text`, each line of a longer text so. */
export const lineFormat: Format = {
  name: 'line',
  publication: ({ name, text }) => {
    const lines = text.split(lineBreak).map((line) => `${name}: ${visible(line)}\n`)
    return Buffer.from(lines.join(''))
  },
  presence: () => undefined,
}

/** Control characters, but for the tab, become a mark that nothing obeys. */
export function visible(text: string): string {
  return text.replace(controls, (control) => (control === '\t' ? control : '\ufffd'))
}
