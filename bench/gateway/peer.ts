/** A gateway that the bench measures, and what the bench must know of it. */
import type { Command } from '../command.ts'

export interface Peer {
  readonly name: string
  /** What it is and with which settings, in a sentence. */
  readonly about: string
  /** What stands before the command in its URLs: nothing, or `/redis`. */
  readonly prefix: string

  /**
   * Makes it ready to be started.
   *
   * @throws BenchError `missing-part` where this machine cannot run it
   */
  prepare(): PreparedPeer
}

export interface PreparedPeer {
  /** Its version, or that of the library it stands on. */
  readonly version: string

  /** What starts it on a port, in front of the Redis on another. */
  commandFor(ports: Ports): Command

  /** Whether a line of its output says that it listens. */
  isReady(line: string): boolean
}

export interface Ports {
  readonly http: number
  readonly redis: number
}
