/**
 * Which words of a command are its keys, by the key specifications of the server's command table.
 */
import type { Argument } from '../resp/encoder.ts'
import type { CommandTraits, KeySpec } from './traits.ts'
import { isWord } from './word.ts'

/**
 * The keys of a command in their order. Those that the table cannot tell (patterns of SORT, which name keys of the
 * same slot or none) are left out.
 */
export function keysOf(command: readonly Argument[], traits: CommandTraits): Argument[] {
  const [only] = traits.keys
  // Most commands have one key: the hot path of a cluster.
  if (traits.keys.length === 1 && only?.kind === 'range' && only.last === 0 && only.at !== undefined) {
    return command.slice(only.at, only.at + 1)
  }
  const keys: Argument[] = []
  for (const spec of traits.keys) {
    if (spec.kind === 'unknown') continue
    const start = startOf(command, spec)
    if (start === undefined) continue
    for (const index of spec.kind === 'range'
      ? rangeFrom(command, spec, start)
      : countedFrom(command, spec, start)) {
      const key = command[index]
      if (key !== undefined) keys.push(key)
    }
  }
  return keys
}

type KnownSpec = Exclude<KeySpec, { kind: 'unknown' }>

function startOf(command: readonly Argument[], spec: KnownSpec): number | undefined {
  if (spec.at !== undefined) return spec.at < command.length ? spec.at : undefined
  const word = spec.after ?? ''
  const from = spec.from ?? 1
  if (from >= 0) {
    for (let index = from; index < command.length; index++) if (isWord(command[index], word)) return index + 1
  } else {
    for (let index = command.length + from; index > 0; index--)
      if (isWord(command[index], word)) return index + 1
  }
  return undefined
}

function* rangeFrom(
  command: readonly Argument[],
  spec: Extract<KeySpec, { kind: 'range' }>,
  start: number,
): Iterable<number> {
  const rest = command.length - start
  // A limit of two or more means: only that part of what follows (half of it, for XREAD's streams) are keys.
  const last =
    spec.last >= 0
      ? start + spec.last
      : spec.limit >= 2
        ? start + Math.floor(rest / spec.limit) + spec.last
        : command.length + spec.last
  for (let index = start; index <= last && index < command.length; index += spec.step) yield index
}

function* countedFrom(
  command: readonly Argument[],
  spec: Extract<KeySpec, { kind: 'counted' }>,
  start: number,
): Iterable<number> {
  // A count that the server will refuse must not keep us counting.
  const count = Math.min(Number(command[start + spec.count]), command.length)
  for (let key = 0; key < count; key++) yield start + spec.first + key * spec.step
}
