/**
 * Reads JSON so that what is in it leaves as it came: a number that a double cannot hold, such as an id of 64 bits, keeps
 * its digits, and `1.10` its zero.
 */

/** Node's own; not in the compiler's library yet. */
const exact = JSON as unknown as {
  rawJSON(text: string): object
  isRawJSON(value: unknown): value is { readonly rawJSON: string }
  parse(
    text: string,
    revive: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): unknown
}

/**
 * Only a text with such digits can have a number that a double would write otherwise: too many of them, an exponent, zeros
 * at the end of a fraction or many at its beginning, and zero below nothing. Most texts have none, and are read at once.
 */
const unlikeDouble = /\d{16}|[\d.]{17}|\d[eE][-+\d]|\.\d*0(?!\d)|0\.0{6}|-0(?![.\d])/

/** Throws `SyntaxError`. Numbers that would change become objects that `JSON.stringify` writes as they were. */
export function parseExactly(text: string): unknown {
  if (!unlikeDouble.test(text)) return JSON.parse(text)
  return exact.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && String(value) !== source
      ? exact.rawJSON(source)
      : value,
  )
}

/** How a number was written that {@link parseExactly} has read; `undefined`: the value is none. */
export function writtenNumber(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return exact.isRawJSON(value) ? value.rawJSON : undefined
}
