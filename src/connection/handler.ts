import type { Ending } from './cause.ts'
import type { Connection } from './connection.ts'

/**
 * What a program does with a connection. All three run on the connection's handle loop: one at a time, in
 * order, the next only after the promise of the last has settled. One that throws ends the connection with the
 * cause `handler-error`.
 */
export interface Handler<In, Out> {
  /** The connection is open; nothing has been handled yet. */
  opened?(connection: Connection<In, Out>): void | Promise<void>
  message(message: In, connection: Connection<In, Out>): void | Promise<void>
  /** The connection has ended. Called exactly once for each `opened`, after everything else. */
  closed?(ending: Ending, connection: Connection<In, Out>): void
}
