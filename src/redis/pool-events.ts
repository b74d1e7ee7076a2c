/** What a pool tells its user, beside the answers to calls. */
import { EventEmitter } from 'node:events'
import type { Ending } from '../connection/cause.ts'

export interface PoolEvents {
  /** A connection is ready for use. */
  connect: [event: { connection: number; address: string; protocol: 2 | 3; tookMs: number }]
  /** A connection has ended; `ending.cause` says why. */
  close: [event: { connection: number; address: string; ending: Ending }]
  /** The server cannot be reached, or turned us away. Another dial follows after `retryInMs`. */
  unavailable: [event: { error: unknown; retryInMs: number }]
  /** A call or a lease has to wait for a connection. */
  wait: [event: { what: 'call' | 'lease'; waiting: number }]
  /** A connection beyond `size` is opened for a lease. */
  overflow: [event: { open: number }]
  /** A call is sent again. */
  retry: [event: { command: string; reason: string; sent: 'no' | 'maybe' }]
  /** A lease is held for long; `site` is the stack of who took it. */
  leak: [event: { connection: number; heldMs: number; site: string }]
  /** The master of a sentinel's name, or the map of a cluster, has changed. */
  topology: [event: { detail: string }]
}

export class PoolEmitter extends EventEmitter<PoolEvents> {}
