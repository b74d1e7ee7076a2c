/** Longwire's gateway: the `longwire` command, on one of its two ports. */
import { pinnedNode } from '../../../scripts/paths.mjs'
import { longwireProgram, prepareLongwire } from '../../longwire.ts'
import type { Peer, Ports } from '../peer.ts'

/** As docs/operations.md has it for a process with one core where latency counts. */
const nodeFlags = ['--single-threaded-gc', '--min-semi-space-size=16']

const flags = [
  ...['--store', 'memory', '--tcp-port', '0'],
  // All load comes from one address at once.
  ...['--max-connections', '0', '--max-connections-per-address', '0', '--max-handshakes-per-second', '0'],
  ...['--log-level', 'info', '--log-format', 'json'],
]

/** The gateway on a port of its own, where commands stand at the root. */
export const longwire = peer('longwire', 'the gateway on a port of its own', '', ({ http }) => [
  ...['--port', '0', '--gateway-port', String(http)],
])

/** The same on the server's port, beside rooms and pages. */
export const longwireMainPort = peer(
  'longwire-main',
  'the same on the server’s port',
  '/redis',
  ({ http }) => [...['--port', String(http)]],
)

function peer(name: string, what: string, prefix: string, portFlags: (ports: Ports) => string[]): Peer {
  return {
    name,
    about: `${what}: this project with all its guarantees; Node as for one core (${nodeFlags.join(' ')}), connections and handshakes per second not limited (${flags.join(' ')})`,
    prefix,

    prepare() {
      return {
        version: prepareLongwire(),

        commandFor: (ports) => ({
          program: pinnedNode,
          args: [
            ...nodeFlags,
            longwireProgram,
            ...flags,
            '--redis',
            `redis://127.0.0.1:${ports.redis}`,
            ...portFlags(ports),
          ],
        }),

        isReady: (line) => line.includes('longwire is ready'),
      }
    },
  }
}
