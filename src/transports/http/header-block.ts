/**
 * The header lines of a request, checked strictly (RFC 9112 sections 5 to 7): what two servers could read in two
 * ways is refused, since that is how requests are smuggled past the first of them.
 *
 * Clients repeat their headers: a connection keeps its last block and compares bytes before it parses again, so
 * a block may be shared by many requests and never changes.
 */
import { HttpFault } from './http-error.ts'

export interface HeaderBlock {
  /** The bytes that it was parsed from, the empty line included. */
  readonly bytes: Buffer
  /** Lower-case names; repeated headers joined with `, `. */
  readonly fields: Readonly<Record<string, string>>
  /** The body's length; `chunked`: it says so itself. 0 where there is none. */
  readonly bodyBytes: number | 'chunked'
  /** Whether the client keeps the connection open for another request. */
  readonly keepsAlive: boolean
  readonly expectsContinue: boolean
  /** Headers that are asked for with every request, so that they are looked up once a block. */
  readonly requestId: string | undefined
  readonly ifNoneMatch: string | undefined
  readonly upgrade: string | undefined
}

/** Headers that must not be repeated, not even with the same value. */
const singular: ReadonlySet<string> = new Set([
  ...['content-length', 'transfer-encoding', 'host', 'authorization', 'content-type', 'expect', 'upgrade'],
])

/** `bytes` are whole lines, each ended by CR LF, and an empty one. Throws {@link HttpFault}. */
export function parseHeaderBlock(bytes: Buffer, isVersion11: boolean): HeaderBlock {
  const fields = parseFields(bytes)
  if (isVersion11 && fields.host === undefined) throw new HttpFault(400, 'The header Host is missing.')
  if (fields.host !== undefined && !/^[\w.\-:[\]%~!$&'()*+;=]*$/.test(fields.host)) {
    throw new HttpFault(400, 'The header Host is no host.')
  }
  const expect = fields.expect?.toLowerCase()
  const connection = (fields.connection ?? '').toLowerCase().split(/[\t ]*,[\t ]*/)
  return {
    bytes,
    fields,
    bodyBytes: bodyLength(fields, isVersion11),
    keepsAlive: isVersion11 ? !connection.includes('close') : connection.includes('keep-alive'),
    expectsContinue: isVersion11 && expect === '100-continue',
    requestId: fields['x-request-id'],
    ifNoneMatch: fields['if-none-match'],
    upgrade: fields.upgrade,
  }
}

/** The fields of whole lines up to an empty one; for trailers too. Throws {@link HttpFault}. */
export function parseFields(bytes: Buffer): Record<string, string> {
  const text = bytes.toString('latin1')
  const fields: Record<string, string> = Object.create(null)
  let at = 0
  for (;;) {
    const end = text.indexOf('\r\n', at)
    if (end === at) return fields
    let colon = at
    while (colon < end && isToken(bytes[colon]!)) colon++
    if (colon === at || colon === end || bytes[colon] !== 58) {
      throw new HttpFault(400, 'A header line does not begin with a name and a colon.')
    }
    let from = colon + 1
    let to = end
    while (from < to && isBlank(bytes[from]!)) from++
    while (to > from && isBlank(bytes[to - 1]!)) to--
    for (let index = from; index < to; index++) {
      if (!isText(bytes[index]!)) throw new HttpFault(400, 'A header value holds a control character.')
    }
    const name = text.slice(at, colon).toLowerCase()
    const value = text.slice(from, to)
    const before = fields[name]
    if (before === undefined) fields[name] = value
    else if (singular.has(name)) throw new HttpFault(400, `The header ${name} stands twice.`)
    else fields[name] = `${before}, ${value}`
    at = end + 2
  }
}

function bodyLength(fields: Record<string, string>, isVersion11: boolean): number | 'chunked' {
  const length = fields['content-length']
  const encoding = fields['transfer-encoding']
  if (encoding !== undefined) {
    if (length !== undefined)
      throw new HttpFault(400, 'Content-Length and Transfer-Encoding exclude each other.')
    if (!isVersion11) throw new HttpFault(400, 'HTTP/1.0 knows no Transfer-Encoding.')
    if (encoding.toLowerCase() !== 'chunked')
      throw new HttpFault(501, 'The only Transfer-Encoding is chunked.')
    return 'chunked'
  }
  if (length === undefined) return 0
  if (!/^\d{1,15}$/.test(length)) throw new HttpFault(400, 'Content-Length is not a number.')
  return Number(length)
}

const tokens = new Uint8Array(256)
for (const character of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") {
  tokens[character.charCodeAt(0)] = 1
}

/** Whether the byte may stand in a method or a header name (RFC 9110 section 5.6.2). */
export function isToken(byte: number): boolean {
  return tokens[byte] === 1
}

function isBlank(byte: number): boolean {
  return byte === 32 || byte === 9
}

/** Whether the byte may stand in a header value: anything but control characters. */
function isText(byte: number): boolean {
  return (byte >= 32 && byte !== 127) || byte === 9
}
