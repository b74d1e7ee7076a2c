/** A command as the gateway's command-URL style takes it in the body of a POST, with its reply as RESP. */

/**
 * `GET/a%20b.raw`. Everything but letters is escaped: so no word is taken for a separator, a database or a format.
 */
export function commandBody(words: readonly Uint8Array[]): string {
  return `${words.map(escaped).join('/')}.raw`
}

function escaped(word: Uint8Array): string {
  let text = ''
  for (const byte of word) {
    const character = String.fromCharCode(byte)
    text += /[A-Za-z]/.test(character) ? character : `%${byte.toString(16).padStart(2, '0')}`
  }
  return text
}
