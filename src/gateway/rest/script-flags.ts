/**
 * Scripts written for Upstash may begin with `#!lua flags=allow-key-locking`, a flag that Redis does not know and
 * refuses. It only matters where keys are locked, so it is taken out; since clients name a script by the hash of
 * what they sent, that hash is remembered with the one that Redis knows.
 */
import { createHash } from 'node:crypto'
import type { CommandWords } from '../authorize.ts'

/** Clients have a handful of scripts; one that makes them from data must not fill memory. */
const MAX_HASHES = 1000

export class ScriptFlags {
  readonly #hashes = new Map<string, string>()

  /** The command as Redis takes it; mostly the command itself. */
  translate(command: CommandWords): CommandWords {
    const name = String(command[0]).toUpperCase()
    if (!name.startsWith('EVAL') || command.length < 2) return command
    const [first, subject, ...rest] = command as [string, string | Buffer, ...(string | Buffer)[]]
    if (name.startsWith('EVALSHA')) {
      const known = this.#hashes.get(String(subject).toLowerCase())
      return known === undefined ? command : [first, known, ...rest]
    }
    const script = String(subject)
    const plain = withoutLocking(script)
    if (plain === script) return command
    if (this.#hashes.size >= MAX_HASHES) this.#hashes.clear()
    this.#hashes.set(sha1(script), sha1(plain))
    return [first, plain, ...rest]
  }
}

function withoutLocking(script: string): string {
  const [line = ''] = script.split('\n', 1)
  const flags = /^#!lua flags=([\w,-]+)\s*$/.exec(line)?.[1]?.split(',')
  if (flags?.includes('allow-key-locking') !== true) return script
  const others = flags.filter((flag) => flag !== 'allow-key-locking')
  return (others.length === 0 ? '#!lua' : `#!lua flags=${others.join(',')}`) + script.slice(line.length)
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex')
}
