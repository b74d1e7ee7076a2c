/** Replies as the gateway's `.raw` format has them: RESP2. */

export type Reply =
  | { readonly kind: 'string'; readonly bytes: Uint8Array }
  | { readonly kind: 'status' | 'error' | 'integer'; readonly text: string }
  | { readonly kind: 'null' }
  | { readonly kind: 'array'; readonly items: readonly Reply[] }
  | { readonly kind: 'map'; readonly pairs: readonly (readonly [name: Reply, value: Reply])[] }

/** The bytes are no reply, or not all of one. */
export class RespError extends Error {}

const decoder = new TextDecoder()

/** Parses one whole reply. Throws {@link RespError}. */
export function replyOf(bytes: Uint8Array): Reply {
  const { reply, end } = parse(bytes, 0)
  if (end !== bytes.length) throw new RespError('Something follows the reply.')
  return reply
}

function parse(bytes: Uint8Array, from: number): { reply: Reply; end: number } {
  const lineEnd = bytes.indexOf(13, from)
  if (lineEnd < 0 || bytes[lineEnd + 1] !== 10) throw new RespError('The reply is cut off.')
  const type = String.fromCharCode(bytes[from]!)
  const text = decoder.decode(bytes.subarray(from + 1, lineEnd))
  const start = lineEnd + 2
  switch (type) {
    case '+':
      return { reply: { kind: 'status', text }, end: start }
    case '-':
      return { reply: { kind: 'error', text }, end: start }
    case ':':
      return { reply: { kind: 'integer', text }, end: start }
    case '$':
    case '*':
      break
    default:
      throw new RespError('The reply is of a type that RESP2 does not have.')
  }
  const length = Number(text)
  if (length === -1) return { reply: { kind: 'null' }, end: start }
  if (!Number.isSafeInteger(length) || length < 0) throw new RespError('The reply has no proper length.')
  if (type === '$') {
    const end = start + length
    if (bytes.length < end + 2) throw new RespError('The reply is cut off.')
    return { reply: { kind: 'string', bytes: bytes.subarray(start, end) }, end: end + 2 }
  }
  const items: Reply[] = []
  let end = start
  while (items.length < length) {
    const item = parse(bytes, end)
    items.push(item.reply)
    end = item.end
  }
  return { reply: { kind: 'array', items }, end }
}

/** Commands whose lists are names and values in turn, which RESP2 doesn't say. */
const maps: ReadonlySet<string> = new Set([
  ...['HGETALL', 'CONFIG GET', 'XINFO STREAM', 'MEMORY STATS', 'FUNCTION STATS', 'ACL GETUSER'],
  ...['COMMAND DOCS', 'PUBSUB NUMSUB', 'PUBSUB SHARDNUMSUB'],
])

/** The reply to this command as a map, where the command's lists are maps. */
export function withMaps(words: readonly string[], reply: Reply): Reply {
  if (reply.kind !== 'array' || reply.items.length % 2 === 1) return reply
  const [name = '', subcommand = ''] = words.map((word) => word.toUpperCase())
  if (!maps.has(name) && !maps.has(`${name} ${subcommand}`)) return reply
  return { kind: 'map', pairs: pairsOf(reply.items) }
}

/** Names and values in turn, as pairs. */
export function pairsOf(items: readonly Reply[]): [name: Reply, value: Reply][] {
  const pairs: [Reply, Reply][] = []
  for (let index = 0; index + 1 < items.length; index += 2) pairs.push([items[index]!, items[index + 1]!])
  return pairs
}

/** What a string, status, error or number says; empty for all others. */
export function textOf(reply: Reply | undefined): string {
  if (reply?.kind === 'string') return decoder.decode(reply.bytes)
  return reply !== undefined && 'text' in reply ? reply.text : ''
}
