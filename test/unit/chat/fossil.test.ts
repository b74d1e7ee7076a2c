import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fossilDelta } from '../../../src/chat/delta/fossil.ts'

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~'

/** Reads a delta as the format's description says. */
function apply(source: Buffer, delta: Buffer): Buffer {
  let at = 0
  const number = (): number => {
    let value = 0
    for (; digits.includes(String.fromCharCode(delta[at]!)); at++) {
      value = value * 64 + digits.indexOf(String.fromCharCode(delta[at]!))
    }
    return value
  }
  const parts: Buffer[] = []
  const length = number()
  expect(delta[at++]).toBe(0x0a)
  for (;;) {
    const count = number()
    const mark = String.fromCharCode(delta[at++]!)
    if (mark === '@') {
      const from = number()
      expect(String.fromCharCode(delta[at++]!)).toBe(',')
      expect(from + count).toBeLessThanOrEqual(source.byteLength)
      parts.push(source.subarray(from, from + count))
    } else if (mark === ':') {
      parts.push(delta.subarray(at, at + count))
      at += count
    } else {
      expect(mark).toBe(';')
      expect(at).toBe(delta.byteLength)
      const target = Buffer.concat(parts)
      expect(target.byteLength).toBe(length)
      let sum = 0n
      const padded = Buffer.concat([target, Buffer.alloc((4 - (target.byteLength % 4)) % 4)])
      for (let word = 0; word < padded.byteLength; word += 4) sum += BigInt(padded.readUInt32BE(word))
      expect(BigInt(count)).toBe(sum & 0xffffffffn)
      return target
    }
  }
}

/** Texts that have much in common: pieces of a few, in any order. */
const pieces = fc.array(
  fc.oneof(
    fc.constantFrom(
      '{"temperature":21,"humidity":40,',
      'the quick brown fox jumps over',
      'ä€😀 und so weiter, ',
    ),
    fc.string({ unit: 'grapheme', maxLength: 40 }),
  ),
  { maxLength: 12 },
)

describe('A Fossil delta', () => {
  it('makes the target of the source, and is a text where both are', () => {
    fc.assert(
      fc.property(pieces, pieces, (before, after) => {
        const [source, target] = [Buffer.from(before.join('')), Buffer.from(after.join(''))]
        const delta = fossilDelta(source, target)
        expect(apply(source, delta).equals(target)).toBe(true)
        expect(Buffer.from(delta.toString()).equals(delta)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('of what is nearly the same is short', () => {
    const source = Buffer.from(
      JSON.stringify(Array.from({ length: 200 }, (_, index) => ({ id: index, on: true }))),
    )
    const target = Buffer.from(source.toString().replace('"id":77,"on":true', '"id":77,"on":false'))
    const delta = fossilDelta(source, target)
    expect(apply(source, delta).equals(target)).toBe(true)
    expect(delta.byteLength).toBeLessThan(60)
  })

  it('of 64 KiB that repeat themselves takes no longer than others', () => {
    const source = Buffer.from('ab'.repeat(32_768))
    const target = Buffer.from(`x${'ba'.repeat(32_767)}y`)
    const startedAt = performance.now()
    expect(apply(source, fossilDelta(source, target)).equals(target)).toBe(true)
    expect(performance.now() - startedAt).toBeLessThan(1000)
  })
})
