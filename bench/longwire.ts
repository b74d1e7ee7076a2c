/**
 * Longwire as benches start it: what its package holds, with the limits off that many clients from one address would
 * meet at once.
 */
import { join } from 'node:path'
import { pinnedNode, projectRoot } from '../scripts/paths.mjs'
import { version } from '../src/connection/version.ts'
import type { Command } from './command.ts'
import { buildPackage } from './compile.ts'

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

let isBuilt = false

/**
 * Builds what is measured from the sources, once; returns its version.
 *
 * @throws BenchError `build-failed`
 */
export function prepareLongwire(): string {
  if (!isBuilt) buildPackage()
  isBuilt = true
  return version
}

/** The HTTP address, if this line of its log says it. */
export function longwireAddress(line: string): URL | undefined {
  if (!line.includes(readyMessage)) return undefined
  const { msg, addresses }: { msg?: string; addresses?: { http?: string } } = JSON.parse(line)
  return msg === readyMessage && addresses?.http !== undefined ? new URL(addresses.http) : undefined
}
