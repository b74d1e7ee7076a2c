/** The three ways in which the plain dialect shows a room. */
import { Buffer } from 'node:buffer'
import { encodeFrame, opcodes } from '../../../transports/websocket/frame.ts'
import type { Format } from '../../format.ts'
import type { Publication } from '../../publication.ts'

const lineBreak = /\r\n|[\n\r\u2028\u2029]/
/** At the beginning, in whatever width they are drawn, also behind what is not drawn at all. */
const atSigns = /^[@\ufe6b\uff20\s\p{Cf}]+/u
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
  publication: (publication) =>
    encodeFrame(opcodes.text, JSON.stringify({ room: publication.room, ...heard(publication) })),
  presence: ({ room, join, leave, isRemoved, user, time }) => {
    const removed = isRemoved === true ? { removed: true } : {}
    return encodeFrame(
      opcodes.text,
      JSON.stringify({ room, join, leave, ...removed, ...vouched(user), time }),
    )
  },
}

/** Lines for people at a terminal: `name: text`, each line of a longer text so. */
export const lineFormat: Format = {
  name: 'line',
  publication: ({ name, user, text }) => {
    const author = markedName(name, user)
    const lines = text.split(lineBreak).map((line) => `${author}: ${visible(line)}\n`)
    return Buffer.from(lines.join(''))
  },
  // People at a terminal are not told who comes and goes; that somebody had to go concerns them.
  presence: ({ leave, isRemoved, user }) =>
    isRemoved === true && leave !== undefined
      ? Buffer.from(`* ${markedName(leave, user)} was removed from this room.\n`)
      : undefined,
}

/** A message as pages get it, but for its room. */
export function heard({ name, user, text, time, offset }: Publication): Readonly<Record<string, unknown>> {
  return { name, ...vouched(user), text, time, offset }
}

/** `user` stands only where a token has named them. */
export function vouched(user: string): { user?: string } {
  return user === '' ? {} : { user }
}

/** A name as lines show it: one that a token vouches for begins with `@`, and no other does. */
export function markedName(name: string, user: string): string {
  const shown = visible(name)
  return user === '' ? shown.replace(atSigns, '') || 'somebody' : `@${shown}`
}

/** Control characters, but for the tab, become a mark that nothing obeys. */
export function visible(text: string): string {
  return text.replace(controls, (control) => (control === '\t' ? control : '\ufffd'))
}
