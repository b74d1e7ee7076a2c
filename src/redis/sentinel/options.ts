/** The options of a pool behind sentinels, and their check. */
import { OptionError } from '../../connection/errors.ts'
import {
  completeSeeds,
  completeServer,
  completeSettings,
  type PoolOptions,
  type PoolSettings,
  refuseAddress,
  type ServerOptions,
  type ServerSettings,
} from '../options.ts'
import type { Address } from '../url.ts'

const SENTINEL_PORT = 26_379

/** `username`, `password`, `database` and `tls` are those of the servers; each sentinel can have its own. */
export interface SentinelOptions extends Omit<PoolOptions, 'url' | 'host' | 'port' | 'path'> {
  /**
   * Where the sentinels are: `redis://[user:password@]host[:26379]`, `rediss://…`, or the same as an object. One
   * is enough to begin with, since they know each other; name several, so that one may be down.
   */
  readonly sentinels: readonly (string | ServerOptions)[]
  /** What the sentinels call the master, such as `mymaster`. */
  readonly name: string
  /** Translates addresses that sentinels tell, where they are reached elsewhere. Default: as told. */
  readonly mapAddress?: (address: Address) => Address
}

export interface SentinelSettings {
  readonly sentinels: readonly ServerSettings[]
  readonly name: string
  readonly mapAddress: (address: Address) => Address
  /** Who we are on the master; the address is left to the sentinels. */
  readonly master: ServerSettings
  readonly pool: PoolSettings
}

/** Throws {@link OptionError} naming the key. */
export function completeSentinelSettings(options: SentinelOptions): SentinelSettings {
  const { sentinels, name, mapAddress, ...rest } = options
  if (!Array.isArray(sentinels) || sentinels.length === 0) {
    throw new OptionError('sentinels', sentinels, 'a list of at least one URL')
  }
  if (typeof name !== 'string' || !/^[\w.-]+$/.test(name)) {
    throw new OptionError('name', name, 'the name that the sentinels have for the master')
  }
  if (mapAddress !== undefined && typeof mapAddress !== 'function') {
    throw new OptionError('mapAddress', mapAddress, 'a function from address to address')
  }
  refuseAddress(rest, 'the sentinels say where the server is')
  return {
    sentinels: completeSeeds(sentinels, SENTINEL_PORT),
    name,
    mapAddress: mapAddress ?? ((address) => address),
    master: { ...completeServer(rest), role: 'master' },
    pool: completeSettings(rest),
  }
}
