/**
 * Cuts a byte stream into Redis replies, RESP2 and RESP3 alike.
 *
 * A hot path (bench `redis`): a small string costs one pass over its length line and one string. What keeps it
 * linear whatever the chunks are: an incomplete line is held until its newline comes, an incomplete bulk string is
 * collected in a buffer that grows with what has arrived (never with what was promised), and open aggregates
 * are frames on a stack, so nothing is ever read twice.
 *
 * Source: https://redis.io/docs/latest/develop/reference/protocol-spec/ and the RESP3 specification
 * (github.com/redis/redis-specifications).
 */
import { Buffer, isAscii } from 'node:buffer'
import { MessageTooLargeError, ProtocolError } from '../../connection/errors.ts'
import { ReplyError } from '../errors.ts'
import { Beginnings } from './beginnings.ts'
import { createFrame, type Frame, OPEN_END } from './frame.ts'
import { ByteText, Push, type Reply } from './reply.ts'

export interface DecoderLimits {
  /** Most bytes of one whole reply on the wire. Default 512 MiB less 24 bytes: what a string of Node's can hold. */
  readonly maxReplyBytes: number
  /** How deep aggregates may nest. Default 128; Redis itself stays below ten. */
  readonly maxDepth: number
}

export const defaultDecoderLimits: DecoderLimits = { maxReplyBytes: 536_870_888, maxDepth: 128 }

/** Simple strings, errors and numbers end with their line; a longer line is no Redis server's. */
const MAX_LINE_BYTES = 1_048_576

/** V8 copies slices below this length; longer ones would keep the whole chunk alive. */
const COPIED_SLICE_LENGTH = 13

/** Bytes up to here are copied one by one, which beats a call into the runtime. */
const SHORT_COPY = 32

/** With the wish `text`, strings up to here are texts. */
const TEXT_BYTES = 48

/** A bulk string up to here gets its memory at once, a longer one as it arrives. */
const EAGER_BULK_BYTES = 1_048_576

const CR = 13
const LF = 10
const MINUS = 45
const ZERO = 48
const NOTHING = Buffer.alloc(0)
/** Mostly one memory is lent to all connections of the process. */
const lent = new Beginnings()

/** Returned instead of a value: the bytes end before it does. */
const incomplete: unique symbol = Symbol('incomplete')
/** Returned instead of a value: a frame was opened, closed or fed, go on. */
const progress: unique symbol = Symbol('progress')

type Step = Reply | Push | ByteText | typeof incomplete | typeof progress

/** What a bulk string is once it is whole. */
type BulkKind = 'string' | 'error' | 'verbatim' | 'part'

/** `Text` is {@link ByteText} for who wishes for texts. */
export class ReplyDecoder<Text extends ByteText = never> {
  /**
   * Asked at the start of each reply that isn't a push: should its strings be buffers? `data`: all but the simple
   * ones, so that a status is told from data. `text`: the same, but a short one that is the whole reply may be
   * a {@link ByteText}. Set by who knows which command is being answered.
   */
  replyAsBuffers: (() => boolean | 'data' | ([Text] extends [never] ? never : 'text')) | undefined
  /** Whether the strings of pushes are buffers. */
  pushAsBuffers = false
  /** The attributes (RESP3 type `|`) that preceded the reply returned last. */
  attributes: Map<Reply, Reply> | undefined

  #attributesAhead: Map<Reply, Reply> | undefined
  readonly #limits: DecoderLimits
  #chunk: Buffer = NOTHING
  #position = 0
  /** The chunk is somebody else's memory. */
  #isLent = false
  /** The chunk as one character a byte; made when the first short string needs it. */
  #text: string | undefined
  #chunkIsAscii: boolean | undefined
  /** A line whose newline has not come yet. */
  #held: Buffer[] = []
  #heldBytes = 0
  /** A bulk string that is arriving; undefined: none. */
  #bulk: Buffer | undefined
  #bulkFilled = 0
  #bulkBytes = 0
  #bulkKind: BulkKind = 'string'
  /** The innermost open aggregate. */
  #frame: Frame | undefined
  #isInReply = false
  #asBuffers = false
  #asText = false
  #statusAsBuffer = false
  /** Bytes of the stream before the chunk; with the position: how far we are. */
  #chunkStart = 0
  #replyStart = 0

  constructor(limits: Partial<DecoderLimits> = {}) {
    this.#limits = { ...defaultDecoderLimits, ...limits }
  }

  /** Whether a reply has begun that is not whole yet. */
  get isWithinReply(): boolean {
    return this.#isInReply
  }

  /** Takes the next chunk. Only when the last `next` returned `undefined`. */
  push(chunk: Buffer): void {
    this.#text = undefined
    this.#chunkIsAscii = undefined
    if (this.#heldBytes === 0) {
      this.#chunkStart += this.#chunk.length
      this.#chunk = chunk
      this.#position = 0
      return
    }
    this.#held.push(chunk)
    this.#heldBytes += chunk.length
    if (!chunk.includes(LF)) {
      if (this.#heldBytes > MAX_LINE_BYTES) throw lineTooLong()
      return
    }
    this.#chunkStart += this.#position
    this.#chunk = Buffer.concat(this.#held, this.#heldBytes)
    this.#position = 0
    this.#held = []
    this.#heldBytes = 0
  }

  /** The same for memory that must not be used any more after `keepLent`: all that is given of it is copied. */
  pushLent(memory: Buffer, length: number): void {
    const chunk = lent.of(memory, length)
    if (this.#heldBytes > 0) {
      this.push(Buffer.from(chunk))
      return
    }
    this.push(chunk)
    this.#isLent = true
  }

  /** The lent memory goes back to its owner: what was not read yet is copied. */
  keepLent(): void {
    if (!this.#isLent) return
    this.#isLent = false
    if (this.#heldBytes > 0 || this.#chunk.length === 0) return
    this.#chunkStart += this.#position
    this.#chunk = Buffer.from(this.#chunk.subarray(this.#position))
    this.#position = 0
    this.#text = undefined
  }

  /** The next whole reply or push, or `undefined`: more bytes are needed. Throws {@link ProtocolError}. */
  next(): Reply | Push | Text | undefined {
    if (this.#heldBytes > 0) return undefined
    for (;;) {
      const step = this.#bulk === undefined ? this.#read() : this.#continueBulk()
      if (step === incomplete) {
        this.#rest()
        return undefined
      }
      if (step === progress) continue
      if (this.#frame === undefined) {
        this.#isInReply = false
        return step as Reply | Push | Text
      }
      const done = this.#close(step as Reply)
      if (done !== progress) return done as Reply | Push
    }
  }

  /** Reads one value, or the head of an aggregate, at the position. */
  #read(): Step {
    const chunk = this.#chunk
    const start = this.#position
    if (start >= chunk.length) return incomplete
    const type = chunk[start]!
    if (!this.#isInReply) this.#begin(type)
    switch (type) {
      case 36: // $
        return this.#bulkHead('string')
      case 58: // :
        return this.#integer()
      case 43: // +
        return this.#simple()
      case 42: // *
        return this.#aggregate('array')
      case 37: // %
        return this.#aggregate('map')
      case 126: // ~
        return this.#aggregate('set')
      case 62: // >
        if (this.#frame !== undefined) throw new ProtocolError('A push in the middle of a reply.')
        return this.#aggregate('push')
      case 124: // |
        return this.#aggregate('attribute')
      case 45: // -
        return this.#error()
      case 95: // _
        return this.#null()
      case 35: // #
        return this.#boolean()
      case 44: // ,
        return this.#double()
      case 40: // (
        return this.#bigNumber()
      case 33: // !
        return this.#bulkHead('error')
      case 61: // =
        return this.#bulkHead('verbatim')
      case 59: // ;
        if (this.#frame?.kind !== 'parts')
          throw new ProtocolError('A string part outside of a streamed string.')
        return this.#bulkHead('part')
      case 46: // .
        return this.#streamEnd()
      default:
        throw new ProtocolError(`No reply begins with the byte 0x${type.toString(16).padStart(2, '0')}.`)
    }
  }

  #begin(type: number): void {
    this.#isInReply = true
    this.#replyStart = this.#chunkStart + this.#position
    if (type === 124) {
      this.#asBuffers = false
      this.#asText = false
      this.#statusAsBuffer = false
      return
    }
    this.attributes = this.#attributesAhead
    this.#attributesAhead = undefined
    const wish = type === 62 ? this.pushAsBuffers : (this.replyAsBuffers?.() ?? false)
    this.#asBuffers = wish !== false
    this.#asText = wish === 'text'
    this.#statusAsBuffer = wish === true
  }

  // --- strings -------------------------------------------------------------------------------------------

  #bulkHead(kind: BulkKind): Step {
    const chunk = this.#chunk
    const start = this.#position
    const end = chunk.length
    let at = start + 1
    let length = 0
    let byte = 0
    while (at < end) {
      byte = chunk[at]!
      if (byte < ZERO || byte > 57) break
      length = length * 10 + (byte - ZERO)
      if (length > this.#limits.maxReplyBytes) throw new MessageTooLargeError(this.#limits.maxReplyBytes)
      at++
    }
    if (at + 1 >= end) {
      if (at < end && at > start + 1 && byte !== CR) throw badLength()
      if (at < end && at === start + 1 && byte !== MINUS && byte !== 63) throw badLength()
      return this.#hold(start)
    }
    if (byte !== CR || at === start + 1) return this.#oddLength(kind)
    if (chunk[at + 1] !== LF) throw badLineEnd()
    const from = at + 2
    const to = from + length
    if (kind === 'part' && length === 0) {
      this.#position = from
      return this.#endParts()
    }
    if (to + 2 <= end) {
      if (chunk[to] !== CR || chunk[to + 1] !== LF) throw badBulkEnd()
      this.#position = to + 2
      return kind === 'string' && !this.#asBuffers ? this.#string(from, to) : this.#finishBulk(kind, from, to)
    }
    this.#position = from
    this.#checkSize(length)
    this.#bulkBytes = length
    this.#bulkKind = kind
    this.#bulkFilled = 0
    this.#bulk = Buffer.allocUnsafe(Math.min(length + 2, EAGER_BULK_BYTES))
    return this.#continueBulk()
  }

  /** `$-1` and `$?`. */
  #oddLength(kind: BulkKind): Step {
    const chunk = this.#chunk
    const at = this.#position
    if (chunk[at + 1] === MINUS && chunk[at + 2] === 49 && chunk[at + 3] === CR && chunk[at + 4] === LF) {
      if (kind !== 'string') throw badLength()
      this.#position = at + 5
      return null
    }
    const line = this.#line()
    if (line === undefined) return incomplete
    if (kind === 'string' && line === '?') return this.#open(createFrame('parts', OPEN_END, this.#frame))
    throw badLength()
  }

  #continueBulk(): Step {
    const chunk = this.#chunk
    const total = this.#bulkBytes + 2
    const taken = Math.min(total - this.#bulkFilled, chunk.length - this.#position)
    let bulk = this.#bulk!
    if (this.#bulkFilled + taken > bulk.length) {
      const grown = Buffer.allocUnsafe(Math.min(total, Math.max(bulk.length * 4, this.#bulkFilled + taken)))
      bulk.copy(grown, 0, 0, this.#bulkFilled)
      this.#bulk = bulk = grown
    }
    chunk.copy(bulk, this.#bulkFilled, this.#position, this.#position + taken)
    this.#bulkFilled += taken
    this.#position += taken
    if (this.#bulkFilled > this.#bulkBytes && bulk[this.#bulkBytes] !== CR) throw badBulkEnd()
    if (this.#bulkFilled < total) return incomplete
    if (bulk[total - 1] !== LF) throw badBulkEnd()
    this.#bulk = undefined
    const whole = bulk.subarray(0, this.#bulkBytes)
    switch (this.#bulkKind) {
      case 'string':
        return this.#asBuffers ? whole : whole.toString()
      case 'part':
        return this.#addPart(whole)
      case 'error':
        return new ReplyError(whole.toString())
      case 'verbatim':
        return this.#verbatim(whole)
    }
  }

  #finishBulk(kind: BulkKind, from: number, to: number): Step {
    switch (kind) {
      case 'string':
        return this.#asText && this.#frame === undefined && to - from <= TEXT_BYTES
          ? new ByteText(this.#latin1(from, to))
          : this.#buffer(from, to)
      case 'part':
        return this.#addPart(this.#buffer(from, to))
      case 'error':
        return new ReplyError(this.#string(from, to))
      case 'verbatim':
        return this.#verbatim(this.#buffer(from, to))
    }
  }

  /** `txt:` or `mkd:` and the text. The format is dropped: a caller who asked for INFO wants the text. */
  #verbatim(bytes: Buffer): Reply {
    if (bytes.length < 4 || bytes[3] !== 58) throw new ProtocolError('A verbatim string without its format.')
    return this.#asBuffers ? bytes.subarray(4) : bytes.toString('utf8', 4, bytes.length)
  }

  #string(from: number, to: number): string {
    const chunk = this.#chunk
    if (this.#chunkIsAscii === undefined) this.#chunkIsAscii = isAscii(chunk)
    if (!this.#chunkIsAscii) return chunk.toString('utf8', from, to)
    if (to - from >= COPIED_SLICE_LENGTH) return chunk.toString('latin1', from, to)
    if (this.#text === undefined) this.#text = chunk.toString('latin1', 0, chunk.length)
    return this.#text.slice(from, to)
  }

  #latin1(from: number, to: number): string {
    const chunk = this.#chunk
    if (to - from >= COPIED_SLICE_LENGTH) return chunk.toString('latin1', from, to)
    if (this.#text === undefined) this.#text = chunk.toString('latin1', 0, chunk.length)
    return this.#text.slice(from, to)
  }

  /** A copy, unless it is most of a chunk that is ours: a few bytes must not keep 64 KiB alive. */
  #buffer(from: number, to: number): Buffer {
    const chunk = this.#chunk
    if (!this.#isLent && (to - from) * 2 > chunk.length) return chunk.subarray(from, to)
    const copy = Buffer.allocUnsafe(to - from)
    if (to - from > SHORT_COPY) chunk.copy(copy, 0, from, to)
    else for (let index = 0; index < copy.length; index++) copy[index] = chunk[from + index]!
    return copy
  }

  #addPart(part: Buffer): typeof progress {
    this.#frame!.items.push(part)
    return progress
  }

  #endParts(): Step {
    const frame = this.#frame!
    this.#frame = frame.parent
    const whole = Buffer.concat(frame.items as Buffer[])
    return this.#asBuffers ? whole : whole.toString()
  }

  // --- lines ---------------------------------------------------------------------------------------------

  #integer(): Step {
    const chunk = this.#chunk
    const start = this.#position
    const end = chunk.length
    let at = start + 1
    const isNegative = chunk[at] === MINUS
    if (isNegative) at++
    const digits = at
    let value = 0
    while (at < end) {
      const byte = chunk[at]!
      if (byte < ZERO || byte > 57) break
      value = value * 10 + (byte - ZERO)
      at++
    }
    if (at + 1 < end && at > digits && at - digits < 16 && chunk[at] === CR && chunk[at + 1] === LF) {
      this.#position = at + 2
      return isNegative ? 0 - value : value
    }
    const line = this.#line()
    if (line === undefined) return incomplete
    const match = /^[+-]?\d{1,20}$/.test(line)
    if (!match) throw new ProtocolError(`An integer reply that is none: ${excerpt(line)}`)
    const exact = BigInt(line.startsWith('+') ? line.slice(1) : line)
    const number = Number(exact)
    return Number.isSafeInteger(number) ? number : exact
  }

  #simple(): Step {
    const chunk = this.#chunk
    const at = this.#position
    if (chunk[at + 1] === 79 && chunk[at + 2] === 75 && chunk[at + 3] === CR && chunk[at + 4] === LF) {
      this.#position = at + 5
      return this.#statusAsBuffer ? Buffer.from('OK') : 'OK'
    }
    const end = this.#lineEnd()
    if (end < 0) return incomplete
    return this.#statusAsBuffer ? this.#buffer(at + 1, end) : this.#string(at + 1, end)
  }

  #error(): Step {
    const line = this.#line()
    return line === undefined ? incomplete : new ReplyError(line)
  }

  #null(): Step {
    const line = this.#line()
    if (line === undefined) return incomplete
    if (line !== '') throw new ProtocolError('A null with something in it.')
    return null
  }

  #boolean(): Step {
    const line = this.#line()
    if (line === undefined) return incomplete
    if (line !== 't' && line !== 'f') throw new ProtocolError(`A boolean that is none: ${excerpt(line)}`)
    return line === 't'
  }

  #double(): Step {
    const line = this.#line()
    if (line === undefined) return incomplete
    const named = namedDoubles.get(line)
    if (named !== undefined) return named
    if (!/^[+-]?\d+(\.\d*)?([eE][+-]?\d+)?$/.test(line)) {
      throw new ProtocolError(`A double that is none: ${excerpt(line)}`)
    }
    return Number(line)
  }

  #bigNumber(): Step {
    const line = this.#line()
    if (line === undefined) return incomplete
    if (!/^[+-]?\d+$/.test(line)) throw new ProtocolError(`A big number that is none: ${excerpt(line)}`)
    return BigInt(line.startsWith('+') ? line.slice(1) : line)
  }

  /** The rest of the line after the type byte, or `undefined` (then the line is held). */
  #line(): string | undefined {
    const from = this.#position + 1
    const end = this.#lineEnd()
    return end < 0 ? undefined : this.#string(from, end)
  }

  /** Where the line's CR stands, with the position moved behind the line; or -1 (then the line is held). */
  #lineEnd(): number {
    const chunk = this.#chunk
    const start = this.#position
    const end = chunk.indexOf(CR, start + 1)
    if (end < 0 || end + 1 >= chunk.length) {
      this.#hold(start)
      return -1
    }
    if (chunk[end + 1] !== LF) throw badLineEnd()
    if (end - start > MAX_LINE_BYTES) throw lineTooLong()
    this.#position = end + 2
    return end
  }

  #hold(start: number): typeof incomplete {
    const rest = this.#chunk.subarray(start)
    if (rest.length > MAX_LINE_BYTES) throw lineTooLong()
    this.#held = [this.#isLent ? Buffer.from(rest) : rest]
    this.#heldBytes = rest.length
    return incomplete
  }

  // --- aggregates ----------------------------------------------------------------------------------------

  #aggregate(kind: 'array' | 'map' | 'set' | 'push' | 'attribute'): Step {
    const chunk = this.#chunk
    const start = this.#position
    let at = start + 1
    let count = 0
    while (at - start < 11 && at < chunk.length) {
      const byte = chunk[at]!
      if (byte < ZERO || byte > 57) break
      count = count * 10 + (byte - ZERO)
      at++
    }
    if (at + 1 < chunk.length && at > start + 1 && chunk[at] === CR && chunk[at + 1] === LF) {
      this.#position = at + 2
    } else {
      const line = this.#line()
      if (line === undefined) return incomplete
      if (line === '-1' && kind === 'array') return null
      if (line === '?' && kind !== 'push' && kind !== 'attribute') {
        return this.#open(createFrame(kind, OPEN_END, this.#frame))
      }
      throw new ProtocolError(`A length that is none: ${excerpt(line)}`)
    }
    if (kind === 'map' || kind === 'attribute') count *= 2
    this.#checkSize(count * 3)
    if (count > 0) return this.#open(createFrame(kind, count, this.#frame))
    if (kind === 'push') throw new ProtocolError('A push that says nothing.')
    if (kind === 'attribute') return this.#noteAttributes(new Map())
    return kind === 'array' ? [] : kind === 'map' ? new Map() : new Set<Reply>()
  }

  #open(frame: Frame): typeof progress {
    if (this.#frame?.kind === 'parts')
      throw new ProtocolError('Something else than a part in a streamed string.')
    if (frame.depth > this.#limits.maxDepth) {
      throw new ProtocolError(`Aggregates nest deeper than ${this.#limits.maxDepth}.`)
    }
    this.#frame = frame
    return progress
  }

  /** Gives a value to the innermost frame; closes what becomes whole. Returns the reply, or `progress`. */
  #close(value: Reply): Step {
    let whole: Reply | Push = value
    for (;;) {
      const frame = this.#frame
      if (frame === undefined) {
        this.#isInReply = false
        return whole
      }
      if (frame.kind === 'parts') throw new ProtocolError('Something else than a part in a streamed string.')
      frame.items.push(whole as Reply)
      if (frame.items.length !== frame.count) return progress
      this.#frame = frame.parent
      if (frame.kind === 'attribute') return this.#noteAttributes(pairs(frame.items))
      whole = finish(frame)
    }
  }

  #streamEnd(): Step {
    const line = this.#line()
    if (line === undefined) return incomplete
    const frame = this.#frame
    if (line !== '' || frame === undefined || frame.count !== OPEN_END || frame.kind === 'parts') {
      throw new ProtocolError('The end of a stream where none is open.')
    }
    if (frame.kind === 'map' && frame.items.length % 2 === 1)
      throw new ProtocolError('A key without a value.')
    this.#frame = frame.parent
    return finish(frame) as Reply
  }

  /** Attributes belong to the reply that follows; inside of a reply nobody could name what they belong to. */
  #noteAttributes(attributes: Map<Reply, Reply>): typeof progress {
    if (this.#frame === undefined) {
      this.#attributesAhead = attributes
      this.#isInReply = false
    }
    return progress
  }

  /** All bytes are read: checks that an unfinished reply is within its limit, and lets go of the chunk. */
  #rest(): void {
    if (this.#isInReply) this.#checkSize(this.#chunk.length - this.#position)
    if (this.#heldBytes > 0) return
    this.#chunkStart += this.#position
    this.#chunk = NOTHING
    this.#position = 0
    this.#text = undefined
  }

  /** Checks the limit with so many bytes after the position. */
  #checkSize(moreBytes: number): void {
    const size = this.#chunkStart + this.#position - this.#replyStart + moreBytes
    if (size > this.#limits.maxReplyBytes) throw new MessageTooLargeError(this.#limits.maxReplyBytes)
  }
}

const namedDoubles = new Map([
  ['inf', Number.POSITIVE_INFINITY],
  ['+inf', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
  ['nan', Number.NaN],
  ['-nan', Number.NaN],
])

function finish(frame: Frame): Reply | Push {
  switch (frame.kind) {
    case 'map':
      return pairs(frame.items)
    case 'set':
      return new Set(frame.items)
    case 'push':
      return new Push(frame.items)
    default:
      return frame.items
  }
}

function pairs(items: readonly Reply[]): Map<Reply, Reply> {
  const map = new Map<Reply, Reply>()
  for (let index = 0; index < items.length; index += 2) map.set(items[index]!, items[index + 1]!)
  return map
}

function excerpt(line: string): string {
  return JSON.stringify(line.length > 40 ? `${line.slice(0, 40)}…` : line)
}

function badLength(): ProtocolError {
  return new ProtocolError('A string whose length is not a number.')
}

function badLineEnd(): ProtocolError {
  return new ProtocolError('A line that does not end with CR LF.')
}

function badBulkEnd(): ProtocolError {
  return new ProtocolError('A string that does not end where its length says.')
}

function lineTooLong(): ProtocolError {
  return new ProtocolError(`A line longer than ${MAX_LINE_BYTES} bytes.`)
}
