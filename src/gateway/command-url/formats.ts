/** How replies are shown, by the extension behind the last word of the URL: a closed table. */

export interface Format {
  readonly kind: 'json' | 'raw' | 'msg' | 'value'
  readonly contentType: string
}

export const jsonFormat: Format = { kind: 'json', contentType: 'application/json' }

/** `json`: `{"GET":"value"}`. `raw`: RESP. `msg`: MessagePack. `value`: the value itself with this content type. */
export const formats: ReadonlyMap<string, Format> = new Map<string, Format>([
  ['json', jsonFormat],
  ['raw', { kind: 'raw', contentType: 'application/octet-stream' }],
  ['msg', { kind: 'msg', contentType: 'application/x-msgpack' }],
  ['txt', value('text/plain; charset=utf-8')],
  ['html', value('text/html; charset=utf-8')],
  ['xhtml', value('application/xhtml+xml')],
  ['xml', value('text/xml; charset=utf-8')],
  ['css', value('text/css; charset=utf-8')],
  ['js', value('text/javascript; charset=utf-8')],
  ['csv', value('text/csv; charset=utf-8')],
  ['md', value('text/markdown; charset=utf-8')],
  ['png', value('image/png')],
  ['jpg', value('image/jpeg')],
  ['jpeg', value('image/jpeg')],
  ['gif', value('image/gif')],
  ['webp', value('image/webp')],
  ['svg', value('image/svg+xml')],
  ['ico', value('image/x-icon')],
  ['pdf', value('application/pdf')],
  ['bin', value('application/octet-stream')],
])

const DOT = '.'.charCodeAt(0)
const longestExtension = Math.max(...Array.from(formats.keys(), (name) => name.length))

/** Where the last dot stands that could begin an extension, or -1. Hot path: once a request. */
function dotOf(word: string): number {
  const last = Math.max(0, word.length - longestExtension - 1)
  for (let index = word.length - 1; index >= last; index--) if (word.charCodeAt(index) === DOT) return index
  return -1
}

/** The format that the last word's extension names, or `undefined`. */
export function formatOf(word: string): Format | undefined {
  const dot = dotOf(word)
  return dot < 0 ? undefined : formats.get(word.slice(dot + 1))
}

/** The value with a content type that the client chose. */
export function value(contentType: string): Format {
  return { kind: 'value', contentType }
}

/** Content types are two tokens and perhaps a character set. */
export function isContentType(text: string): boolean {
  return /^[\w!#$&^.+-]{1,60}\/[\w!#$&^.+-]{1,60}(; ?charset=[\w-]{1,30})?$/.test(text)
}
