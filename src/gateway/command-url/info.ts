/** The text of INFO as an object: names to values, section titles left out. Values stay strings, as Redis has them. */
export function infoAsJson(text: string): string {
  const pairs: Record<string, string> = Object.create(null)
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':')
    if (colon > 0 && !line.startsWith('#')) pairs[line.slice(0, colon)] = line.slice(colon + 1)
  }
  return JSON.stringify(pairs)
}
