/** A reply of Redis as the body of an HTTP reply, in the format that the URL names. */
import { Buffer } from 'node:buffer'
import { encode as encodeMessagePack } from '@msgpack/msgpack'
import { ReplyError } from '../../redis/errors.ts'
import type { Reply } from '../../redis/resp/reply.ts'
import { areNamed, type Encoding, jsonOf, jsonOfPairs } from '../json.ts'
import {
  jsonPieces,
  jsonPiecesOfPairs,
  messagePackPieces,
  type Pieces,
  respPieces,
  valuePieces,
} from '../pieces.ts'
import { isPlainText } from '../plain-text.ts'
import { respOf } from '../resp.ts'
import { infoAsJson } from './info.ts'

/** `{"GET":"value"}`. Hot path, watched by the bench `gateway`. */
export function showAsJson(name: string, reply: Reply, encoding: Encoding): string {
  return `{"${name}":${jsonOfResult(name, reply, encoding)}}`
}

/**
 * From here on a value that needs no escapes goes out as the bytes that it is. Shorter ones go out as strings: those are
 * made on the heap, where the youngest are collected cheaply, while bytes of this size stand beside it and bring on
 * collections of everything. (*Measured*, 10 KiB: 1.6 times the requests, a sixth of the p99.)
 */
export const longBytes = 16_385
const objectEnd = Buffer.from('"}')

/** The same as bytes where that is quicker: `{"GET":"value"}` around a long value. */
export function showAsJsonBody(name: string, reply: Reply, encoding: Encoding): string | Buffer {
  const isLongText = reply instanceof Buffer && reply.length >= longBytes && encoding === 'text'
  if (isLongText && !isInfo(name) && isPlainText(reply)) {
    return Buffer.concat([Buffer.from(`{"${name}":"`), reply, objectEnd])
  }
  return showAsJson(name, reply, encoding)
}

/** The same in pieces, for large replies. */
export function* showAsJsonPieces(
  name: string,
  reply: Reply,
  encoding: Encoding,
): Generator<string | Buffer> {
  const small = (item: Reply): string => jsonOf(item, encoding)
  yield `{"${name}":`
  if (Array.isArray(reply) && /^hgetall$/i.test(name) && areNamed(reply, encoding))
    yield* jsonPiecesOfPairs(reply, encoding, small)
  else if (isInfo(name)) yield jsonOfResult(name, reply, encoding)
  else yield* jsonPieces(reply, encoding, small)
  yield '}'
}

function jsonOfResult(name: string, reply: Reply, encoding: Encoding): string {
  if (Array.isArray(reply) && /^hgetall$/i.test(name)) return jsonOfPairs(reply, encoding)
  if (reply instanceof Buffer && encoding === 'text' && isInfo(name)) {
    return infoAsJson(reply.toString())
  }
  return jsonOf(reply, encoding)
}

function isInfo(name: string): boolean {
  return name.length === 4 && /^info$/i.test(name)
}

/**
 * The value itself, as bytes. A list is the values of its items, one behind the other; a status begins with `+`
 * and an error with `-`, so that they are told from values. `undefined`: there is no value.
 */
export function showAsValue(reply: Reply): Buffer | string | undefined {
  if (reply instanceof Buffer) return reply
  if (reply === null) return undefined
  if (typeof reply === 'string') return `+${reply}`
  if (reply instanceof ReplyError) return `-${reply.message}`
  if (typeof reply !== 'object') return String(reply)
  const items = reply instanceof Map ? [...reply].flat() : [...reply]
  return Buffer.concat(items.map((item) => Buffer.from(showAsValue(item) ?? '')))
}

/** The same in pieces, for large replies. */
export function showAsValuePieces(reply: Reply): Pieces {
  return valuePieces(reply, (item) => showAsValue(item) ?? '')
}

export function showAsResp(reply: Reply): Buffer {
  return respOf(reply)
}

/** One map of the command's name and its reply: strings are binary, a status is text, an error `{error: text}`. */
export function showAsMessagePack(name: string, reply: Reply): Buffer {
  const bytes = encodeMessagePack({ [name]: plainOf(reply) }, { useBigInt64: true })
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** The same in pieces, for large replies. */
export function showAsMessagePackPieces(name: string, reply: Reply): Pieces {
  return messagePackPieces(name, reply, plainOf)
}

export function showAsRespPieces(reply: Reply): Pieces {
  return respPieces(reply)
}

function plainOf(reply: Reply): unknown {
  if (reply instanceof ReplyError) return { error: reply.message }
  if (Array.isArray(reply)) return reply.map(plainOf)
  if (reply instanceof Set) return [...reply].map(plainOf)
  if (reply instanceof Map) return [...reply].map(([name, value]) => [plainOf(name), plainOf(value)])
  return reply
}
