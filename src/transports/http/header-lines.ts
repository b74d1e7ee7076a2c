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
  if (!/^[\t\x20-\x7e]*$/.test(value)) {
    throw new TypeError(`The value of the header ${name} holds what a header cannot.`)
  }
  return `${name}: ${value}\r\n`
}

let dateLineText: string | undefined

/** The header `Date`, made once a second. Hot path: once a reply. */
export function dateLine(): string {
  return dateLineText ?? freshDateLine()
}

function freshDateLine(): string {
  const nowMs = Date.now()
  dateLineText = `Date: ${new Date(nowMs).toUTCString()}\r\n`
  setTimeout(
    () => {
      dateLineText = undefined
    },
    1000 - (nowMs % 1000),
  ).unref()
  return dateLineText
}
