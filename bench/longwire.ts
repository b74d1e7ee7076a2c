/**
 * Longwire as benches start it: what its package holds, with the limits off that many clients from one address would
 * meet at once.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pinnedNode, projectRoot } from '../scripts/paths.mjs'
import { BenchError } from './bench-error.ts'
import type { Command } from './command.ts'

/** The message that the line with the addresses has. */
const readyMessage = 'longwire is ready'

/** The command as users have it: JavaScript, where nothing is left of types and of what strips them. */
export const longwireProgram = join(projectRoot, 'dist/bin/longwire.js')

/** All clients come from one address at once, and send as fast as they can. */
export const unlimitedFlags = [
  ...['--message-rate', '0'],
  ...['--max-connections', '0'],
  ...['--max-connections-per-address', '0'],
  ...['--max-handshakes-per-second', '0'],
]

/** The command, with `flags` before those that switch limits off. */
export function longwireCommand(
  flags: readonly string[],
  limits: readonly string[] = unlimitedFlags,
): Command {
  const listening = ['--port', '0', '--tcp-port', '0']
  const logging = ['--log-level', 'info', '--log-format', 'json']
  return { program: pinnedNode, args: [longwireProgram, ...listening, ...flags, ...limits, ...logging] }
}

let version: string | undefined

/**
 * Builds what is measured from the sources, once; returns its version.
 *
 * @throws BenchError `missing-part`: it does not build
 */
export function prepareLongwire(): string {
  if (version !== undefined) return version
  const build = spawnSync(pinnedNode, [join(projectRoot, 'scripts/build.ts')], { stdio: ['ignore', 2, 2] })
  if (build.status !== 0)
    throw new BenchError('missing-part', 'Longwire does not build; what is wrong stands above')
  const manifest: { version: string } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'))
  version = manifest.version
  return version
}

/** The HTTP address, if this line of its log says it. */
export function longwireAddress(line: string): URL | undefined {
  if (!line.includes(readyMessage)) return undefined
  const { msg, addresses }: { msg?: string; addresses?: { http?: string } } = JSON.parse(line)
  return msg === readyMessage && addresses?.http !== undefined ? new URL(addresses.http) : undefined
}
