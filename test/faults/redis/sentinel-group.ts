/** A master, a replica and three sentinels: processes of the test's own. */
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, RedisServer, startRedis, until } from '../../integration/redis/redis-server.ts'

export const MASTER_NAME = 'the-master'

export class SentinelGroup implements AsyncDisposable {
  readonly master: RedisServer
  readonly replica: RedisServer
  readonly sentinels: readonly RedisServer[]
  readonly #owned: AsyncDisposableStack

  constructor(
    master: RedisServer,
    replica: RedisServer,
    sentinels: readonly RedisServer[],
    owned: AsyncDisposableStack,
  ) {
    this.master = master
    this.replica = replica
    this.sentinels = sentinels
    this.#owned = owned
  }

  get urls(): string[] {
    return this.sentinels.map((one) => one.url)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync()
  }
}

/** Returns once all know of each other, so that a failover can succeed. */
export async function startSentinelGroup(): Promise<SentinelGroup> {
  await using owned = new AsyncDisposableStack()
  const master = owned.use(await startRedis('--repl-diskless-sync-delay', '0'))
  const replica = owned.use(await startRedis('--replicaof', '127.0.0.1', String(master.port)))
  const sentinels: RedisServer[] = []
  for (let count = 0; count < 3; count++) sentinels.push(owned.use(await startSentinel(master.port)))
  await until(() => replicationIsUp(replica))
  for (const sentinel of sentinels) {
    await until(async () => {
      const others = await sentinel.command('SENTINEL', 'SENTINELS', MASTER_NAME)
      const replicas = await sentinel.command('SENTINEL', 'REPLICAS', MASTER_NAME)
      return Array.isArray(others) && others.length === 2 && Array.isArray(replicas) && replicas.length === 1
    }, 20_000)
  }
  return new SentinelGroup(master, replica, sentinels, owned.move())
}

async function replicationIsUp(replica: RedisServer): Promise<boolean> {
  return String(await replica.command('INFO', 'replication')).includes('master_link_status:up')
}

async function startSentinel(masterPort: number): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'longwire-sentinel-'))
  const sentinel = new RedisServer(await freePort(), folder, ['--sentinel'])
  sentinel.configFile = join(folder, 'sentinel.conf')
  await writeFile(
    sentinel.configFile,
    [
      `sentinel monitor ${MASTER_NAME} 127.0.0.1 ${masterPort} 2`,
      `sentinel down-after-milliseconds ${MASTER_NAME} 500`,
      `sentinel failover-timeout ${MASTER_NAME} 3000`,
      '',
    ].join('\n'),
  )
  await sentinel.start()
  return sentinel
}
