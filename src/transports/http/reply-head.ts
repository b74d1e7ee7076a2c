/**
 * The head of a reply, put together from few and long parts: each part of a string costs as much as many of its
 * characters, once when it is added and once when the whole is written. Hot path: once a reply, bench `gateway`.
 */
import { dateLine, headerLines } from './header-lines.ts'
import { statusLine } from './status.ts'

/** What ends the line of a tag. */
export const tagEnd = '"\r\n'

let lastStatus = 0
let lastHeaders: Readonly<Record<string, string>> | undefined
let lastBeginning = ''
let lastTagged = ''

/** The status line and these headers, and where there is a tag that, but for {@link tagEnd}. */
export function headBeginning(
  status: number,
  headers: Readonly<Record<string, string>>,
  etag?: string,
): string {
  if (headers !== lastHeaders || status !== lastStatus) remember(status, headers)
  return etag === undefined ? lastBeginning : lastTagged + etag
}

/** Most replies begin as the one before; only objects that cannot change are known again. */
function remember(status: number, headers: Readonly<Record<string, string>>): void {
  lastBeginning = statusLine(status) + headerLines(headers)
  lastTagged = `${lastBeginning}ETag: "`
  lastStatus = status
  lastHeaders = Object.isFrozen(headers) ? headers : undefined
}

/** What stands before the request's name. */
export const namePrefix = 'X-Request-Id: '

const keptLengths = 1024
const lengths: string[] = []
const lengthsBehindTag: string[] = []
for (let bodyBytes = 0; bodyBytes < keptLengths; bodyBytes++) {
  lengths.push(lengthLines(bodyBytes))
  lengthsBehindTag.push(tagEnd + lengthLines(bodyBytes))
}

/** The body's length, and what stands before the request's name. `isBehindTag`: the line of a tag is to be ended first. */
export function lengthAndName(bodyBytes: number, isBehindTag: boolean): string {
  if (bodyBytes < keptLengths) return (isBehindTag ? lengthsBehindTag : lengths)[bodyBytes]!
  return (isBehindTag ? tagEnd : '') + lengthLines(bodyBytes)
}

function lengthLines(bodyBytes: number): string {
  return `Content-Length: ${bodyBytes}\r\n${namePrefix}`
}

let lastDate = ''
let lastHeadEnd = ''

/** What follows the request's name where nothing else is to be said: the date, and the end of the head. */
export function commonHeadEnd(): string {
  const date = dateLine()
  if (date !== lastDate) {
    lastDate = date
    lastHeadEnd = `\r\n${date}\r\n`
  }
  return lastHeadEnd
}
