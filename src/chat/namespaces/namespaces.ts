/** Options by namespace: what stands before the first `:` of a room's name. */
import type { z } from 'zod'
import { OptionError } from '../../connection/errors.ts'
import { namespaceOf } from '../room-name.ts'
import { defaultRoomOptions, type RoomOptions, type RoomOptionsOf } from '../room-options.ts'
import { type NamespaceTable, namespaceTable, partialRoomOptions } from './option-table.ts'

/**
 * Where there are namespaces, a room whose name begins with another is unknown. Where there are none, a `:` is a
 * character of a room's name like others.
 *
 * @param table What each namespace has otherwise than `others`.
 * @param others What rooms without a namespace have otherwise than {@link defaultRoomOptions}.
 * @throws OptionError
 *
 * @example
 * namespaces({ news: { publish: 'nobody', historySize: 500 } }, { subscribe: 'users' })
 */
export function namespaces(table: NamespaceTable, others: Partial<RoomOptions> = {}): RoomOptionsOf {
  check('roomOptions', partialRoomOptions, others)
  check('namespaces', namespaceTable, table)
  const standard = completed(defaultRoomOptions, others)
  const byNamespace = new Map(
    Object.entries(table).map(([name, options]) => [name, completed(standard, options)]),
  )
  if (byNamespace.size === 0) return () => standard
  return (room) => {
    const namespace = namespaceOf(room)
    return namespace === undefined ? standard : byNamespace.get(namespace)
  }
}

/** An option that is given as `undefined` is not given. */
function completed(standard: RoomOptions, options: Partial<RoomOptions>): RoomOptions {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  return Object.freeze({ ...standard, ...Object.fromEntries(given) })
}

function check(place: string, schema: z.ZodType, value: unknown): void {
  const result = schema.safeParse(value)
  if (result.success) return
  const { path, found, expected } = faultOf(result.error.issues[0]!, value)
  throw new OptionError([place, ...path].join('.'), found, expected)
}

/** What is wrong with a value, where in it, and what would be right, in words. */
export interface Fault {
  /** Keys from the outermost. */
  readonly path: readonly string[]
  readonly found: unknown
  readonly expected: string
}

/** `value` is what was checked. */
export function faultOf(issue: z.core.$ZodIssue, value: unknown): Fault {
  const path = issue.path.map(String)
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys
    const known = Object.keys(defaultRoomOptions)
    return { path: [...path, key], found: at(value, [...path, key]), expected: `one of ${known.join(', ')}` }
  }
  // The name of a namespace is at fault, not what it holds.
  const [inner] = issue.code === 'invalid_key' ? issue.issues : [issue]
  const found = issue.code === 'invalid_key' ? path.at(-1) : at(value, path)
  return { path, found, expected: expectationOf((inner ?? issue).message) }
}

/** What the library says, without what is said already. */
function expectationOf(message: string): string {
  return message
    .replace(/^(Invalid (input|option)|Too (small|big)): expected /, '')
    .replace(/, received .*$/, '')
    .replace(/^(record|object)$/, 'an object')
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value)
}
