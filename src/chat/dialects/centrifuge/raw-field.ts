/**
 * The text of a field as the client wrote it. What is parsed and written again may change (a number of 64 bits loses
 * its last digits), and what a client publishes is its own.
 */
import { endOfString, endOfValue, skipSpace } from './json-text.ts'

/** The value's text at `object[outer][inner]` of this JSON, which is known to be valid; the last, if it stands there twice. */
export function rawField(json: string, outer: string, inner: string): string | undefined {
  const object = fieldOf(json, 0, outer)
  if (object === undefined || json[object.start] !== '{') return undefined
  const value = fieldOf(json, object.start, inner)
  return value === undefined ? undefined : json.slice(value.start, value.end)
}

interface Span {
  readonly start: number
  readonly end: number
}

/** Where the value of a field of the object stands that begins at `from`. */
function fieldOf(json: string, from: number, name: string): Span | undefined {
  let found: Span | undefined
  let at = skipSpace(json, skipSpace(json, from) + 1)
  while (json[at] === '"') {
    const keyEnd = endOfString(json, at)
    const key: unknown = JSON.parse(json.slice(at, keyEnd))
    const start = skipSpace(json, skipSpace(json, keyEnd) + 1)
    const end = endOfValue(json, start)
    if (key === name) found = { start, end }
    at = skipSpace(json, end)
    if (json[at] === ',') at = skipSpace(json, at + 1)
  }
  return found
}
