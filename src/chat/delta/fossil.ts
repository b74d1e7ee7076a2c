/**
 * Fossil deltas: what changed from one text to the next, as copies from the one and new bytes of the other.
 *
 * A delta is the target's length, a line feed, and then segments: `COUNT@OFFSET,` copies from the source,
 * `COUNT:BYTES` inserts, and `CHECKSUM;` ends it. Numbers are written in base 64 with digits of their own.
 * New bytes are always whole characters, so that a delta of texts is a text.
 *
 * Source: fossil-scm.org, "The Fossil Delta File Format".
 */
import { Buffer } from 'node:buffer'

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~'

/** What is equal in both is found in blocks of so many bytes; less is not worth a copy. */
const blockBytes = 16

/** Blocks with the same hash that are looked at, before the scan goes on: bounds the time for texts that repeat themselves. */
const candidatesTried = 16

/** The delta that makes `target` of `source`. Takes time in proportion to both. */
export function fossilDelta(source: Buffer, target: Buffer): Buffer {
  const parts: (Buffer | string)[] = [`${number(target.byteLength)}\n`]
  let written = 0
  for (const { from, at, length } of copies(source, target)) {
    insert(parts, target.subarray(written, at))
    parts.push(`${number(length)}@${number(from)},`)
    written = at + length
  }
  insert(parts, target.subarray(written))
  parts.push(`${number(checksum(target))};`)
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)))
}

/** `length` bytes of the target from `at` stand in the source from `from`. */
interface Copy {
  readonly from: number
  readonly at: number
  readonly length: number
}

/** What can be copied, in the target's order and without overlaps, at borders of characters. */
function* copies(source: Buffer, target: Buffer): Generator<Copy> {
  const blocks = blocksOf(source)
  let done = 0
  let at = 0
  let hash = new RollingHash(target, 0)
  while (at + blockBytes <= target.byteLength) {
    const found = longest(source, target, blocks.get(hash.value), at, done)
    const copy = found === undefined ? undefined : atCharacters(target, found)
    if (copy === undefined) {
      hash.next()
      at++
      continue
    }
    yield copy
    done = copy.at + copy.length
    at = done
    hash = new RollingHash(target, at)
  }
}

/** The source's blocks by their hash. */
function blocksOf(source: Buffer): Map<number, number[]> {
  const blocks = new Map<number, number[]>()
  for (let from = 0; from + blockBytes <= source.byteLength; from += blockBytes) {
    const { value } = new RollingHash(source, from)
    const known = blocks.get(value)
    if (known === undefined) blocks.set(value, [from])
    else if (known.length < candidatesTried) known.push(from)
  }
  return blocks
}

function longest(
  source: Buffer,
  target: Buffer,
  candidates: readonly number[] | undefined,
  at: number,
  done: number,
): Copy | undefined {
  let best: Copy | undefined
  for (const from of candidates ?? []) {
    let before = 0
    while (before < from && before < at - done && source[from - before - 1] === target[at - before - 1])
      before++
    let after = 0
    while (
      from + after < source.byteLength &&
      at + after < target.byteLength &&
      source[from + after] === target[at + after]
    ) {
      after++
    }
    const length = before + after
    // Other bytes may have the same hash.
    if (after < blockBytes || length <= (best?.length ?? 0)) continue
    best = { from: from - before, at: at - before, length }
  }
  return best
}

/** Shortens a copy until neither of its ends is in the middle of a character. */
function atCharacters(target: Buffer, { from, at, length }: Copy): Copy | undefined {
  let start = 0
  while (start < length && isInside(target, at + start)) start++
  let end = length
  while (end > start && isInside(target, at + end)) end--
  return end - start < blockBytes ? undefined : { from: from + start, at: at + start, length: end - start }
}

/** Whether a character of UTF-8 goes on with this byte. */
function isInside(bytes: Buffer, index: number): boolean {
  return index < bytes.byteLength && (bytes[index]! & 0xc0) === 0x80
}

function insert(parts: (Buffer | string)[], bytes: Buffer): void {
  if (bytes.byteLength > 0) parts.push(`${number(bytes.byteLength)}:`, bytes)
}

function number(value: number): string {
  let text = ''
  let rest = value
  do {
    text = digits[rest % 64]! + text
    rest = Math.floor(rest / 64)
  } while (rest > 0)
  return text
}

/** The sum of the bytes as 32-bit words, most significant byte first, without what goes over. */
function checksum(bytes: Buffer): number {
  let sum = 0
  for (let index = 0; index < bytes.byteLength; index++) {
    sum = (sum + (bytes[index]! << (8 * (3 - (index % 4))))) >>> 0
  }
  return sum
}

/** A hash of a block that moves on by a byte at the same cost, however long the block is. */
class RollingHash {
  readonly #bytes: Buffer
  #at: number
  #sum = 0
  #weighted = 0

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes
    this.#at = at
    for (let index = 0; index < blockBytes; index++) {
      const byte = bytes[at + index] ?? 0
      this.#sum += byte
      this.#weighted += (blockBytes - index) * byte
    }
  }

  get value(): number {
    return (this.#sum & 0xffff) * 0x10000 + (this.#weighted & 0xffff)
  }

  next(): void {
    const first = this.#bytes[this.#at] ?? 0
    const last = this.#bytes[this.#at + blockBytes] ?? 0
    this.#at++
    this.#sum += last - first
    this.#weighted += this.#sum - blockBytes * first
  }
}
