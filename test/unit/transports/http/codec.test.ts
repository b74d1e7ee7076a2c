import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { departure, expectation, HttpCodec, type HttpMessage } from '../../../../src/transports/http/codec.ts'
import { HttpFault } from '../../../../src/transports/http/http-error.ts'
import { HttpRequest } from '../../../../src/transports/http/request.ts'

const limits = { headBytes: 1024, bodyBytes: 4096 }

/** Every second chunk, the first among them, comes in memory with other things behind it, which is overwritten then. */
function decode(chunks: readonly Buffer[], codec = new HttpCodec(limits)): HttpMessage[] {
  const messages: HttpMessage[] = []
  chunks.forEach((chunk, index) => {
    const lent = Buffer.concat([chunk, Buffer.from('\r\n\r\nGET /other')])
    if (index % 2 === 0) codec.pushLent(lent, chunk.length)
    else codec.push(Buffer.from(chunk))
    for (let message = codec.next(); message !== undefined; message = codec.next()) messages.push(message)
    codec.keepLent()
    lent.fill('?')
  })
  return messages
}

function decodeText(text: string): HttpMessage[] {
  return decode([Buffer.from(text, 'latin1')])
}

/** Cuts bytes where it is told to, as shares of the length. */
function cut(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = cuts.map((share) => Math.floor(share * bytes.byteLength)).sort((one, other) => one - other)
  return [...places, bytes.byteLength]
    .map((end, index) => bytes.subarray(places[index - 1] ?? 0, end))
    .filter((chunk) => chunk.length > 0)
}

/** What a message says, to be compared. */
function shown(message: HttpMessage): unknown {
  if (message instanceof HttpFault) return [message.status, message.message]
  if (!(message instanceof HttpRequest)) return message
  const { method, path, query, headers, keepsAlive, body } = message
  return { method, path, query, headers: { ...headers }, keepsAlive, body: body.toString('hex') }
}

const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 })
const word = fc.stringMatching(/^[a-zA-Z0-9%_.-]{1,12}$/)
const body = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes))
const request = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'HEAD', 'OPTIONS', 'PATCH'),
  path: fc.array(word, { maxLength: 4 }).map((words) => `/${words.join('/')}`),
  query: fc.constantFrom('', 'a=1', 'jsonp=f&b=?'),
  extra: fc.dictionary(
    word.map((name) => `x-${name.replaceAll(/[%.]/g, '-').toLowerCase()}`),
    word,
    { maxKeys: 3 },
  ),
  body,
  framing: fc.constantFrom('none', 'sized', 'chunked'),
  chunkBytes: fc.integer({ min: 1, max: 100 }),
})
type Model = typeof request extends fc.Arbitrary<infer T> ? T : never

function encode({ method, path, query, extra, body, framing, chunkBytes }: Model): Buffer {
  const target = query === '' ? path : `${path}?${query}`
  const lines = Object.entries(extra).map(([name, value]) => `${name.toUpperCase()}:  ${value}\t\r\n`)
  if (framing === 'sized') lines.push(`Content-Length: ${body.length}\r\n`)
  if (framing === 'chunked') lines.push('transfer-encoding: Chunked\r\n')
  const head = Buffer.from(`${method} ${target} HTTP/1.1\r\nHost: here\r\n${lines.join('')}\r\n`)
  if (framing === 'none') return head
  if (framing === 'sized') return Buffer.concat([head, body])
  const parts: Buffer[] = [head]
  for (let at = 0; at < body.length; at += chunkBytes) {
    const part = body.subarray(at, at + chunkBytes)
    parts.push(Buffer.from(`${part.length.toString(16)};x=1\r\n`), part, Buffer.from('\r\n'))
  }
  return Buffer.concat([...parts, Buffer.from('0\r\nTrailer: yes\r\n\r\n')])
}

function expected({ method, path, query, extra, body, framing }: Model): unknown {
  const framed: Record<string, string> = {}
  if (framing === 'sized') framed['content-length'] = String(body.length)
  if (framing === 'chunked') framed['transfer-encoding'] = 'Chunked'
  const hex = framing === 'none' ? '' : body.toString('hex')
  return { method, path, query, headers: { host: 'here', ...extra, ...framed }, keepsAlive: true, body: hex }
}

describe('requests', () => {
  test('are what was sent, however they were cut into chunks', () => {
    fc.assert(
      fc.property(fc.array(request, { maxLength: 6 }), cuts, (requests, places) => {
        const bytes = Buffer.concat(requests.map(encode))
        expect(decode(cut(bytes, places)).map(shown)).toEqual(requests.map(expected))
      }),
      { numRuns: 1000 },
    )
  })

  test('that are damaged give the same messages and the same fault, however they were cut', () => {
    const damage = fc.tuple(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.constantFrom(0, 10, 13, 32, 58, 65, 127),
    )
    fc.assert(
      fc.property(
        fc.array(request, { minLength: 1, maxLength: 3 }),
        fc.array(damage, { maxLength: 2 }),
        cuts,
        (requests, damages, places) => {
          const bytes = Buffer.concat(requests.map(encode))
          for (const [share, byte] of damages) bytes[Math.floor(share * (bytes.length - 1))] = byte
          const whole = decode([bytes]).map(shown)
          const bytewise = decode([...bytes].map((byte) => Buffer.of(byte))).map(shown)
          expect(decode(cut(bytes, places)).map(shown)).toEqual(whole)
          expect(bytewise).toEqual(whole)
        },
      ),
      { numRuns: 1000 },
    )
  })

  test('with the headers of the one before are parsed as if they were new', () => {
    const one = 'GET /a HTTP/1.1\r\nHost: here\r\nX-One: 1\r\n\r\n'
    const other = 'GET /b?c HTTP/1.1\r\nHost: here\r\nX-One: 2\r\n\r\n'
    const old = 'GET /d HTTP/1.0\r\nHost: here\r\nX-One: 2\r\n\r\n'
    const messages = decodeText(one + one + other + other + old) as HttpRequest[]
    expect(messages.map(({ path, headers }) => [path, headers['x-one']])).toEqual([
      ...[
        ['/a', '1'],
        ['/a', '1'],
        ['/b', '2'],
        ['/b', '2'],
        ['/d', '2'],
      ],
    ])
    expect(messages.map(({ keepsAlive }) => keepsAlive)).toEqual([true, true, true, true, false])
  })

  test('of HTTP/1.0 keep the connection only where they ask for it', () => {
    const [first, second] = decodeText(
      'GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\nGET / HTTP/1.0\r\n\r\n',
    ) as HttpRequest[]
    expect([first?.keepsAlive, second?.keepsAlive]).toEqual([true, false])
  })

  test('in the form that proxies get have the path alone', () => {
    expect(
      (decodeText('GET http://there/a/b?c HTTP/1.1\r\nHost: there\r\n\r\n')[0] as HttpRequest).path,
    ).toBe('/a/b')
  })

  test('that expect to be continued are asked for their body unless it is already here', () => {
    const head = 'PUT /SET/a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n'
    const [first, second] = decode([Buffer.from(head), Buffer.from('ab')])
    expect(first).toBe(expectation)
    expect((second as HttpRequest).body.toString()).toBe('ab')
    expect(decodeText(`${head}ab`)).toHaveLength(1)
  })

  test('for somebody else stay unread, with all that follows', () => {
    const codec = new HttpCodec(limits, ({ path }) => !path.startsWith('/redis/'))
    const ours = 'GET /redis/PING HTTP/1.1\r\nHost: h\r\n\r\n'
    const theirs = 'GET / HTTP/1.1\r\nHost: h\r\n\r\nGET /redis/PING'
    const messages = decode([Buffer.from(ours + theirs), Buffer.from(' HTTP')], codec)
    expect(messages[1]).toBe(departure)
    expect(messages).toHaveLength(2)
    expect(codec.takeUnread().toString()).toBe(`${theirs} HTTP`)
  })
})

describe('what could be read in two ways is refused, and nothing is read behind it', () => {
  const get = 'GET / HTTP/1.1\r\nHost: h\r\n'
  const chunked = `POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n`
  const cases: Record<string, [text: string, status: number]> = {
    'two lengths': [`${get}Content-Length: 1\r\nContent-Length: 2\r\n\r\na`, 400],
    'the same length twice': [`${get}Content-Length: 1\r\nContent-Length: 1\r\n\r\na`, 400],
    'a list of lengths': [`${get}Content-Length: 1, 1\r\n\r\na`, 400],
    'a length with a sign': [`${get}Content-Length: +1\r\n\r\na`, 400],
    'a length in hexadecimal': [`${get}Content-Length: 0x1\r\n\r\na`, 400],
    'an empty length': [`${get}Content-Length:\r\n\r\n`, 400],
    'a length and chunks': [`${get}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
    'chunks and another encoding': [`${get}Transfer-Encoding: gzip, chunked\r\n\r\n`, 501],
    'chunks twice': [`${get}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n`, 400],
    'chunks with a tail': [`${get}Transfer-Encoding: chunked;q=1\r\n\r\n`, 501],
    'chunks in HTTP/1.0': ['POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n', 400],
    'a folded header': [`${get}A: b\r\n c\r\n\r\n`, 400],
    'a header that begins with a blank': [`GET / HTTP/1.1\r\n Host: h\r\n\r\n`, 400],
    'a blank before the colon': [`${get}Content-Length : 1\r\n\r\na`, 400],
    'a header without a colon': [`${get}abc\r\n\r\n`, 400],
    'a header without a name': [`${get}: b\r\n\r\n`, 400],
    'a LF alone after the request line': ['GET / HTTP/1.1\nHost: h\r\n\r\n', 400],
    'a LF alone after a header': [`${get}A: b\nB: c\r\n\r\n`, 400],
    'a CR alone in a header': [`${get}A: b\rB: c\r\n\r\n`, 400],
    'NUL in a header': [`${get}A: b\0\r\n\r\n`, 400],
    'NUL in the path': ['GET /\0 HTTP/1.1\r\nHost: h\r\n\r\n', 400],
    'a blank in the path': ['GET /a b HTTP/1.1\r\nHost: h\r\n\r\n', 400],
    'no host': ['GET / HTTP/1.1\r\n\r\n', 400],
    'two hosts': [`${get}Host: i\r\n\r\n`, 400],
    'a host with a path': ['GET / HTTP/1.1\r\nHost: a/b\r\n\r\n', 400],
    'no version': ['GET /\r\nHost: h\r\n\r\n', 400],
    'another version': ['GET / HTTP/2.0\r\nHost: h\r\n\r\n', 505],
    'a method that is none': ['G@T / HTTP/1.1\r\nHost: h\r\n\r\n', 400],
    'a target without a slash': ['GET a HTTP/1.1\r\nHost: h\r\n\r\n', 400],
    'TLS on a plain port': ['\x16\x03\x01\x02', 400],
    'a chunk size that is none': [`${chunked}g\r\n`, 400],
    'a chunk size with a blank': [`${chunked}1 \r\na\r\n`, 400],
    'a chunk size with a sign': [`${chunked}+1\r\na\r\n`, 400],
    'a chunk size that overflows': [`${chunked}fffffffffffffffff\r\n`, 400],
    'a chunk longer than it says': [`${chunked}1\r\nab\r\n`, 400],
    'a chunk that ends with LF alone': [`${chunked}1\na\r\n`, 400],
    'a folded trailer': [`${chunked}0\r\n a: b\r\n\r\n`, 400],
    'a body over the limit': [`${get}Content-Length: 4097\r\n\r\n`, 413],
    'chunks over the limit': [`${chunked}1001\r\n`, 413],
    'headers over the limit': [`${get}A: ${'a'.repeat(1024)}\r\n\r\n`, 431],
    'headers without an end': [`${get}A: ${'a'.repeat(1024)}`, 431],
    'a request line over the limit': [`GET /${'a'.repeat(1024)} HTTP/1.1\r\n`, 414],
    'a request line without an end': [`GET /${'a'.repeat(1024)}`, 414],
  }
  test.each(Object.entries(cases))('%s', (_name, [text, status]) => {
    const messages = decodeText(`${text}GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n`)
    expect(messages.map((message) => (message instanceof HttpFault ? message.status : message))).toEqual([
      status,
    ])
  })
})
