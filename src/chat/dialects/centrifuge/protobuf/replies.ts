/**
 * What the protocol says, from its JSON to Protobuf. The text is cut as it is passed over and not parsed: what people
 * published goes on as the bytes that they sent, and numbers in it keep their digits.
 */
import { endOfString, endOfValue, skipSpace } from '../json-text.ts'
import { type Field, type Message, reply } from './schema.ts'
import { wireTypes } from './wire.ts'
import { WireWriter } from './writer.ts'

/**
 * Replies, each with its length before it. `lines`: each one as JSON of our own making.
 *
 * Hot path: once for each publication of a room with members of this format, and for each reply.
 */
export function encodeReplies(lines: readonly string[]): Buffer {
  const writer = new WireWriter(lines.reduce((length, line) => length + line.length, 2 * lines.length))
  for (const line of lines) {
    writer.delimited(() => {
      new Transcription(line, writer).message(reply, skipSpace(line, 0))
    })
  }
  return writer.written
}

/** Goes through one text. Each method takes where its value begins, writes it, and returns where it ends. */
class Transcription {
  readonly #json: string
  readonly #writer: WireWriter

  constructor(json: string, writer: WireWriter) {
    this.#json = json
    this.#writer = writer
  }

  /** The fields of an object; those that the message does not have are left out. */
  message(message: Message, from: number): number {
    return this.#fields(from, (name, at) => {
      const field = message.named(name)
      return field === undefined ? endOfValue(this.#json, at) : this.#field(field, at)
    })
  }

  #field(field: Field, from: number): number {
    const { number, message } = field
    switch (field.kind) {
      case 'message':
        return this.#inMessage(number, () => this.message(message!, from))
      case 'list':
        return this.#items(from, (at) => this.#inMessage(number, () => this.message(message!, at)))
      case 'map':
        return this.#fields(from, (name, at) =>
          this.#inMessage(number, () => {
            this.#text(message!.named('key')!.number, name)
            return this.#field(message!.named('value')!, at)
          }),
        )
      default:
        return this.#scalar(field, from)
    }
  }

  #scalar({ kind, number }: Field, from: number): number {
    const end = endOfValue(this.#json, from)
    const value = this.#json.slice(from, end)
    if (kind === 'json') this.#text(number, value)
    else if (kind === 'text') this.#text(number, textOf(value))
    else if (kind === 'flag') this.#number(number, value === 'true' ? 1 : 0)
    else this.#number(number, Number(value))
    return end
  }

  /** What is empty or zero need not be said. */
  #text(number: number, text: string): void {
    if (text === '') return
    this.#writer.tag(number, wireTypes.delimited)
    this.#writer.text(text)
  }

  #number(number: number, value: number): void {
    if (value === 0) return
    this.#writer.tag(number, wireTypes.varint)
    this.#writer.varint(value)
  }

  #inMessage(number: number, write: () => number): number {
    let end = 0
    this.#writer.message(number, () => {
      end = write()
    })
    return end
  }

  #fields(from: number, take: (name: string, at: number) => number): number {
    const json = this.#json
    let at = skipSpace(json, from + 1)
    while (json[at] === '"') {
      const nameEnd = endOfString(json, at)
      const name = textOf(json.slice(at, nameEnd))
      const start = skipSpace(json, skipSpace(json, nameEnd) + 1)
      at = this.#next(take(name, start))
    }
    return at + 1
  }

  #items(from: number, take: (at: number) => number): number {
    let at = skipSpace(this.#json, from + 1)
    while (at < this.#json.length && this.#json[at] !== ']') at = this.#next(take(at))
    return at + 1
  }

  /** Where the next one begins, or the end stands. */
  #next(from: number): number {
    const at = skipSpace(this.#json, from)
    return this.#json[at] === ',' ? skipSpace(this.#json, at + 1) : at
  }
}

/** What a string in JSON says. */
function textOf(json: string): string {
  return json.includes('\\') ? JSON.parse(json) : json.slice(1, -1)
}
