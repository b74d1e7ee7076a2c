/** Redis Streams with an append-only file. */
import { redisServerVersion, startRedisServer } from '../../redis/redis-server.ts'
import type { Contender } from '../contender.ts'
import { measurePublishers } from '../measurement.ts'

/** With one of the two ways to sync that acknowledge what they wrote. */
export function redis(fsync: 'everysec' | 'always', survives: string): Contender {
  return {
    about:
      `redis-server with appendonly yes, appendfsync ${fsync}; XADD with MAXLEN ~ 1000, pipelined by clients that write bare ` +
      'RESP',
    survives,
    prepare: redisServerVersion,

    async measure(task) {
      const persistence = ['--appendonly', 'yes', '--appendfsync', fsync, '--dir', task.folder]
      await using server = await startRedisServer(task.cores.server, undefined, persistence)
      return await measurePublishers('redis', server, task)
    },
  }
}
