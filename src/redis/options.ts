/**
 * The options of a pool: what a user may say, the default of each with its reason, and one check at the edge.
 * Inside the pool options are complete and not checked again. Times are milliseconds.
 */
import type { ConnectionOptions as TlsOptions } from 'node:tls'
import { OptionError } from '../connection/errors.ts'
import { DEFAULT_PORT, parseRedisUrl, type Target } from './url.ts'

/** How to reach a server and who we are there. */
export interface ServerOptions {
  /** `redis://`, `rediss://` or `unix://`; the other keys here go before what it says. */
  readonly url?: string
  readonly host?: string
  readonly port?: number
  /** Path of a Unix socket, instead of host and port. */
  readonly path?: string
  readonly username?: string
  readonly password?: string
  readonly database?: number
  /** TLS with these settings (`ca`, `cert`, `key`, `servername`…), or `true` for TLS with Node's defaults. */
  readonly tls?: boolean | TlsOptions
}

export interface PoolOptions extends ServerOptions {
  /** Most connections, leased ones included. Default 10. */
  readonly size?: number
  /** So many idle connections are kept open, whatever `maxIdleTimeMs` says. Default 1. */
  readonly minIdle?: number
  /** More idle connections than that are closed. Default: `size`. */
  readonly maxIdle?: number
  /** Opens `minIdle` connections at once instead of with the first command. Default false. */
  readonly eager?: boolean

  /** What a lease meets when all connections are leased. Default `wait`. */
  readonly whenExhausted?: 'wait' | 'overflow' | 'reject'
  /** Most connections beyond `size` with the policy `overflow`. Default: `size`. */
  readonly overflow?: number
  /** What commands meet while the server can't be reached: wait (within the limits below) or fail at once. Default `wait`. */
  readonly whenDown?: 'wait' | 'fail'
  /** Longest wait for a connection, be it busy or down. Default 5 s. */
  readonly waitTimeoutMs?: number
  /** Most calls that wait at the same time. Default 10,000. */
  readonly maxWaiting?: number

  /** An idle connection is closed after this; 0: never. Default 5 min. */
  readonly maxIdleTimeMs?: number
  /** A connection is replaced at this age, give or take a tenth; 0: never. Default 30 min. */
  readonly maxLifetimeMs?: number
  /** Limit for dialling and the handshake together. Default 2 s. */
  readonly connectTimeoutMs?: number
  /** Limit for each reply (blocking commands: beyond what they wait); 0: none. Default 10 s. */
  readonly commandTimeoutMs?: number
  /** Longest silence on an idle connection before it is pinged. Default: half the server's `timeout`, at most 30 s. */
  readonly keepAliveMs?: number
  /** How long a ping may go unanswered before the connection counts as dead. Default 5 s. */
  readonly pingTimeoutMs?: number
  /** Longest pause between two dials while the server is down. Default 2 s. */
  readonly maxBackoffMs?: number

  /** A lease that lasts longer loses its connection; 0: no limit. Default 60 s. */
  readonly leaseTimeoutMs?: number
  /** A lease that lasts longer is reported with the place that took it; 0: never. Default 30 s. */
  readonly leakAfterMs?: number
  /** How often a call is sent again after its connection died. Default 3. */
  readonly maxRepeats?: number
  /** Most commands in flight on one shared connection before another is opened. Default 1024. */
  readonly maxInFlight?: number
  /** Most bytes of one reply. Default 512 MiB less 24 bytes. */
  readonly maxReplyBytes?: number

  /** 3 falls back to 2 where the server does not know HELLO. Default 3. */
  readonly protocol?: 2 | 3
  /** Shown by CLIENT LIST. Default none. */
  readonly clientName?: string
}

export type Complete<Options> = { readonly [Key in keyof Options]-?: Exclude<Options[Key], undefined> }

/** Everything about behaviour, checked and complete; where the server is comes apart. */
export type PoolSettings = Complete<Omit<PoolOptions, keyof ServerOptions | 'keepAliveMs' | 'clientName'>> & {
  readonly keepAliveMs: number | undefined
  readonly clientName: string | undefined
}

export interface ServerSettings extends Target {
  readonly tls: TlsOptions | undefined
  /**
   * What the server must be. `master`: a dial that finds a replica fails. `replica`: it is asked to serve reads
   * (READONLY, in a cluster).
   */
  readonly role: 'any' | 'master' | 'replica'
}

export const defaultPoolSettings: PoolSettings = {
  // Redis executes on one thread: a few connections carry all that it can do; the rest are for leases.
  size: 10,
  // One, so that the first command after a quiet time finds a connection.
  minIdle: 1,
  maxIdle: 10,
  eager: false,
  whenExhausted: 'wait',
  overflow: 10,
  whenDown: 'wait',
  // Long enough for a server to restart, short enough for a web request.
  waitTimeoutMs: 5000,
  // A bound, so that an outage costs errors and not memory.
  maxWaiting: 10_000,
  maxIdleTimeMs: 300_000,
  // Below an hour, so that name changes and new nodes behind load balancers are followed.
  maxLifetimeMs: 1_800_000,
  connectTimeoutMs: 2000,
  commandTimeoutMs: 10_000,
  keepAliveMs: undefined,
  pingTimeoutMs: 5000,
  maxBackoffMs: 2000,
  leaseTimeoutMs: 60_000,
  leakAfterMs: 30_000,
  maxRepeats: 3,
  maxInFlight: 1024,
  maxReplyBytes: 536_870_888,
  protocol: 3,
  clientName: undefined,
}

/** Checks everything; throws {@link OptionError} naming the key. */
export function completeSettings(options: PoolOptions): PoolSettings {
  const size = whole(options, 'size', 1) ?? defaultPoolSettings.size
  const settings: PoolSettings = {
    size,
    minIdle: whole(options, 'minIdle', 0) ?? Math.min(defaultPoolSettings.minIdle, size),
    maxIdle: whole(options, 'maxIdle', 0) ?? size,
    eager: choice(options, 'eager', [true, false]) ?? defaultPoolSettings.eager,
    whenExhausted:
      choice(options, 'whenExhausted', ['wait', 'overflow', 'reject']) ?? defaultPoolSettings.whenExhausted,
    overflow: whole(options, 'overflow', 0) ?? size,
    whenDown: choice(options, 'whenDown', ['wait', 'fail']) ?? defaultPoolSettings.whenDown,
    waitTimeoutMs: whole(options, 'waitTimeoutMs', 1) ?? defaultPoolSettings.waitTimeoutMs,
    maxWaiting: whole(options, 'maxWaiting', 0) ?? defaultPoolSettings.maxWaiting,
    maxIdleTimeMs: whole(options, 'maxIdleTimeMs', 0) ?? defaultPoolSettings.maxIdleTimeMs,
    maxLifetimeMs: whole(options, 'maxLifetimeMs', 0) ?? defaultPoolSettings.maxLifetimeMs,
    connectTimeoutMs: whole(options, 'connectTimeoutMs', 1) ?? defaultPoolSettings.connectTimeoutMs,
    commandTimeoutMs: whole(options, 'commandTimeoutMs', 0) ?? defaultPoolSettings.commandTimeoutMs,
    keepAliveMs: whole(options, 'keepAliveMs', 10),
    pingTimeoutMs: whole(options, 'pingTimeoutMs', 10) ?? defaultPoolSettings.pingTimeoutMs,
    maxBackoffMs: whole(options, 'maxBackoffMs', 1) ?? defaultPoolSettings.maxBackoffMs,
    leaseTimeoutMs: whole(options, 'leaseTimeoutMs', 0) ?? defaultPoolSettings.leaseTimeoutMs,
    leakAfterMs: whole(options, 'leakAfterMs', 0) ?? defaultPoolSettings.leakAfterMs,
    maxRepeats: whole(options, 'maxRepeats', 0) ?? defaultPoolSettings.maxRepeats,
    maxInFlight: whole(options, 'maxInFlight', 1) ?? defaultPoolSettings.maxInFlight,
    maxReplyBytes: whole(options, 'maxReplyBytes', 1024) ?? defaultPoolSettings.maxReplyBytes,
    protocol: choice(options, 'protocol', [2, 3]) ?? defaultPoolSettings.protocol,
    clientName: clientName(options.clientName),
  }
  if (settings.minIdle > size) throw new OptionError('minIdle', settings.minIdle, `at most size (${size})`)
  for (const key of Object.keys(options)) {
    if (!(key in settings) && !serverKeys.has(key))
      throw new OptionError(key, optionOf(options, key), 'no such option')
  }
  return settings
}

/**
 * Where to dial, from a URL, from single keys, or from both. `defaultPort`: where neither names one. Throws
 * {@link OptionError}.
 */
export function completeServer(options: ServerOptions, defaultPort = DEFAULT_PORT): ServerSettings {
  const target = options.url === undefined ? undefined : parseRedisUrl(options.url, defaultPort)
  const byUrl = target?.address
  const address =
    options.path !== undefined
      ? { path: options.path }
      : options.host === undefined && options.port === undefined && byUrl !== undefined
        ? byUrl
        : {
            host: options.host ?? (byUrl !== undefined && 'host' in byUrl ? byUrl.host : '127.0.0.1'),
            port:
              whole(options, 'port', 1) ??
              (byUrl !== undefined && 'port' in byUrl ? byUrl.port : defaultPort),
          }
  if ('port' in address && address.port > 65_535) throw new OptionError('port', address.port, 'at most 65535')
  const isTls = options.tls === undefined ? (target?.isTls ?? false) : options.tls !== false
  return {
    address,
    isTls,
    tls: isTls ? (typeof options.tls === 'object' ? options.tls : {}) : undefined,
    username: options.username ?? target?.username,
    password: options.password ?? target?.password,
    database: whole(options, 'database', 0) ?? target?.database ?? 0,
    role: 'any',
  }
}

/** Servers of a list of URLs or objects. */
export function completeSeeds(
  seeds: readonly (string | ServerOptions)[],
  defaultPort: number,
): ServerSettings[] {
  return seeds.map((one) => completeServer(typeof one === 'string' ? { url: one } : one, defaultPort))
}

/** Throws {@link OptionError} where an address is given that would never be dialled. */
export function refuseAddress(options: object, why: string): void {
  for (const key of ['url', 'host', 'port', 'path']) {
    if (key in options)
      throw new OptionError(key, (options as Record<string, unknown>)[key], `absent: ${why}`)
  }
}

const serverKeys: ReadonlySet<string> = new Set([
  ...['url', 'host', 'port', 'path', 'username', 'password', 'database', 'tls'],
])

/** A whole number of at least so many; undefined where it is not given. Throws {@link OptionError}. */
export function whole(options: object, key: string, least: number): number | undefined {
  const value = optionOf(options, key)
  if (value === undefined) return undefined
  if (typeof value === 'number' && Number.isInteger(value) && value >= least) return value
  throw new OptionError(key, value, `a whole number of at least ${least}`)
}

/** One of these values; undefined where it is not given. Throws {@link OptionError}. */
export function choice<Value>(options: object, key: string, values: readonly Value[]): Value | undefined {
  const value = optionOf(options, key)
  if (value === undefined) return undefined
  const found = values.find((one) => one === value)
  if (found !== undefined) return found
  throw new OptionError(key, value, values.map((one) => JSON.stringify(one)).join(' or '))
}

function clientName(value: string | undefined): string | undefined {
  if (value === undefined || /^[!-~]+$/.test(value)) return value
  throw new OptionError('clientName', value, 'printable ASCII without blanks')
}

function optionOf(options: object, key: string): unknown {
  return (options as Record<string, unknown>)[key]
}
