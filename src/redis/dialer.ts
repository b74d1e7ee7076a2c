/**
 * Opens connections for a pool: as many at a time as are wanted while the server answers, one at a time with
 * pauses between while it does not.
 */

import { performance } from 'node:perf_hooks'
import { dialTcp } from '../transports/tcp.ts'
import { RedialBackoff } from './backoff.ts'
import { type ConnectionOwner, RedisConnection } from './connection.ts'
import { UnavailableError } from './errors.ts'
import type { HandshakeResult } from './handshake.ts'
import type { PoolSettings, ServerSettings } from './options.ts'
import { addressText } from './url.ts'

/** Where the server is now; asked before each dial. A sentinel's answer changes with a failover. */
export type ServerSource = (signal: AbortSignal) => ServerSettings | Promise<ServerSettings>

export interface Dialled {
  readonly connection: RedisConnection
  readonly address: string
  readonly server: ServerSettings
  readonly handshake: HandshakeResult
  readonly tookMs: number
}

/** Opens one connection, handshake included. Throws {@link UnavailableError} or its kind. */
export async function dial(
  source: ServerSource,
  settings: PoolSettings,
  owner: ConnectionOwner,
  signal: AbortSignal,
): Promise<Dialled> {
  const startedAtMs = performance.now()
  const limit = AbortSignal.any([signal, AbortSignal.timeout(settings.connectTimeoutMs)])
  let address = 'the server'
  let connection: RedisConnection | undefined
  try {
    const server = await source(limit)
    address = addressText(server.address)
    const transport = await dialTcp(
      {
        ...server.address,
        ...(server.tls === undefined ? {} : { tls: server.tls }),
        connectTimeoutMs: settings.connectTimeoutMs,
      },
      limit,
    )
    connection = new RedisConnection(transport, settings, owner)
    const opened = connection
    const onAbort = (): void => opened.destroy('handshake-deadline', 'The handshake took too long.')
    limit.addEventListener('abort', onAbort, { once: true })
    try {
      const handshake = await connection.shakeHands({
        protocol: settings.protocol,
        clientName: settings.clientName,
        server,
      })
      return { connection, address, server, handshake, tookMs: performance.now() - startedAtMs }
    } finally {
      limit.removeEventListener('abort', onAbort)
    }
  } catch (error) {
    connection?.destroy('refused', 'The handshake failed.')
    if (error instanceof UnavailableError) throw error
    throw new UnavailableError(`No connection to ${address}: ${messageOf(error)}`, error)
  }
}

/** Whether and when to dial. */
export class Dialer {
  readonly #backoff: RedialBackoff
  readonly #dial: (signal: AbortSignal) => Promise<Dialled>
  readonly #onOpen: (dialled: Dialled) => void
  readonly #onFail: (error: unknown, retryInMs: number) => void
  /** Ends the dials that are on their way. */
  #attempts = new AbortController()
  #isClosed = false
  #pauseEnds: NodeJS.Timeout | undefined
  #opening = 0
  #wanted = 0
  #lastError: unknown

  constructor(
    maxBackoffMs: number,
    dialOnce: (signal: AbortSignal) => Promise<Dialled>,
    onOpen: (dialled: Dialled) => void,
    onFail: (error: unknown, retryInMs: number) => void,
    random: () => number = Math.random,
  ) {
    this.#backoff = new RedialBackoff(maxBackoffMs, random)
    this.#dial = dialOnce
    this.#onOpen = onOpen
    this.#onFail = onFail
  }

  /** Connections that are being opened. */
  get opening(): number {
    return this.#opening
  }

  /** The error of the last dial; undefined: it succeeded, or none was tried. */
  get lastError(): unknown {
    return this.#lastError
  }

  /** Says how many connections should be on their way. May be called as often as one likes. */
  want(count: number): void {
    this.#wanted = count
    this.#go()
  }

  /** Ends the pause, because there is news of the server. */
  hurry(): void {
    clearTimeout(this.#pauseEnds)
    this.#pauseEnds = undefined
    this.#go()
  }

  /** The server is elsewhere: gives up the dials on their way and dials anew, without a pause. */
  restart(): void {
    this.#attempts.abort(new UnavailableError('The server is elsewhere now.'))
    this.#attempts = new AbortController()
    this.hurry()
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#pauseEnds)
    this.#wanted = 0
    this.#attempts.abort(new UnavailableError('The pool is closing.'))
  }

  #go(): void {
    if (this.#pauseEnds !== undefined || this.#isClosed) return
    const most = this.#lastError === undefined ? this.#wanted : Math.min(1, this.#wanted)
    while (this.#opening < most) this.#open()
  }

  #open(): void {
    this.#opening++
    const { signal } = this.#attempts
    this.#dial(signal).then(
      (dialled) => {
        this.#opening--
        if (signal.aborted) {
          dialled.connection.close()
          this.#go()
          return
        }
        this.#lastError = undefined
        this.#backoff.succeeded()
        this.#onOpen(dialled)
      },
      (error: unknown) => {
        this.#opening--
        if (signal.aborted) {
          this.#go()
          return
        }
        this.#lastError = error
        const pauseMs = this.#backoff.failed(performance.now())
        if (this.#pauseEnds === undefined) {
          this.#pauseEnds = setTimeout(() => {
            this.#pauseEnds = undefined
            this.#go()
          }, pauseMs)
        }
        this.#onFail(error, pauseMs)
      },
    )
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
