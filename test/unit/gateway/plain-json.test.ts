import { describe, expect, test } from 'vitest'
import { plainJson, plainJsonOfText } from '../../../src/gateway/command-url/plain-json.ts'
import { showAsJson } from '../../../src/gateway/command-url/show.ts'
import { etagOf, hashTagOf } from '../../../src/gateway/etag.ts'
import { ReplyError } from '../../../src/redis/errors.ts'
import type { Reply } from '../../../src/redis/resp/reply.ts'

describe('A plain reply as JSON', () => {
  const numbers = [0, -1, 41, Number.MAX_SAFE_INTEGER, 1.5, Number.POSITIVE_INFINITY, 2n ** 63n]
  const bytes = Array.from({ length: 256 }, (_, byte) => Buffer.from([97, byte, 98]))
  const replies: Reply[] = [
    ...bytes,
    ...numbers,
    ...['', 'a', 'x'.repeat(30), 'x'.repeat(200)].map((text) => Buffer.from(text)),
    ...['OK', 'QUEUED', null, true, ['a'], new ReplyError('ERR no')],
  ]

  test('is what any reply is as JSON, and its tag is its own', () => {
    const shown = replies.map((reply) => ({ reply, plain: plainJson('GET', reply) }))
    for (const { reply, plain } of shown) {
      if (plain === undefined) continue
      expect(plain.body).toBe(showAsJson('GET', reply, 'text'))
      expect(plain.etag ?? hashTagOf(plain.value!)).toMatch(/^[\x21\x23-\x2b\x2d-\x7e]+$/)
    }
    const tags = shown.map(({ reply, plain }) => {
      if (plain === undefined) return etagOf(showAsJson('GET', reply, 'text'))
      return plain.etag ?? hashTagOf(plain.value!)
    })
    expect(new Set(tags).size).toBe(new Set(replies.map((reply) => showAsJson('GET', reply, 'text'))).size)
    const plain = shown.filter((one) => one.plain !== undefined).map(({ reply }) => String(reply))
    expect(plain).toEqual(expect.arrayContaining(['a', 'aab', 'OK', 'null', '0', '-1', '41']))
    for (const odd of ['', 'a"b', 'a\\b', 'a\0b', 'a\nb', 'a\x7fb', '1.5', 'QUEUED'])
      expect(plain).not.toContain(odd)
  })

  test('has the value in its tag where that is a string of plain characters', () => {
    expect(plainJson('GET', Buffer.from('hello-world'))?.etag).toBe('hello-world~')
    expect(plainJsonOfText('GET', 'hello-world')).toEqual(plainJson('GET', Buffer.from('hello-world')))
    // These part tags, or could be taken for another: such values have hashes.
    for (const text of ['a b', 'a,b', 'a~b', 'a`b', '~a', 'a~'])
      expect(plainJsonOfText('GET', text)).toEqual({
        body: `{"GET":"${text}"}`,
        etag: undefined,
        value: text,
      })
    for (const reply of ['OK', null, 41, -1]) expect(plainJson('GET', reply)?.etag).toMatch(/^~/)
  })

  test('has a hash for its tag where it is long, and is not made of what JSON escapes, wherever that stands', () => {
    for (const length of [41, 100, 1024, 10_240, 16_384]) {
      const value = Buffer.alloc(length, 'long value ')
      const plain = plainJson('GET', value)
      expect(plain).toEqual({ body: showAsJson('GET', value, 'text'), etag: undefined, value })
      for (const byte of [0, 31, 34, 92, 128, 255]) {
        for (const at of [0, 1, length >> 1, length - 2, length - 1]) {
          const odd = Buffer.from(value)
          odd[at] = byte
          expect(plainJson('GET', odd)).toBeUndefined()
        }
      }
    }
    expect(plainJson('GET', Buffer.alloc(16_385, 'x'))).toBeUndefined()
  })

  test('is not made for INFO, which is an object, nor for names that nobody would give a command', () => {
    for (const name of ['INFO', 'info', 'x'.repeat(33)])
      expect(plainJson(name, Buffer.from('value'))).toBeUndefined()
  })

  test('names the command as it was spelt, however many spellings there are', () => {
    for (let index = 0; index < 3000; index++)
      expect(plainJson(`get${index}`, Buffer.from('a'))?.body).toBe(`{"get${index}":"a"}`)
  })
})
