/** What a request of the REST style asks for: a command, several, or a stream. */
import { isUtf8 } from 'node:buffer'
import { parseExactly, writtenNumber } from '../../transports/exact-json.ts'
import type { CommandWords } from '../authorize.ts'
import type { GatewayRequest } from '../exchange.ts'
import { halfCharacter } from '../half-character.ts'
import { decodeWord, type Word } from '../word.ts'

export type Wish =
  | { readonly kind: 'command'; readonly words: CommandWords }
  | { readonly kind: 'pipeline' | 'multi-exec'; readonly commands: readonly CommandWords[] }
  | { readonly kind: 'subscribe' | 'psubscribe' | 'monitor'; readonly words: CommandWords }

/** The request asks for nothing that can be sent. The message is for the client. */
export class RestRequestError extends Error {
  readonly status: 400 | 405
  /** Methods that would be taken, where this one is not. */
  readonly allow: string | undefined

  /** `allow`: the method is what is wrong. */
  constructor(message: string, allow?: string) {
    super(message)
    this.status = allow === undefined ? 400 : 405
    this.allow = allow
  }
}

export interface RestLimits {
  /** Most words of one command. */
  readonly maxWords: number
  /** Most commands of one pipeline or transaction. */
  readonly maxCommands: number
}

const methods = ['GET', 'HEAD', 'POST', 'PUT']

/** Reads a request whose path begins with `prefix`. Throws {@link RestRequestError}. */
export function wishOf(request: GatewayRequest, prefix: string, limits: RestLimits): Wish {
  const { method, body } = request
  if (!methods.includes(method))
    throw new RestRequestError(`Commands are sent with ${methods.join(', ')}.`, methods.join(', '))
  const path = request.path.slice(prefix.length).replace(/^\/|\/$/g, '')
  const segments = path === '' ? [] : path.split('/').map(decoded)
  const name = String(segments[0] ?? '').toLowerCase()
  if (name === 'pipeline' || name === 'multi-exec') {
    if (method !== 'POST') throw new RestRequestError(`/${name} takes POST.`, 'POST')
    return { kind: name, commands: commandsOf(body, limits) }
  }
  if (segments.length === 0) {
    if (method !== 'POST')
      throw new RestRequestError('A command stands in the path, or in the body of a POST.', 'POST')
    return { kind: 'command', words: checked(wordsOf(parsed(body)), limits) }
  }
  const isStream = name === 'subscribe' || name === 'psubscribe' || name === 'monitor'
  if (isStream && method === 'HEAD')
    throw new RestRequestError(`/${name} is a stream, which HEAD cannot have: use GET.`, 'GET, POST, PUT')
  // The public client posts an empty list along with a subscription.
  if (name === 'subscribe' || name === 'psubscribe') {
    if (segments.length < 2) throw new RestRequestError(`/${name} needs a channel: /${name}/CHANNEL.`)
    return { kind: name, words: checked(segments, limits) }
  }
  if (name === 'monitor') return { kind: name, words: checked(segments, limits) }
  const hasBody = (method === 'POST' || method === 'PUT') && body.length > 0
  const words = [...segments, ...(hasBody ? [body] : []), ...optionsOf(request.query)]
  return { kind: 'command', words: checked(words, limits) }
}

function commandsOf(body: Buffer, limits: RestLimits): CommandWords[] {
  const list = parsed(body)
  if (!Array.isArray(list)) throw new RestRequestError('The body must be a list of commands, each a list.')
  if (list.length > limits.maxCommands) {
    throw new RestRequestError(`At most ${limits.maxCommands} commands may come at once.`)
  }
  return list.map((command) => checked(wordsOf(command), limits))
}

function parsed(body: Buffer): unknown {
  if (!isUtf8(body)) {
    throw new RestRequestError(
      'The body is not UTF-8, as JSON has to be. Bytes are sent in the path, percent-encoded, or as the body of a command in the path: POST /rest/set/KEY.',
    )
  }
  try {
    return parseExactly(body.toString())
  } catch (error) {
    throw new RestRequestError(`The body is not JSON: ${(error as Error).message}`)
  }
}

function wordsOf(command: unknown): CommandWords {
  if (!Array.isArray(command)) throw new RestRequestError('A command is a list: ["SET","key","value"].')
  return command.map((word: unknown, index) => {
    if (typeof word === 'string') {
      if (!word.isWellFormed()) throw new RestRequestError(halfCharacter)
      return word
    }
    if (typeof word === 'boolean') return String(word)
    const number = writtenNumber(word)
    if (number !== undefined) return number
    if (word === null || index === 0)
      throw new RestRequestError(`Word ${index} of a command is not a string.`)
    return JSON.stringify(word)
  })
}

function checked(words: CommandWords, { maxWords }: RestLimits): CommandWords {
  if (words.length === 0 || words[0] === '') throw new RestRequestError('The command is empty.')
  if (words.length > maxWords) throw new RestRequestError(`A command has at most ${maxWords} words.`)
  return [String(words[0]), ...words.slice(1)]
}

/** `?EX=100&NX` as the words EX, 100, NX; a plus is a blank. */
function optionsOf(query: string): Word[] {
  return query
    .split('&')
    .filter((pair) => pair !== '' && pair !== '_token' && !pair.startsWith('_token='))
    .flatMap((pair) => {
      const end = pair.indexOf('=')
      const words = end < 0 ? [pair] : [pair.slice(0, end), pair.slice(end + 1)]
      return words.filter((word) => word !== '').map((word) => decoded(word.replaceAll('+', ' ')))
    })
}

function decoded(part: string): Word {
  const word = decodeWord(part)
  if (word !== undefined) return word
  throw new RestRequestError('The URL has a broken percent-escape.')
}
