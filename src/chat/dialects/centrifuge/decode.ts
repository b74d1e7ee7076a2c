/** Cuts what came in one frame into commands: JSON objects, one a line. */
import { Buffer, isUtf8 } from 'node:buffer'
import { Disconnect } from './disconnects.ts'
import { isObject } from './fields.ts'
import type { CentrifugeMessage } from './framing.ts'
import { type Command, commandNames, type Parameters, pong } from './protocol.ts'
import { rawField } from './raw-field.ts'

const largestId = 2 ** 32 - 1

/**
 * The commands of a frame, in order. Lazy, so that those before a broken one are still carried out.
 *
 * Throws `Disconnect` (3501) for what is not this protocol.
 */
export function* decodeFrame(frame: CentrifugeMessage): Generator<Command | typeof pong> {
  let isEmpty = true
  for (const line of textOf(frame).split('\n')) {
    if (line.trim() === '') continue
    isEmpty = false
    yield decodeCommand(line)
  }
  if (isEmpty) throw broken('A frame held no command.')
}

/** The one thing that a unidirectional client says: the parameters of its connect command. Throws as the other. */
export function* decodeConnect(message: CentrifugeMessage): Generator<Command> {
  const text = textOf(message)
  const parameters = parse(text.trim() === '' ? '{}' : text)
  if (!isObject(parameters)) throw broken('A connect request is not an object.')
  yield { id: 0, name: 'connect', parameters }
}

function decodeCommand(line: string): Command | typeof pong {
  const value = parse(line)
  if (!isObject(value)) throw broken('A command is not an object.')
  return commandOf(value, {
    data: value.publish === undefined ? undefined : rawField(line, 'publish', 'data'),
  })
}

/** The command that this object is, or a pong. Throws `Disconnect` (3501) if it is neither. */
export function commandOf(
  value: Parameters,
  { data, hasForeignData }: Pick<Command, 'data' | 'hasForeignData'>,
): Command | typeof pong {
  const id = value.id ?? 0
  if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id > largestId) {
    throw broken('The id of a command is not a whole number of 32 bits.')
  }
  const [name, second] = commandNames.filter((each) => isGiven(value, each))
  if (second !== undefined) throw broken(`A command is both "${name}" and "${second}".`)
  if (name === undefined) {
    if (id === 0 && Object.keys(value).length === 0) return pong
    throw broken('A command names nothing that is known here.')
  }
  const parameters = value[name]
  if (!isObject(parameters)) throw broken(`The parameters of "${name}" are not an object.`)
  if (id === 0 && name !== 'send') throw broken(`"${name}" came without an id.`)
  return { id, name, parameters, data, ...(hasForeignData === true ? { hasForeignData } : {}) }
}

/** Whether a line is a command of this dialect, for those who listen for others too. */
export function isCommand(line: string): boolean {
  if (!line.startsWith('{')) return false
  try {
    return decodeCommand(line) !== pong
  } catch (error) {
    // That it is none is the answer.
    if (error instanceof Disconnect) return false
    throw error
  }
}

function isGiven(value: Parameters, name: string): boolean {
  return Object.hasOwn(value, name) && value[name] !== null
}

function textOf(message: CentrifugeMessage): string {
  const text = typeof message === 'string' ? message : Buffer.isBuffer(message) ? utf8(message) : message.text
  if (text === undefined) throw broken('What came is not UTF-8.')
  return text
}

function utf8(bytes: Buffer): string | undefined {
  return isUtf8(bytes) ? bytes.toString() : undefined
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    // Where it is broken is of no use to a client, and what it was may be long.
    throw broken('What came is not JSON.')
  }
}

function broken(detail: string): Disconnect {
  return new Disconnect('bad-request', detail)
}
