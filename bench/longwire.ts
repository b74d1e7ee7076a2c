/** Longwire as benches start it: with the limits off that many clients from one address would meet at once. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pinnedNode, projectRoot } from '../scripts/paths.mjs'
import { BenchError } from './bench-error.ts'
import type { Command } from './command.ts'

/** The message that the line with the addresses has. */
const readyMessage = 'longwire is ready'

const program = join(projectRoot, 'bin/longwire.ts')

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
  return { program: pinnedNode, args: [program, ...listening, ...flags, ...limits, ...logging] }
}

/** Throws BenchError `missing-part` where this checkout has no command. */
export function longwireVersion(): string {
  if (!existsSync(program)) throw new BenchError('missing-part', 'bin/longwire.ts is missing')
  const manifest: { version: string } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'))
  return manifest.version
}

/** The HTTP address, if this line of its log says it. */
export function longwireAddress(line: string): URL | undefined {
  if (!line.includes(readyMessage)) return undefined
  const { msg, addresses }: { msg?: string; addresses?: { http?: string } } = JSON.parse(line)
  return msg === readyMessage && addresses?.http !== undefined ? new URL(addresses.http) : undefined
}
