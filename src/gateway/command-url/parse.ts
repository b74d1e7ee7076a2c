/**
 * A command in a URL: `/7/GET/key.txt` is GET of `key` in database 7, shown as text. `%2f` and `%2e` are data,
 * since only what stands literally in the URL separates; `+` is a plus.
 */
import { traitsOf } from '../../redis/commands/traits.ts'
import { decodeWord, type Word } from '../word.ts'
import { type Format, formatOf, jsonFormat } from './formats.ts'

export interface ParsedCommand {
  readonly database: number | undefined
  readonly words: readonly Word[]
  /** By the extension of the last word; it belongs to the word where no format is called so. */
  readonly format: Format
}

/** What is wrong with the path, in a sentence for the client. */
export class CommandUrlError extends Error {}

/**
 * Parses what stands in `path` from `start` on, behind the style's prefix and its slash, raw. Throws
 * {@link CommandUrlError}. Hot path: once a request, watched by the bench `gateway`; so the words are cut one by one.
 */
export function parseCommand(path: string, start: number, maxWords: number): ParsedCommand {
  let from = start
  let end = path.indexOf('/', from)
  let database: number | undefined
  if (end >= 0 && isDatabase(path, from, end)) {
    database = Number(path.slice(from, end))
    from = end + 1
    end = path.indexOf('/', from)
  }
  const count = wordsIn(path, from)
  if (count > maxWords) throw new CommandUrlError(`A command has at most ${maxWords} words here.`)
  // Of its size from the beginning: a list that grows gets room for many at once.
  const words = new Array<Word>(count)
  for (let index = 0; index < count - 1; index++) {
    words[index] = wordOf(path.slice(from, end))
    from = end + 1
    end = path.indexOf('/', from)
  }
  const last = path.slice(from)
  const format = formatOf(last)
  words[count - 1] = wordOf(format === undefined ? last : last.slice(0, last.lastIndexOf('.')))
  words[0] = nameOf(words[0]!)
  return { database, words, format: format ?? jsonFormat }
}

/** Names of the table: the same string for the same name makes every later look-up a comparison of two places. */
const names = new Map<string, string>()

function nameOf(word: Word): string {
  const known = names.get(word as string)
  if (known !== undefined) return known
  if (typeof word !== 'string' || !/^[\w.-]+$/.test(word)) {
    throw new CommandUrlError('The path names no command: it should end in one, like GET/key.')
  }
  // The table's own strings: a part of a path would keep all of the path alive.
  const name = traitsOf([word])?.name
  if (name !== undefined) for (const spelt of [name, name.toLowerCase()]) names.set(spelt, spelt)
  return name === undefined ? word : (names.get(word) ?? word)
}

const SLASH = '/'.charCodeAt(0)

/** One more than there are slashes from `start` on. */
function wordsIn(path: string, start: number): number {
  let count = 1
  for (let index = start; index < path.length; index++) if (path.charCodeAt(index) === SLASH) count++
  return count
}

/** Up to four digits; a command is never a number. */
function isDatabase(path: string, from: number, end: number): boolean {
  if (end === from || end - from > 4) return false
  for (let index = from; index < end; index++) {
    const code = path.charCodeAt(index)
    if (code < 48 || code > 57) return false
  }
  return true
}

function wordOf(part: string): Word {
  const word = decodeWord(part)
  if (word !== undefined) return word
  throw new CommandUrlError('A percent sign is not followed by two hexadecimal digits; itself it is %25.')
}
