/**
 * Where things end in JSON text that is known to be valid, so that it can be cut without being parsed. In a text that is
 * none, what does not end does so where the text does.
 */

const quote = 0x22
const backslash = 0x5c

/** The first place from here on where something stands. */
export function skipSpace(json: string, from: number): number {
  let at = from
  while (at < json.length && json.charCodeAt(at) <= 0x20) at++
  return at
}

/** `from`: its quotation mark. */
export function endOfString(json: string, from: number): number {
  for (let at = from + 1; at < json.length; at++) {
    const code = json.charCodeAt(at)
    if (code === backslash) at++
    else if (code === quote) return at + 1
  }
  return json.length
}

export function endOfValue(json: string, from: number): number {
  const first = json[from]
  if (first === '"') return endOfString(json, from)
  let at = from
  if (first !== '{' && first !== '[') {
    while (at < json.length && !',]}'.includes(json[at]!) && json.charCodeAt(at) > 0x20) at++
    return at
  }
  let depth = 0
  while (at < json.length) {
    const code = json.charCodeAt(at)
    if (code === quote) {
      at = endOfString(json, at)
      continue
    }
    // The brackets [ ] and { } are 0x20 apart.
    if ((code | 0x20) === 0x7b) depth++
    else if ((code | 0x20) === 0x7d) depth--
    at++
    if (depth === 0) return at
  }
  return json.length
}
