/**
 * Reads JSON so that what is published leaves as it came: a number that a double cannot hold, such as an id of 64
 * bits, keeps its digits.
 */

/** Node's own; not in the compiler's library yet. */
const exact = JSON as unknown as {
  rawJSON(text: string): object
  parse(
    text: string,
    revive: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): unknown
}

/** Only a text with such a row of digits can have such a number. */
const manyDigits = /\d{16}|\d[eE]\d{2}|\d\.\d{10}/

/** Throws `SyntaxError`. Numbers that would change become objects that `JSON.stringify` writes as they were. */
export function parseExactly(text: string): unknown {
  if (!manyDigits.test(text)) return JSON.parse(text)
  return exact.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && String(value) !== source
      ? exact.rawJSON(source)
      : value,
  )
}
