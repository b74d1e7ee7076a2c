/** Strings of Redis as a person reads them: in quotes, and nothing hidden. */

export interface ShownBytes {
  /** In double quotes, escaped so that the console would read the same bytes from it. */
  readonly text: string
  /** They are not UTF-8: each byte beyond ASCII is `\xff`. */
  readonly isBinary: boolean
}

const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const names: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '"': '\\"',
  '\\': '\\\\',
}

export function showBytes(bytes: Uint8Array): ShownBytes {
  const text = textIn(bytes)
  if (text !== undefined) return { text: quoted(text, /["\\]|\p{Cc}/gu, utf8), isBinary: false }
  // Byte by byte.
  const latin = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
  return { text: quoted(latin, /["\\]|[^ -~]/g, oneByte), isBinary: true }
}

/** What the bytes say; `undefined` where they are not UTF-8. */
export function textIn(bytes: Uint8Array): string | undefined {
  try {
    return strictDecoder.decode(bytes)
  } catch {
    return undefined
  }
}

function quoted(text: string, special: RegExp, bytesOf: (character: string) => Iterable<number>): string {
  return `"${text.replace(special, (found) => names[found] ?? escaped(bytesOf(found)))}"`
}

function utf8(character: string): Iterable<number> {
  return new TextEncoder().encode(character)
}

function oneByte(character: string): Iterable<number> {
  return [character.charCodeAt(0)]
}

function escaped(bytes: Iterable<number>): string {
  return Array.from(bytes, (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')
}
