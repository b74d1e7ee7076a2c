import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { showAsJson, showAsJsonBody } from '../../../src/gateway/command-url/show.ts'
import { isPlainAscii, isPlainText } from '../../../src/gateway/plain-text.ts'

/** What the two functions promise, byte by byte and through the runtime. */
function isUnescaped(bytes: Buffer): boolean {
  const text = bytes.toString()
  return Buffer.from(text).equals(bytes) && JSON.stringify(text) === `"${text}"`
}

/** Mostly letters, so that one odd byte somewhere is what is looked for. */
const mostlyPlain = fc
  .tuple(fc.string({ minLength: 1, maxLength: 5000 }), fc.nat(), fc.nat(255), fc.nat(3), fc.boolean())
  .map(([text, at, odd, offset, isOdd]) => {
    // At every place that memory can have towards a multiple of four.
    const memory = Buffer.concat([Buffer.alloc(offset, 'x'), Buffer.from(text.replaceAll(/["\\]/g, 'é'))])
    const bytes = memory.subarray(offset)
    if (isOdd) bytes[at % bytes.length] = odd
    return bytes
  })

describe('bytes that stand in a JSON string as they are', () => {
  test('are those that JSON does not escape', () => {
    fc.assert(fc.property(mostlyPlain, (bytes) => isPlainText(bytes) === isUnescaped(bytes)))
  })

  test.each([0, 1, 31, 32, 34, 92, 126, 127, 128, 255])('tell the byte %i at any place', (byte) => {
    for (let length = 1; length < 20; length++) {
      for (let at = 0; at < length; at++) {
        const bytes = Buffer.alloc(length, 'a')
        bytes[at] = byte
        expect(isPlainText(bytes)).toBe(isUnescaped(bytes))
        expect(isPlainAscii(bytes)).toBe(isUnescaped(bytes) && byte < 127)
      }
    }
  })
})

describe('a long value as the body of a reply', () => {
  test('is the same whether it is made of bytes or of text', () => {
    fc.assert(
      fc.property(mostlyPlain, (bytes) => {
        const value = Buffer.concat([bytes, Buffer.alloc(1024, 'x')])
        const body = Buffer.from(showAsJsonBody('GET', value, 'text'))
        expect(body.toString()).toBe(showAsJson('GET', value, 'text'))
      }),
    )
  })

  test('is base64 where that is asked for, and an object for INFO', () => {
    const value = Buffer.alloc(2000, 'x')
    expect(String(showAsJsonBody('GET', value, 'base64'))).toBe(`{"GET":"${value.toString('base64')}"}`)
    const info = Buffer.from(`# Server\r\nversion:${'7'.repeat(2000)}\r\n`)
    expect(JSON.parse(String(showAsJsonBody('info', info, 'text'))).info.version).toBe('7'.repeat(2000))
  })
})
