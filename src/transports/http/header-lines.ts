/** Headers of replies as text. */

const tokenPattern = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
/** Encoded once; only objects that cannot change are kept. */
const encoded = new WeakMap<object, string>()

/**
 * The lines of these headers. Throws `TypeError` for a name that is no token and for a value with control
 * characters or beyond ASCII. A frozen object is encoded once: hot paths give the same one each time.
 */
export function headerLines(headers: Readonly<Record<string, string>>): string {
  const known = encoded.get(headers)
  if (known !== undefined) return known
  let lines = ''
  for (const name in headers) lines += headerLine(name, headers[name]!)
  if (Object.isFrozen(headers)) encoded.set(headers, lines)
  return lines
}

export function headerLine(name: string, value: string): string {
  if (!tokenPattern.test(name)) throw new TypeError(`${JSON.stringify(name)} is no header name.`)
  return lineOf(name, value)
}

/** The header `ETag`. Hot path: once a reply. */
export function etagLine(etag: string): string {
  return lineOf('ETag', etag)
}

function lineOf(name: string, value: string): string {
  if (!/^[\t\x20-\x7e]*$/.test(value)) {
    throw new TypeError(`The value of the header ${name} holds what a header cannot.`)
  }
  return `${name}: ${value}\r\n`
}

let dateLineText = ''
let dateLineUntilMs = 0

/** The header `Date`, made once a second. */
export function dateLine(nowMs = Date.now()): string {
  if (nowMs >= dateLineUntilMs || nowMs < dateLineUntilMs - 1000) {
    dateLineText = `Date: ${new Date(nowMs).toUTCString()}\r\n`
    dateLineUntilMs = nowMs - (nowMs % 1000) + 1000
  }
  return dateLineText
}
