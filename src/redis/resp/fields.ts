/** The fields of a reply that RESP3 gives as a map, and RESP2 as a list of names and values in turn. */
import type { Reply } from './reply.ts'

/** Names are read as strings. Anything that is neither map nor list has no fields. */
export function fieldsOf(reply: Reply | undefined): ReadonlyMap<string, Reply> {
  const fields = new Map<string, Reply>()
  if (reply instanceof Map) {
    for (const [name, value] of reply) fields.set(String(name), value)
  } else if (Array.isArray(reply)) {
    for (let index = 0; index + 1 < reply.length; index += 2)
      fields.set(String(reply[index]), reply[index + 1]!)
  }
  return fields
}
