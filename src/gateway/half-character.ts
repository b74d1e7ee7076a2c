/**
 * What is said to words of JSON like `"\ud800"`: UTF-8 has no bytes for half of a surrogate pair, so what would be stored
 * is another character.
 */
export const halfCharacter =
  'A word has half of a surrogate pair, like \\ud800, which is no character and cannot be stored: send both halves.'
