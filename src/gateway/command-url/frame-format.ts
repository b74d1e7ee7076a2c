/** How commands and replies stand in the frames of a WebSocket: JSON arrays, or RESP. */
import { Buffer, isUtf8 } from 'node:buffer'
import { LongwireError } from '../../connection/errors.ts'
import { ReplyDecoder } from '../../redis/resp/decoder.ts'
import type { Reply } from '../../redis/resp/reply.ts'
import { parseExactly, writtenNumber } from '../../transports/exact-json.ts'
import type { WebSocketMessage } from '../../transports/websocket/codec.ts'
import { halfCharacter } from '../half-character.ts'
import { respOf } from '../resp.ts'
import { textOrBytes } from '../word.ts'
import { showAsJson } from './show.ts'

/** A frame that holds no command. The message says what is wrong, for the client. */
export class FrameError extends LongwireError {
  constructor(message: string) {
    super('FRAME', message)
  }
}

export type FrameWords = readonly [name: string, ...words: (string | Buffer)[]]

export interface FrameFormat {
  /** The commands of one frame. Throws {@link FrameError}. */
  commandsOf(message: WebSocketMessage): FrameWords[]
  /** The frame that shows a reply to the command of this name. */
  show(name: string, reply: Reply): string | Buffer
  /** The frame that shows what kept a command from being carried out. */
  showError(message: string): string | Buffer
}

/** `["GET","key"]`; words are strings, numbers, or bytes as `{"base64":"…"}`. */
export const jsonFrames: FrameFormat = {
  commandsOf(message) {
    if (typeof message !== 'string' && !isUtf8(message))
      throw new FrameError('The frame is not UTF-8, as JSON has to be. Bytes are sent as {"base64":"…"}.')
    let words: unknown
    try {
      words = parseExactly(message.toString())
    } catch {
      throw new FrameError('A frame holds one JSON array, like ["GET","key"].')
    }
    if (!Array.isArray(words)) throw new FrameError('A frame holds one JSON array, like ["GET","key"].')
    return [named(words.map(wordOf))]
  },
  show: (name, reply) => showAsJson(name, reply, 'text'),
  showError: (message) => JSON.stringify({ error: message }),
}

/** RESP arrays of bulk strings, as many as fit. */
export const respFrames: FrameFormat = {
  commandsOf(message) {
    const decoder = new ReplyDecoder()
    decoder.replyAsBuffers = () => true
    decoder.push(Buffer.from(message))
    const commands: FrameWords[] = []
    try {
      for (let one = decoder.next(); one !== undefined; one = decoder.next()) {
        if (!Array.isArray(one) || !one.every((word): word is Buffer => word instanceof Buffer)) {
          throw new FrameError('A command is an array of bulk strings.')
        }
        commands.push(named(one.map(textOrBytes)))
      }
    } catch (error) {
      if (error instanceof FrameError) throw error
      throw new FrameError(`The frame is no RESP: ${(error as Error).message}`)
    }
    if (commands.length === 0) throw new FrameError('The frame holds no whole command.')
    if (decoder.isWithinReply)
      throw new FrameError(
        'The frame ends within a command, so none of it was carried out: send commands whole.',
      )
    return commands
  },
  show: (_name, reply) => respOf(reply),
  showError: (message) => Buffer.from(`-ERR ${message}\r\n`),
}

function named(words: readonly (string | Buffer)[]): FrameWords {
  const [name, ...rest] = words
  if (typeof name !== 'string' || !/^[\w.-]+$/.test(name))
    throw new FrameError('A command begins with its name.')
  return [name, ...rest]
}

function wordOf(word: unknown): string | Buffer {
  if (typeof word === 'string') {
    if (!word.isWellFormed()) throw new FrameError(halfCharacter)
    return word
  }
  const number = writtenNumber(word)
  if (number !== undefined) return number
  const base64 = (word as { base64?: unknown } | null)?.base64
  if (typeof base64 === 'string') return textOrBytes(bytesOf(base64))
  throw new FrameError('Words are strings, numbers, or {"base64":"…"}.')
}

/** Strictly: where a character is lost on the way, other bytes than were meant would be stored. */
function bytesOf(base64: string): Buffer {
  const digits = base64.replace(/={1,2}$/, '').length
  const isPadded = digits === base64.length || base64.length % 4 === 0
  if (/[^A-Za-z0-9+/]/.test(base64.slice(0, digits)) || digits % 4 === 1 || !isPadded)
    throw new FrameError('What stands as {"base64":"…"} is not base64.')
  return Buffer.from(base64, 'base64')
}
