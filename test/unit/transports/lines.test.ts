import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MessageTooLargeError } from '../../../src/connection/errors.ts'
import { type Line, LineCodec } from '../../../src/transports/lines.ts'

/** All lines that a codec makes of chunks, the one that the end completes included. */
function decode(chunks: readonly Buffer[], codec = new LineCodec()): (string | undefined)[] {
  const lines: (string | undefined)[] = []
  const take = (line: Line | undefined): boolean => line !== undefined && lines.push(line.text) > 0
  for (const chunk of chunks) {
    codec.push(chunk)
    while (take(codec.next()));
  }
  take(codec.end())
  return lines
}

/** Cuts bytes where it is told to, as shares of the length. */
function cut(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = cuts.map((share) => Math.floor(share * bytes.byteLength)).sort((one, other) => one - other)
  return [...places, bytes.byteLength].map((end, index) => bytes.subarray(places[index - 1] ?? 0, end))
}

const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 })
const text = fc.string({ unit: 'grapheme' }).map((one) => one.replace(/[\r\n]/g, '·'))

describe('lines', () => {
  test('are the same however they were cut into chunks, with LF or CR LF, the last without an end', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(text, fc.constantFrom('\n', '\r\n'))),
        text,
        cuts,
        (lines, rest, places) => {
          const bytes = Buffer.from(lines.map((line) => line.join('')).join('') + rest)
          const expected = lines.map(([line]) => line)
          expect(decode(cut(bytes, places))).toEqual(rest === '' ? expected : [...expected, rest])
        },
      ),
      { numRuns: 500 },
    )
  })

  test('come out as they went in', () => {
    fc.assert(
      fc.property(fc.array(text), cuts, (lines, places) => {
        const codec = new LineCodec()
        const bytes = Buffer.from(lines.map((line) => codec.encode(line)).join(''))
        expect(decode(cut(bytes, places))).toEqual(lines)
      }),
    )
  })

  test('of arbitrary bytes are text exactly where they are UTF-8', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 20 })), cuts, (parts, places) => {
        const lines = parts.map((part) => Buffer.from(part.filter((byte) => byte !== 10 && byte !== 13)))
        const bytes = Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')]))
        const expected = lines.map((line) => {
          const asText = line.toString()
          return Buffer.from(asText).equals(line) ? asText : undefined
        })
        expect(decode(cut(bytes, places))).toEqual(expected)
      }),
      { numRuns: 500 },
    )
  })

  test('that are not UTF-8 are told, and the next line is as good as ever', () => {
    const bytes = Buffer.concat([Buffer.from('ok\n'), Buffer.from([0xff, 0xc3, 0x0a]), Buffer.from('ä\n')])
    expect(decode([bytes])).toEqual(['ok', undefined, 'ä'])
  })

  test('may be as long as the limit and no longer, however they are cut and ended', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom('\n', '\r\n', ''),
        cuts,
        (length, lineBytes, end, places) => {
          const bytes = Buffer.from(`first\n${'x'.repeat(length)}${end}`)
          const codec = new LineCodec({ lineBytes: Math.max(5, lineBytes) })
          const run = () => decode(cut(bytes, places), codec)
          if (length > Math.max(5, lineBytes)) expect(run).toThrow(MessageTooLargeError)
          else expect(run()).toEqual(['first', ...(length > 0 || end !== '' ? ['x'.repeat(length)] : [])])
        },
      ),
      { numRuns: 500 },
    )
  })

  test('without an end are refused at the limit, not kept until one comes', () => {
    const codec = new LineCodec({ lineBytes: 100 })
    let pushed = 0
    expect(() => {
      for (; pushed < 1000; pushed++) {
        codec.push(Buffer.from('x'))
        codec.next()
      }
    }).toThrow(MessageTooLargeError)
    expect(pushed).toBeLessThanOrEqual(102)
  })

  test('that come byte by byte cost about the same for each byte, however long the line', () => {
    const copied = { bytes: 0 }
    const concat = Buffer.concat
    const copy = Buffer.prototype.copy
    Buffer.concat = (list, total) => {
      const whole = concat(list, total)
      copied.bytes += whole.byteLength
      return whole
    }
    Buffer.prototype.copy = function (target: Uint8Array, ...where: (number | undefined)[]): number {
      const count = copy.call(this, target, ...where)
      copied.bytes += count
      return count
    }
    try {
      const length = 200_000
      const codec = new LineCodec({ lineBytes: length })
      const one = Buffer.from('x')
      for (let index = 0; index < length; index++) {
        codec.push(one)
        expect(codec.next()).toBe(undefined)
      }
      codec.push(Buffer.from('\n'))
      expect(codec.next()?.text).toHaveLength(length)
      expect(copied.bytes).toBeLessThan(5 * length)
    } finally {
      Buffer.concat = concat
      Buffer.prototype.copy = copy
    }
  })

  test('say goodbye with a line of their own, if they are given one', () => {
    const ending = { cause: 'drain' } as Parameters<LineCodec['goodbye']>[0]
    expect(new LineCodec({ goodbye: ({ cause }) => `bye: ${cause}` }).goodbye(ending)).toBe('bye: drain\n')
    expect(new LineCodec().goodbye(ending)).toBe(undefined)
  })
})
