/**
 * Lines of UTF-8 text, ended by LF or CR LF. What `nc` and telnet speak.
 *
 * A line that is not valid UTF-8 is not text: it is given as `undefined` text so that the peer can be told. A
 * line over the limit ends the connection, since where the next begins is not worth the wait.
 */
import { Buffer } from 'node:buffer'
import type { Ending } from '../connection/cause.ts'
import type { Codec } from '../connection/codec.ts'
import { MessageTooLargeError } from '../connection/errors.ts'

/** One line without its end. `text` is `undefined` where the bytes are not UTF-8. */
export interface Line {
  readonly text: string | undefined
  /** The peer ended before the end of the line came: it may be only the beginning of what was meant. */
  readonly isUnended?: true
}

export interface LineCodecOptions {
  /** Longest line, its end not counted. */
  readonly lineBytes?: number
  /** The last line that the peer gets, without its end. */
  readonly goodbye?: (ending: Ending) => string | undefined
}

const lf = 0x0a
const cr = 0x0d
const none = Buffer.alloc(0)
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export class LineCodec implements Codec<Line, string> {
  readonly #lineBytes: number
  readonly #goodbye: ((ending: Ending) => string | undefined) | undefined
  /** The beginning of a line whose end has not come: the first `#beginningBytes` of it. */
  #beginning = none
  #beginningBytes = 0
  #chunk: Buffer | undefined
  #position = 0

  constructor(options: LineCodecOptions = {}) {
    this.#lineBytes = options.lineBytes ?? 65_536
    this.#goodbye = options.goodbye
  }

  push(chunk: Buffer): void {
    this.#chunk = chunk
    this.#position = 0
  }

  next(): Line | undefined {
    if (this.#chunk === undefined) return undefined
    const end = this.#chunk.indexOf(lf, this.#position)
    const part = this.#chunk.subarray(this.#position, end === -1 ? undefined : end)
    // One byte more may be the CR of a line that is just long enough.
    if (this.#beginningBytes + part.byteLength > this.#lineBytes + 1)
      throw new MessageTooLargeError(this.#lineBytes)
    if (end === -1) {
      this.#chunk = undefined
      this.#keep(part)
      return undefined
    }
    this.#position = end + 1
    return this.#take(part)
  }

  end(): Line | undefined {
    return this.#beginningBytes === 0 ? undefined : { ...this.#take(none), isUnended: true }
  }

  encode(line: string): string {
    return `${line}\n`
  }

  goodbye(ending: Ending): string | undefined {
    const line = this.#goodbye?.(ending)
    return line === undefined ? undefined : this.encode(line)
  }

  /** Copies the part: the rest of its chunk must not live on for a few bytes. */
  #keep(part: Buffer): void {
    const needed = this.#beginningBytes + part.byteLength
    if (needed > this.#beginning.byteLength) {
      // Twice as much each time: a line that comes byte by byte is not copied anew for each.
      const larger = Buffer.allocUnsafeSlow(Math.max(64, 2 * needed))
      this.#beginning.copy(larger, 0, 0, this.#beginningBytes)
      this.#beginning = larger
    }
    part.copy(this.#beginning, this.#beginningBytes)
    this.#beginningBytes = needed
  }

  #take(last: Buffer): Line {
    let bytes = last
    if (this.#beginningBytes > 0) {
      this.#keep(last)
      bytes = this.#beginning.subarray(0, this.#beginningBytes)
      this.#beginning = none
      this.#beginningBytes = 0
    }
    if (bytes.at(-1) === cr) bytes = bytes.subarray(0, -1)
    if (bytes.byteLength > this.#lineBytes) throw new MessageTooLargeError(this.#lineBytes)
    return { text: textOf(bytes) }
  }
}

function textOf(bytes: Buffer): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch {
    // The decoder is fatal: these bytes are not UTF-8, which is what the caller needs to know.
    return undefined
  }
}
