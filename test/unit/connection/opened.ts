/** A connection on a transport without a network, with a clock of its own. */
import type { Ending } from '../../../src/connection/cause.ts'
import { Connection } from '../../../src/connection/connection.ts'
import type { Handler } from '../../../src/connection/handler.ts'
import type { ConnectionOptions } from '../../../src/connection/options.ts'
import { TimerWheel } from '../../../src/connection/timer-wheel.ts'
import { ManualClock } from './manual-clock.ts'
import { MemoryTransport } from './memory-transport.ts'
import { WordCodec } from './word-codec.ts'

export interface Opened {
  readonly connection: Connection<string, string>
  readonly transport: MemoryTransport
  readonly clock: ManualClock
  readonly wheel: TimerWheel
  /** What `closed` of the handler was told, each time. */
  readonly endings: Ending[]
}

/** Opens one. Without options there are no pings and no deadlines. */
export function opened(
  message: Handler<string, string>['message'] = () => {},
  options: Partial<ConnectionOptions> = {},
): Opened {
  const clock = new ManualClock()
  const wheel = new TimerWheel(clock, 10)
  const transport = new MemoryTransport()
  const endings: Ending[] = []
  const connection = new Connection<string, string>(
    transport,
    new WordCodec(),
    { message, closed: (ending) => endings.push(ending) },
    { pingIntervalMs: 0, readDeadlineMs: 0, writeDeadlineMs: 0, wheel, ...options },
  )
  return { connection, transport, clock, wheel, endings }
}

/** The end of this turn of the event loop: outboxes have been written, promises have settled. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
}

/** Something that a test lets happen when it wants. */
export function gate(): { readonly passed: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { passed: promise, open: resolve }
}
