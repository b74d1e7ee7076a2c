/**
 * Large replies in pieces, so that none is ever built as a whole beside the bytes that Redis sent: JSON, RESP2,
 * MessagePack and plain values. Each piece is made when there is room for it.
 */
import { Buffer, isUtf8 } from 'node:buffer'
import { encode as encodeMessagePack } from '@msgpack/msgpack'
import { ReplyError } from '../redis/errors.ts'
import type { Reply } from '../redis/resp/reply.ts'
import type { Encoding } from './json.ts'
import { isPlainText } from './plain-text.ts'
import { isLarge, isList } from './weight.ts'

export type Pieces = Iterable<string | Buffer>

/** Bytes that become one piece of text: a whole number of base64's groups of three. */
const sliceBytes = 49_152
/** Characters that are gathered before they leave. */
const pieceLength = 65_536

/** `small` shows what is not large. */
export function* jsonPieces(
  reply: Reply,
  encoding: Encoding,
  small: (reply: Reply) => string,
): Generator<string | Buffer> {
  if (reply instanceof Buffer) yield* jsonPiecesOfBytes(reply, encoding)
  else if (isList(reply)) yield* jsonPiecesOfList(reply, (item) => jsonPieces(item, encoding, small), small)
  // What is neither is small; pools that speak RESP3 may give maps, which are shown as a whole.
  else yield small(reply)
}

/** A list in brackets; `large` shows the items that are. */
export function* jsonPiecesOfList<Item extends Reply>(
  items: Iterable<Item>,
  large: (item: Item) => Pieces,
  small: (item: Item) => string,
): Generator<string | Buffer> {
  let text = '['
  let separator = ''
  for (const item of items) {
    text += separator
    separator = ','
    if (isLarge(item)) {
      yield text
      text = ''
      yield* large(item)
    } else text += small(item)
    if (text.length >= pieceLength) {
      yield text
      text = ''
    }
  }
  yield `${text}]`
}

function* jsonPiecesOfBytes(bytes: Buffer, encoding: Encoding): Generator<string | Buffer> {
  if (encoding === 'text' && isPlainText(bytes)) {
    yield '"'
    yield bytes
    yield '"'
    return
  }
  if (encoding === 'base64' || !isUtf8(bytes)) {
    yield encoding === 'base64' ? '"' : '{"base64":"'
    for (let at = 0; at < bytes.length; at += sliceBytes) yield bytes.toString('base64', at, at + sliceBytes)
    yield encoding === 'base64' ? '"' : '"}'
    return
  }
  yield '"'
  for (let at = 0; at < bytes.length; ) {
    let end = Math.min(at + sliceBytes, bytes.length)
    // Not within a character.
    while (end < bytes.length && (bytes[end]! & 0xc0) === 0x80) end--
    yield JSON.stringify(bytes.toString('utf8', at, end)).slice(1, -1)
    at = end
  }
  yield '"'
}

/** Names and values as an object. */
export function* jsonPiecesOfPairs(
  items: readonly Reply[],
  encoding: Encoding,
  small: (reply: Reply) => string,
): Generator<string | Buffer> {
  let separator = '{'
  for (let index = 0; index < items.length; index += 2) {
    yield separator
    yield* jsonPieces(items[index]!, encoding, small)
    yield ':'
    yield* jsonPieces(items[index + 1] ?? null, encoding, small)
    separator = ','
  }
  yield items.length === 0 ? '{}' : '}'
}

export function* respPieces(reply: Reply): Generator<string | Buffer> {
  if (reply instanceof Buffer) {
    yield `$${reply.length}\r\n`
    yield reply
    yield '\r\n'
  } else if (isList(reply) || reply instanceof Map) {
    const items = isList(reply) ? reply : [...reply].flat()
    yield `*${Array.isArray(items) ? items.length : items.size}\r\n`
    for (const item of items) yield* respPieces(item)
  } else yield respOfScalar(reply)
}

/** What is neither a bulk string nor a list. */
export function respOfScalar(reply: Reply): string {
  if (reply === null) return '$-1\r\n'
  if (reply instanceof ReplyError) return `-${reply.message}\r\n`
  if (typeof reply === 'boolean') return `:${reply ? 1 : 0}\r\n`
  return typeof reply === 'string' ? `+${reply}\r\n` : `:${reply as number | bigint}\r\n`
}

/** The values of a list, one behind the other; `small` shows what is none. */
export function* valuePieces(
  reply: Reply,
  small: (reply: Reply) => Buffer | string,
): Generator<string | Buffer> {
  if (isList(reply)) for (const item of reply) yield* valuePieces(item, small)
  else yield small(reply)
}

/** A map of one name and the reply; `plainOf` gives what is no list as the encoder takes it. */
export function* messagePackPieces(
  name: string,
  reply: Reply,
  plainOf: (reply: Reply) => unknown,
): Generator<Buffer> {
  yield Buffer.of(0x81)
  yield encoded(name)
  yield* messagePackPiecesOf(reply, plainOf)
}

function* messagePackPiecesOf(reply: Reply, plainOf: (reply: Reply) => unknown): Generator<Buffer> {
  if (reply instanceof Buffer) {
    yield messagePackHead(reply.length, [0xc4, 0xc5, 0xc6])
    yield reply
  } else if (isList(reply)) {
    const count = Array.isArray(reply) ? reply.length : reply.size
    yield count < 16 ? Buffer.of(0x90 | count) : messagePackHead(count, [undefined, 0xdc, 0xdd])
    for (const item of reply) yield* messagePackPiecesOf(item, plainOf)
  } else yield encoded(plainOf(reply))
}

/** A type's byte and a length of one, two or four bytes (MessagePack's specification, "bin" and "array"). */
function messagePackHead(
  length: number,
  [one, two, four]: readonly [one: number | undefined, two: number, four: number],
): Buffer {
  if (one !== undefined && length < 0x100) return Buffer.of(one, length)
  const head = Buffer.alloc(length < 0x1_0000 ? 3 : 5)
  if (length < 0x1_0000) {
    head[0] = two
    head.writeUInt16BE(length, 1)
  } else {
    head[0] = four
    head.writeUInt32BE(length, 1)
  }
  return head
}

function encoded(value: unknown): Buffer {
  return Buffer.from(encodeMessagePack(value, { useBigInt64: true }))
}

/** The same in pieces of at least 64 KiB, but for the last: small ones are joined, large buffers stay as they are. */
export function* gathered(pieces: Pieces): Generator<string | Buffer> {
  let text = ''
  let parts: Buffer[] = []
  let bytes = 0
  const joined = (): Buffer => {
    if (text !== '') parts.push(Buffer.from(text))
    const whole = parts.length === 1 ? parts[0]! : Buffer.concat(parts)
    text = ''
    parts = []
    bytes = 0
    return whole
  }
  for (const piece of pieces) {
    if (typeof piece === 'string') text += piece
    else {
      if (piece.length >= pieceLength) {
        if (text !== '' || parts.length > 0) yield joined()
        yield piece
        continue
      }
      if (text !== '') parts.push(Buffer.from(text))
      bytes += text.length + piece.length
      text = ''
      parts.push(piece)
    }
    if (text.length + bytes < pieceLength) continue
    if (parts.length > 0) yield joined()
    else {
      yield text
      text = ''
    }
  }
  if (parts.length > 0) yield joined()
  else if (text !== '') yield text
}
