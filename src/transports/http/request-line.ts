/** The first line of a request: method, target, version. */
import { Buffer } from 'node:buffer'
import { isToken } from './header-block.ts'
import { HttpFault } from './http-error.ts'

export interface RequestLine {
  readonly method: string
  /** Raw, beginning with a slash, or `*`. One character a byte. */
  readonly path: string
  /** Raw, without the question mark. */
  readonly query: string
  readonly isVersion11: boolean
}

const version = Buffer.from(' HTTP/1.')
/** With the CR that ends it: ` HTTP/1.1\r`. */
const versionBytes = version.length + 2
const QUESTION = 63
const SLASH = 47
const longestMethod = 24

/**
 * Parses the bytes from `at` up to the LF at `lineEnd`, before which stands a CR. Throws {@link HttpFault}. Hot path: once a request,
 * watched by the bench `gateway`.
 */
export function parseRequestLine(bytes: Buffer, at: number, lineEnd: number): RequestLine {
  const targetEnd = lineEnd - versionBytes
  if (targetEnd <= at || !isVersion(bytes, targetEnd))
    throw badVersion(bytes.toString('latin1', at, lineEnd - 1))
  let space = at
  while (space < targetEnd && isToken(bytes[space]!)) space++
  if (space === at || space - at > longestMethod || bytes[space] !== 32) {
    throw new HttpFault(400, 'A request does not begin with a method and a blank.')
  }
  const from = space + 1
  let question = -1
  for (let index = from; index < targetEnd; index++) {
    const byte = bytes[index]!
    if (byte <= 32 || byte === 127)
      throw new HttpFault(400, 'The target holds a blank or a control character.')
    if (byte === QUESTION && question < 0) question = index
  }
  const method = methodOf(bytes, at, space)
  const pathEnd = question < 0 ? targetEnd : question
  const path = bytes.toString('latin1', from, pathEnd)
  return {
    method,
    path: bytes[from] === SLASH ? path : oddPath(path, method),
    query: question < 0 ? '' : bytes.toString('latin1', question + 1, targetEnd),
    isVersion11: bytes[lineEnd - 2] === 49,
  }
}

function isVersion(bytes: Buffer, at: number): boolean {
  for (let index = 0; index < version.length; index++) if (bytes[at + index] !== version[index]) return false
  const minor = bytes[at + version.length]
  return minor === 49 || minor === 48
}

function badVersion(line: string): HttpFault {
  return / HTTP\/\d\.\d$/.test(line)
    ? new HttpFault(505, 'This server speaks HTTP/1.1.')
    : new HttpFault(400, 'A request line does not end with its HTTP version.')
}

/** Without a string for the usual one. */
function methodOf(bytes: Buffer, at: number, end: number): string {
  if (end - at === 3 && bytes[at] === 71 && bytes[at + 1] === 69 && bytes[at + 2] === 84) return 'GET'
  return bytes.toString('latin1', at, end)
}

/** `*`, or the form with scheme and host that proxies get (RFC 9112 section 3.2). */
function oddPath(path: string, method: string): string {
  if (path === '*' && method === 'OPTIONS') return path
  const absolute = /^https?:\/\/[^/]+(\/.*)?$/i.exec(path)
  if (absolute === null) throw new HttpFault(400, 'The target does not begin with a slash.')
  return absolute[1] ?? '/'
}
