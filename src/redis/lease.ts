/**
 * A lease: one connection of the pool that belongs to its holder alone, for WATCH and MULTI, blocking commands,
 * MONITOR, or a database of its own. It ends with its function, with `release`, or with its time limit.
 */
import { performance } from 'node:perf_hooks'
import type { Call, CallOptions, Dispatcher } from './call.ts'
import { defaultCallOptions } from './call.ts'
import { Client } from './client.ts'
import { blockingTimeMs, traitsOf } from './commands/traits.ts'
import { ConnectionState } from './connection-state.ts'
import { LeaseEndedError } from './errors.ts'
import { Feed } from './feed.ts'
import type { Member } from './member.ts'
import type { Push } from './resp/reply.ts'
import { DEFAULT_MAX_QUEUE } from './subscription.ts'

/** What the pool keeps of a lease. */
export class LeaseRecord implements Dispatcher {
  readonly member: Member
  readonly state: ConnectionState
  readonly takenAtMs = performance.now()
  /** The stack of who took it. */
  readonly site: string
  isReported = false
  /** Hears pushes of this connection: of kind `monitor` a line of MONITOR, of others what RESP3 has. */
  onPush: ((push: Push) => void) | undefined
  /** Called when the connection has ended under the lease. */
  onLost: (() => void) | undefined
  /** Called when the lease ends other than by its holder. */
  onRevoked: ((error: LeaseEndedError) => void) | undefined
  readonly #commandTimeoutMs: number
  #ended: LeaseEndedError | undefined

  constructor(member: Member, database: number, commandTimeoutMs: number, site: string) {
    this.member = member
    this.state = new ConnectionState(database)
    this.site = site
    this.#commandTimeoutMs = commandTimeoutMs
  }

  get isEnded(): boolean {
    return this.#ended !== undefined
  }

  dispatch(call: Call): void {
    if (this.#ended !== undefined) {
      call.fail(this.#ended)
      return
    }
    this.state.note(call.command)
    if (String(call.command[0]).toUpperCase() === 'MONITOR') this.member.connection.becomeMonitor()
    call.following?.forEach((command) => {
      this.state.note(command)
    })
    this.member.connection.holdsPings = this.state.isInTransaction
    call.limitMs ??= this.#limitOf(call)
    this.member.connection.dispatch(call)
  }

  end(error: LeaseEndedError): void {
    this.#ended ??= error
  }

  /** A blocking command may take its time and the usual limit on top. */
  #limitOf(call: Call): number | undefined {
    const traits = traitsOf(call.command)
    if (traits === undefined || !traits.canBlock) return undefined
    const blockingMs = blockingTimeMs(call.command, traits)
    if (blockingMs === 0) return undefined
    return blockingMs === Number.POSITIVE_INFINITY || this.#commandTimeoutMs === 0
      ? 0
      : blockingMs + this.#commandTimeoutMs
  }
}

/** What the holder has of it: all commands, and those that only make sense on a connection of one's own. */
export class Lease extends Client implements AsyncDisposable {
  readonly #record: LeaseRecord
  readonly #giveBack: () => Promise<void>

  constructor(record: LeaseRecord, giveBack: () => Promise<void>, options: CallOptions = defaultCallOptions) {
    super(record, options)
    this.#record = record
    this.#giveBack = giveBack
  }

  /** Makes EXEC fail if one of the keys is changed by others before it. */
  async watch(...keys: (string | Uint8Array)[]): Promise<void> {
    await this.command('WATCH', ...keys)
  }

  async unwatch(): Promise<void> {
    await this.command('UNWATCH')
  }

  /** Changes the database for the rest of the lease. */
  async select(database: number): Promise<void> {
    await this.command('SELECT', database)
  }

  /**
   * What the server carries out, for all its clients, a line for each command as MONITOR shows it, from the moment
   * this resolves. The lease is good for nothing else then.
   *
   * The lines end with the signal, or with an error: when the connection is lost, or more than `maxQueue` wait to
   * be taken (default 1024). MONITOR costs the server a copy of all that it does.
   */
  async monitor(options: { signal?: AbortSignal; maxQueue?: number } = {}): Promise<AsyncIterable<string>> {
    const { signal, maxQueue = DEFAULT_MAX_QUEUE } = options
    const lines = new Feed<string>(maxQueue)
    const end = (error: unknown): void => void lines.end(error)
    this.onPush(({ kind, items }) => {
      if (kind !== 'monitor' || lines.isEnded || lines.add(String(items[1]))) return
      end(new Error(`More than ${maxQueue} lines waited to be taken.`))
    })
    this.#record.onLost = () => end(new LeaseEndedError('The connection was lost.'))
    signal?.addEventListener('abort', () => end(undefined), { once: true })
    await this.command('MONITOR')
    if (signal?.aborted === true) end(undefined)
    return lines
  }

  /** Hears what the server pushes on this connection: lines of MONITOR, invalidations of CLIENT TRACKING. */
  onPush(listener: (push: Push) => void): void {
    this.#record.onPush = listener
  }

  /** Gives the connection back to the pool. What comes after fails with {@link LeaseEndedError}. */
  release(): Promise<void> {
    this.#record.end(new LeaseEndedError('The lease was given back.'))
    return this.#giveBack()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.release()
  }
}
