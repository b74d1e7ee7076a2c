/** Bodies that are arriving: with a length, or in chunks (RFC 9112 section 7.1). */
import { Buffer } from 'node:buffer'
import { parseFields } from './header-block.ts'
import { HttpFault } from './http-error.ts'
import type { Input } from './input.ts'

/** A body that is arriving. */
export interface Body {
  /** Takes bytes from the input; the whole body once it is whole. Throws {@link HttpFault}. */
  read(input: Input): Buffer | undefined
}

/** Memory that a body gets at once; more comes as bytes do, so that a claimed length costs nothing. */
const eagerBytes = 1024 * 1024

export class SizedBody implements Body {
  readonly #length: number
  #bytes: Buffer | undefined
  #filled = 0

  constructor(length: number) {
    this.#length = length
  }

  read(input: Input): Buffer | undefined {
    const missing = this.#length - this.#filled
    if (this.#bytes === undefined && input.length >= missing) {
      return input.take(missing)
    }
    const taken = Math.min(missing, input.length)
    let bytes = this.#bytes ?? Buffer.allocUnsafeSlow(Math.min(this.#length, eagerBytes))
    if (this.#filled + taken > bytes.length) {
      const grown = Buffer.allocUnsafeSlow(
        Math.min(this.#length, Math.max(bytes.length * 4, this.#filled + taken)),
      )
      bytes.copy(grown, 0, 0, this.#filled)
      bytes = grown
    }
    this.#bytes = bytes
    input.bytes.copy(bytes, this.#filled, input.at, input.at + taken)
    input.at += taken
    this.#filled += taken
    return this.#filled === this.#length ? bytes : undefined
  }
}

const CR = 13
const LF = 10
/** Digits of a chunk's size, and its extensions, which nobody reads. */
const longestSizeLine = 256
const emptyLine = Buffer.from('\r\n')

export class ChunkedBody implements Body {
  readonly #maxBytes: number
  readonly #maxTrailerBytes: number
  #parts: Buffer[] = []
  #bytes = 0
  #state: 'size' | 'data' | 'data-end' | 'trailers' = 'size'
  #chunk: SizedBody | undefined
  #trailerBytes = 0

  constructor(maxBytes: number, maxTrailerBytes: number) {
    this.#maxBytes = maxBytes
    this.#maxTrailerBytes = maxTrailerBytes
  }

  read(input: Input): Buffer | undefined {
    for (;;) {
      switch (this.#state) {
        case 'size': {
          const line = takeLine(input, longestSizeLine)
          if (line === undefined) return undefined
          this.#open(sizeOfChunk(line))
          break
        }
        case 'data': {
          const data = this.#chunk!.read(input)
          if (data === undefined) return undefined
          this.#keep(data)
          this.#state = 'data-end'
          break
        }
        case 'data-end':
          if (input.length < 2) return undefined
          if (input.bytes[input.at] !== CR || input.bytes[input.at + 1] !== LF) {
            throw new HttpFault(400, 'A chunk does not end where its size says.')
          }
          input.at += 2
          this.#state = 'size'
          break
        case 'trailers': {
          const line = takeLine(input, this.#maxTrailerBytes)
          if (line === undefined) return undefined
          if (line.length === 0) return Buffer.concat(this.#parts, this.#bytes)
          this.#trailerBytes += line.length
          if (this.#trailerBytes > this.#maxTrailerBytes)
            throw new HttpFault(431, 'The trailers are too large.')
          parseFields(Buffer.concat([line, emptyLine, emptyLine]))
          break
        }
      }
    }
  }

  #open(size: number): void {
    if (this.#bytes + size > this.#maxBytes) throw bodyTooLarge(this.#maxBytes)
    this.#state = size === 0 ? 'trailers' : 'data'
    this.#chunk = new SizedBody(size)
  }

  #keep(data: Buffer): void {
    this.#parts.push(data)
    this.#bytes += data.length
    // A body of very many small chunks must not cost an object, and a chunk that was read, for each.
    if (this.#parts.length >= 64) this.#parts = [Buffer.concat(this.#parts)]
  }
}

export function bodyTooLarge(maxBytes: number): HttpFault {
  return new HttpFault(413, `The body is larger than the limit of ${maxBytes} bytes.`)
}

/** A line without its CR LF, or `undefined` while its end is missing. */
function takeLine(input: Input, maxBytes: number): Buffer | undefined {
  const end = input.indexOf(LF, input.at)
  const length = (end < 0 ? input.end : end) - input.at
  if (length > maxBytes)
    throw new HttpFault(400, `A line of a chunked body is longer than ${maxBytes} bytes.`)
  if (end < 0) return undefined
  if (input.bytes[end - 1] !== CR || end === input.at) throw new HttpFault(400, 'A line ends with LF alone.')
  const line = input.bytes.subarray(input.at, end - 1)
  input.at = end + 1
  return line
}

function sizeOfChunk(line: Buffer): number {
  const match = /^([0-9A-Fa-f]{1,12})(?:;[\t\x20-\x7e\x80-\xff]*)?$/.exec(line.toString('latin1'))
  if (match === null) throw new HttpFault(400, 'The size of a chunk is no hexadecimal number.')
  return Number.parseInt(match[1]!, 16)
}
