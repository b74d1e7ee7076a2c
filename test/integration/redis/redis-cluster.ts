/** A real cluster of the test's own: masters that share the slots evenly, and a replica for each. */
import { ReplyError } from '../../../src/redis/errors.ts'
import { slotOf } from '../../../src/redis/slot.ts'
import { askServer, freePort, type RedisServer, startRedis, until } from './redis-server.ts'

const SLOTS = 16_384

export class RedisCluster implements AsyncDisposable {
  readonly masters: readonly RedisServer[]
  /** In the masters' order; empty if the cluster was started without. */
  readonly replicas: readonly RedisServer[]
  readonly #owned: AsyncDisposableStack

  constructor(
    masters: readonly RedisServer[],
    replicas: readonly RedisServer[],
    owned: AsyncDisposableStack,
  ) {
    this.masters = masters
    this.replicas = replicas
    this.#owned = owned
  }

  get urls(): string[] {
    return this.masters.map((one) => one.url)
  }

  /** The place among the masters of the one that a key belongs to, as the cluster was started. */
  placeOf(key: string): number {
    return Math.floor((slotOf(key) * this.masters.length) / SLOTS)
  }

  masterOf(key: string): RedisServer {
    return this.masters[this.placeOf(key)]!
  }

  /** The first of these keys, with a number behind it, that lives on this master. */
  keyOn(place: number, name = 'k'): string {
    for (let number = 0; ; number++) {
      const key = `${name}${number}`
      if (this.placeOf(key) === place) return key
    }
  }

  /** GET wherever the key is now. Heirs are asked first: a master that was frozen takes a while to see that it is none. */
  async read(key: string): Promise<unknown> {
    let found: { reply: unknown } | undefined
    // For a moment after a failover it may be that nobody says that the key is here.
    await until(async () => {
      found = await this.#find(key)
      return found !== undefined
    }, 10_000)
    return found!.reply
  }

  async #find(key: string): Promise<{ reply: unknown } | undefined> {
    for (const server of [...this.replicas, ...this.masters]) {
      const reply = server.isRunning ? await server.command('GET', key) : undefined
      if (reply !== undefined && !(reply instanceof ReplyError)) return { reply }
    }
    return undefined
  }

  /** Says that the slot is on its way: from now on the source asks for keys that it lacks at the target. */
  async beginMove(slot: number, from: RedisServer, to: RedisServer): Promise<void> {
    await to.command('CLUSTER', 'SETSLOT', slot, 'IMPORTING', await idOf(from))
    await from.command('CLUSTER', 'SETSLOT', slot, 'MIGRATING', await idOf(to))
  }

  /** Moves up to so many keys of the slot; returns how many there were. */
  async moveKeys(slot: number, from: RedisServer, to: RedisServer, count = 100): Promise<number> {
    const keys = (await from.command('CLUSTER', 'GETKEYSINSLOT', slot, count)) as string[]
    if (keys.length > 0) {
      const moved = await from.command('MIGRATE', '127.0.0.1', to.port, '', 0, 5000, 'KEYS', ...keys)
      if (moved !== 'OK' && moved !== 'NOKEY') throw new Error(String(moved))
    }
    return keys.length
  }

  async endMove(slot: number, to: RedisServer): Promise<void> {
    const id = await idOf(to)
    const others = this.masters.filter((one) => one !== to && one.isRunning)
    for (const master of [to, ...others]) await master.command('CLUSTER', 'SETSLOT', slot, 'NODE', id)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync()
  }
}

/** Returns once all nodes agree and all replicas follow. */
export async function startCluster(options: { replicas?: boolean } = {}): Promise<RedisCluster> {
  await using owned = new AsyncDisposableStack()
  const start = async (): Promise<RedisServer> => owned.use(await startNode())
  const masters = await Promise.all([start(), start(), start()])
  const replicas = options.replicas === true ? await Promise.all([start(), start(), start()]) : []
  await introduce([...masters, ...replicas])
  await Promise.all(
    masters.map((master, place) =>
      master.command(
        ...(['CLUSTER', 'ADDSLOTSRANGE'] as const),
        Math.ceil((place * SLOTS) / masters.length),
        Math.ceil(((place + 1) * SLOTS) / masters.length) - 1,
      ),
    ),
  )
  await Promise.all(
    replicas.map(async (replica, place) => {
      const id = await idOf(masters[place]!)
      await until(async () => (await replica.command('CLUSTER', 'REPLICATE', id)) === 'OK')
    }),
  )
  for (const server of [...masters, ...replicas]) {
    await until(() => isSettled(server, replicas.length), 20_000)
  }
  return new RedisCluster(masters, replicas, owned.move())
}

async function startNode(): Promise<RedisServer> {
  return await startRedis(
    ...['--cluster-enabled', 'yes', '--cluster-port', String(await freePort())],
    ...['--cluster-node-timeout', '1000', '--cluster-allow-replica-migration', 'no'],
    ...['--repl-diskless-sync-delay', '0', '--cluster-replica-validity-factor', '0'],
  )
}

async function introduce(servers: readonly RedisServer[]): Promise<void> {
  const [first, ...others] = servers
  const [, busPort] = (await first!.command('CONFIG', 'GET', 'cluster-port')) as string[]
  await first!.command('CLUSTER', 'SET-CONFIG-EPOCH', 1)
  await Promise.all(
    others.map(async (server, index) => {
      await server.command('CLUSTER', 'SET-CONFIG-EPOCH', index + 2)
      await server.command('CLUSTER', 'MEET', '127.0.0.1', first!.port, busPort!)
    }),
  )
  for (const server of servers) {
    await until(async () => (await linesOf(server, ['CLUSTER', 'NODES'])).length === servers.length, 20_000)
  }
}

async function isSettled(server: RedisServer, replicas: number): Promise<boolean> {
  const nodes = await linesOf(server, ['CLUSTER', 'NODES'])
  const info = await linesOf(server, ['CLUSTER', 'INFO'])
  const role = await linesOf(server, ['INFO', 'replication'])
  return (
    info.includes('cluster_state:ok') &&
    nodes.filter((line) => line.includes('slave')).length === replicas &&
    (role.includes('role:master') || role.includes('master_link_status:up'))
  )
}

async function linesOf(server: RedisServer, command: readonly [string, string]): Promise<string[]> {
  const [reply] = await askServer(server.port, [command])
  return String(reply)
    .split(/\r?\n/)
    .filter((line) => line !== '')
}

export async function idOf(server: RedisServer): Promise<string> {
  return String(await server.command('CLUSTER', 'MYID'))
}
