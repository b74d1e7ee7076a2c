/** A server that the fan-out bench measures, and what the bench must know of it. */
import type { Command } from '../command.ts'

export interface Peer {
  readonly name: string
  /** What it is and with which settings, in a sentence. */
  readonly about: string
  /**
   * How it is spoken to: `plain`, a text frame is a message; `socket.io`, Engine.IO 4 with Socket.IO 5; `centrifuge`, the
   * Centrifuge client protocol in JSON, with acknowledged publications and positions.
   */
  readonly dialect: 'plain' | 'socket.io' | 'centrifuge'
  /** Path and query of its WebSocket endpoint; who connects there is a member of one room. */
  readonly path: string

  /**
   * Makes it ready to be started.
   *
   * @throws BenchError `missing-part` or `build-failed` where this machine cannot run it
   */
  prepare(): PreparedPeer

  /** The address that it listens on, if this line of its output says it. */
  addressIn(line: string): URL | undefined
}

export interface PreparedPeer {
  readonly command: Command
  /** Its version, or that of the library it stands on. */
  readonly version: string
  /** What each start begins with. */
  readonly beforeStart?: () => void
}

/** The address in the line that the servers in this folder print. */
export function listeningAddress(line: string): URL | undefined {
  const address = /^listening on (http:\S+)$/.exec(line)?.[1]
  return address === undefined ? undefined : new URL(address)
}
