/** One visit to a server: opens a pool, lets a command use it, closes it, and says what went wrong. */
import { OptionError } from '../../src/connection/errors.ts'
import { createPool } from '../../src/redis/create-pool.ts'
import type { PoolOptions } from '../../src/redis/options.ts'
import type { RedisPool } from '../../src/redis/pool.ts'
import { addressText, maskedUrl, parseRedisUrl } from '../../src/redis/url.ts'
import { failureText } from './failure.ts'

/** Sets the exit code: 1 if the server cannot be used, 2 if the URL cannot be. */
export async function visit(
  givenUrl: string | undefined,
  connectTimeoutMs: number,
  options: Omit<PoolOptions, 'url'>,
  use: (redis: RedisPool, shownUrl: string) => Promise<void>,
): Promise<void> {
  const url = givenUrl ?? (process.env.LONGWIRE_REDIS_URL || 'redis://127.0.0.1:6379')
  let redis: RedisPool | undefined
  try {
    redis = createPool(url, {
      connectTimeoutMs,
      whenDown: 'fail',
      clientName: 'longwire-command',
      ...options,
    })
    await use(redis, maskedUrl(url))
  } catch (error) {
    process.exitCode = error instanceof OptionError ? 2 : 1
    const text =
      error instanceof OptionError
        ? error.message
        : failureText(error, addressText(parseRedisUrl(url).address), connectTimeoutMs)
    console.error(`longwire: ${text}`)
  } finally {
    redis?.destroy()
  }
}
