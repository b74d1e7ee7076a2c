import { OptionError } from './errors.ts'
import { sharedWheel, type TimerWheel } from './timer-wheel.ts'

/**
 * What happens when a message comes for a peer whose outbox is full:
 * - `disconnect`: the connection ends with the cause `outbox-full`; the peer resumes when it can (chat).
 * - `drop-newest`: this message is dropped; `drop-oldest`: queued ones are, to make room (live positions).
 * - `wait`: the message isn't taken, `send` says so, and `writable()` tells when to try again (pipes).
 */
export type OverflowPolicy = 'disconnect' | 'drop-newest' | 'drop-oldest' | 'wait'

/**
 * When the outbox is written:
 * - `turn`: at the end of the event-loop turn, with all that its reads have produced for the peer (chat).
 * - `read`: when the read is handled that produced it, be it this peer's or another's; what no read produced leaves at
 *   the turn's end. For peers that get one answer at a time.
 */
export type WritesAfter = 'turn' | 'read'

export interface ConnectionOptions {
  /** Messages that may wait for the handler; at the bound reading pauses. */
  readonly inboxMessages: number
  /** Tasks and timers that may wait for the handle loop; at the bound `post` rejects. */
  readonly inboxTasks: number
  /** Bytes that may wait for the peer. A single message over it is taken when nothing else waits. */
  readonly outboxBytes: number
  readonly overflow: OverflowPolicy
  readonly writesAfter: WritesAfter
  /** How long nothing is heard before the peer is pinged; 0: never. */
  readonly pingIntervalMs: number
  /** How long silence is borne, pings unanswered included; 0: for ever. */
  readonly readDeadlineMs: number
  /** How long a write may be stuck; 0: for ever. */
  readonly writeDeadlineMs: number
  /** How long a closing connection may take to flush, and a handler to finish, before it is cut. */
  readonly closeTimeoutMs: number
  /** Which timer wheel; tests bring their own with a clock of their own. */
  readonly wheel: TimerWheel
}

export const defaultConnectionOptions: ConnectionOptions = {
  // The classic chat example's queue: at 64-byte messages a few kilobytes.
  inboxMessages: 256,
  inboxTasks: 1024,
  // Seconds of a busy room for a peer that is slow, and 1 GiB for a thousand of them at once.
  outboxBytes: 1024 * 1024,
  overflow: 'disconnect',
  writesAfter: 'turn',
  // Below the 30 s after which the impatient among load balancers and NATs forget a flow.
  pingIntervalMs: 25_000,
  // Two pings may be lost before we give up.
  readDeadlineMs: 60_000,
  writeDeadlineMs: 10_000,
  closeTimeoutMs: 2_000,
  wheel: sharedWheel,
}

const numbers = [
  'inboxMessages',
  'inboxTasks',
  'outboxBytes',
  'pingIntervalMs',
  'readDeadlineMs',
  'writeDeadlineMs',
  'closeTimeoutMs',
] as const
const mayBeZero = new Set<string>(['pingIntervalMs', 'readDeadlineMs', 'writeDeadlineMs'])
const policies: readonly string[] = ['disconnect', 'drop-newest', 'drop-oldest', 'wait']
const moments: readonly string[] = ['turn', 'read']

/** Completes and checks options. Throws {@link OptionError}. */
export function connectionOptions(given: Partial<ConnectionOptions> = {}): ConnectionOptions {
  const options = { ...defaultConnectionOptions, ...given }
  for (const key of numbers) {
    const least = mayBeZero.has(key) ? 0 : 1
    if (!(Number.isFinite(options[key]) && options[key] >= least)) {
      throw new OptionError(key, options[key], `a number of at least ${least}`)
    }
  }
  if (!policies.includes(options.overflow)) {
    throw new OptionError('overflow', options.overflow, `one of ${policies.join(', ')}`)
  }
  if (!moments.includes(options.writesAfter)) {
    throw new OptionError('writesAfter', options.writesAfter, `one of ${moments.join(', ')}`)
  }
  if (options.readDeadlineMs > 0 && options.pingIntervalMs >= options.readDeadlineMs) {
    throw new OptionError('pingIntervalMs', options.pingIntervalMs, 'less than readDeadlineMs')
  }
  return options
}

const checked = new WeakSet<object>()

/** The same for options that many connections share: what came from here is not checked again. */
export function sharedOptions(given: Partial<ConnectionOptions>): ConnectionOptions {
  if (checked.has(given)) return given as ConnectionOptions
  const options = connectionOptions(given)
  checked.add(options)
  return options
}
