/** How a person whom a token has named is called in rooms. */
import { nameFault } from './names.ts'

/** The `name` of their info if that is a name, else their id. `limit` in characters. */
export function personName(user: string, info: unknown, limit: number): string {
  const names = [nameIn(info), user.slice(0, limit)]
  return names.find((name) => name !== undefined && nameFault(name, limit) === undefined) ?? 'somebody'
}

/** The `name` that stands in an info, if a text stands there. */
export function nameIn(info: unknown): string | undefined {
  const { name } = typeof info === 'object' && info !== null ? (info as { name?: unknown }) : {}
  return typeof name === 'string' ? name : undefined
}
