/** Reads the commands of a frame in Protobuf, as the same objects that JSON makes. */
import { Buffer, isUtf8 } from 'node:buffer'
import { commandOf } from '../decode.ts'
import { Disconnect } from '../disconnects.ts'
import type { CentrifugeMessage } from '../framing.ts'
import type { Command, Parameters, pong } from '../protocol.ts'
import { WireReader } from './reader.ts'
import { type Field, type Kind, type Message, command as schema } from './schema.ts'
import { type WireType, wireTypes } from './wire.ts'

/**
 * Each command has its length before it. Lazy, so that those before a broken one are still carried out.
 *
 * Throws `Disconnect` (3501) for what is not this protocol.
 */
export function* decodeCommands(message: CentrifugeMessage): Generator<Command | typeof pong> {
  if (!Buffer.isBuffer(message)) throw broken('A text came where Protobuf is spoken.')
  const frame = new WireReader(message)
  if (frame.isAtEnd) throw broken('A frame held no command.')
  while (!frame.isAtEnd) {
    const reading = new Reading()
    yield commandOf(reading.message(schema, frame.delimited()), reading)
  }
}

/** Reads one command, and notes of its data what is lost in an object. */
class Reading {
  /** As the client wrote them. */
  data: string | undefined
  hasForeignData = false

  message(message: Message, bytes: Buffer): Parameters {
    const reader = new WireReader(bytes)
    const fields: Record<string, unknown> = {}
    while (!reader.isAtEnd) {
      const { number, type } = reader.tag()
      const field = message.numbered(number)
      if (field === undefined) reader.skip(type)
      else {
        if (type !== wireTypeOf[field.kind]) throw broken(`"${field.name}" has the wire type ${type}.`)
        fields[field.name] = this.#value(field, reader, fields[field.name])
      }
    }
    return fields
  }

  #value({ kind, message }: Field, reader: WireReader, before: unknown): unknown {
    switch (kind) {
      case 'text':
        return reader.text()
      case 'flag':
        return reader.varint() !== 0
      case 'whole':
        return reader.varint()
      case 'signed':
        return reader.signed()
      case 'json':
        return this.#json(reader.delimited())
      case 'message':
        return this.message(message!, reader.delimited())
      case 'list':
        return [...(Array.isArray(before) ? before : []), this.message(message!, reader.delimited())]
      case 'map':
        return this.#withEntry(before, message!, reader.delimited())
    }
  }

  /** Names are the client's own, whatever they mean to objects. */
  #withEntry(before: unknown, entry: Message, bytes: Buffer): unknown {
    const absent = entry.named('value')?.kind === 'message' ? {} : ''
    const { key = '', value = absent } = this.message(entry, bytes)
    const more = { enumerable: true, configurable: true, writable: true }
    return Object.defineProperty(before ?? {}, String(key), { value, ...more })
  }

  #json(bytes: Buffer): unknown {
    if (bytes.byteLength === 0) return undefined
    try {
      if (isUtf8(bytes)) {
        this.data = bytes.toString()
        return JSON.parse(this.data)
      }
    } catch {
      // It is no JSON; what it is instead is the client's.
    }
    this.hasForeignData = true
    return undefined
  }
}

const wireTypeOf: Readonly<Record<Kind, WireType>> = {
  text: wireTypes.delimited,
  flag: wireTypes.varint,
  whole: wireTypes.varint,
  signed: wireTypes.varint,
  json: wireTypes.delimited,
  message: wireTypes.delimited,
  list: wireTypes.delimited,
  map: wireTypes.delimited,
}

function broken(detail: string): Disconnect {
  return new Disconnect('bad-request', detail)
}
