/** Longwire as it is started by anyone, with what would end or slow a bench from one address switched off. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pinnedNode, projectRoot } from '../../../scripts/paths.mjs'
import { BenchError } from '../../bench-error.ts'
import type { Peer } from '../peer.ts'

/** The message that the line with the addresses has. */
const readyMessage = 'longwire is ready'

const flags = [
  ...['--port', '0', '--tcp-port', '0'],
  ...['--store', 'memory'],
  // All members come from one address at once, and send as fast as they can.
  ...['--message-rate', '0'],
  ...['--max-connections', '0'],
  ...['--max-connections-per-address', '0'],
  ...['--max-handshakes-per-second', '0'],
  ...['--log-level', 'info', '--log-format', 'json'],
]

export const longwire: Peer = {
  name: 'longwire',
  about:
    'this project, with all its guarantees; message rate, connections and handshakes per second not limited ' +
    `(${flags.join(' ')})`,
  dialect: 'plain',
  path: '/ws?room=bench',

  prepare() {
    const program = join(projectRoot, 'bin/longwire.ts')
    if (!existsSync(program)) throw new BenchError('missing-part', 'bin/longwire.ts is missing')
    const manifest: { version: string } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'))
    return { command: { program: pinnedNode, args: [program, ...flags] }, version: manifest.version }
  },

  addressIn(line) {
    if (!line.includes(readyMessage)) return undefined
    const { msg, addresses }: { msg?: string; addresses?: { http?: string } } = JSON.parse(line)
    return msg === readyMessage && addresses?.http !== undefined ? new URL(addresses.http) : undefined
  },
}
