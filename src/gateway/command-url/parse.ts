/**
 * A command in a URL: `/7/GET/key.txt` is GET of `key` in database 7, shown as text. `%2f` and `%2e` are data,
 * since only what stands literally in the URL separates; `+` is a plus.
 */
import { type Format, formatOf, jsonFormat } from './formats.ts'

/** A word of a command: text where it is ASCII, else its bytes. */
export type Word = string | Buffer

export interface ParsedCommand {
  readonly database: number | undefined
  readonly words: readonly Word[]
  /** By the extension of the last word; it belongs to the word where no format is called so. */
  readonly format: Format
}

/** What is wrong with the path, in a sentence for the client. */
export class CommandUrlError extends Error {}

/** Parses what stands behind the style's prefix and its slash, raw. Throws {@link CommandUrlError}. */
export function parseCommand(path: string, maxWords: number): ParsedCommand {
  const parts = path.split('/')
  let from = 0
  let database: number | undefined
  if (parts.length > 1 && isDatabase(parts[0]!)) {
    database = Number(parts[0])
    from = 1
  }
  if (parts.length - from > maxWords)
    throw new CommandUrlError(`A command has at most ${maxWords} words here.`)
  const last = parts.length - 1
  const format = formatOf(parts[last]!)
  if (format !== undefined) parts[last] = parts[last]!.slice(0, parts[last]!.lastIndexOf('.'))
  const words: Word[] = []
  for (let index = from; index <= last; index++) words.push(decodeWord(parts[index]!))
  const name = words[0]
  if (typeof name !== 'string' || !/^[\w.-]+$/.test(name)) {
    throw new CommandUrlError('The path names no command: it should be like /GET/key.')
  }
  return { database, words, format: format ?? jsonFormat }
}

/** Up to four digits; a command is never a number. */
function isDatabase(part: string): boolean {
  const first = part.charCodeAt(0)
  return first >= 48 && first <= 57 && part.length <= 4 && /^\d+$/.test(part)
}

/** One word with its percent signs taken for bytes. ASCII becomes text, everything else bytes. */
export function decodeWord(part: string): Word {
  if (!part.includes('%')) return isAscii(part) ? part : Buffer.from(part, 'latin1')
  const bytes = Buffer.allocUnsafe(part.length)
  let length = 0
  let isText = true
  for (let index = 0; index < part.length; index++) {
    let byte = part.charCodeAt(index)
    if (byte === 37) {
      const digits = part.slice(index + 1, index + 3)
      if (!/^[0-9A-Fa-f]{2}$/.test(digits)) {
        throw new CommandUrlError(
          'A percent sign is not followed by two hexadecimal digits; itself it is %25.',
        )
      }
      byte = Number.parseInt(digits, 16)
      index += 2
    }
    if (byte > 127) isText = false
    bytes[length++] = byte
  }
  return isText ? bytes.toString('latin1', 0, length) : bytes.subarray(0, length)
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 127) return false
  return true
}
